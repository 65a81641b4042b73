/** The release of zot whose behaviour this registry keeps to. */
export const speaksAs = 'v2.1.20'

/** One line that says what this program is, for `--version`, the log and reports. */
export const versionText = `zot stand-in (speaks as zot ${speaksAs})`

/** The release of the OCI distribution specification that is served. */
export const distributionSpec = '1.1.1'
