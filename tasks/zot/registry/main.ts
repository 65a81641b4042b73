#!/usr/bin/env node
import { ConfigError } from './config/decode.ts'
import { type Loaded, loadConfig } from './config/load.ts'
import { openLog } from './log.ts'
import { distributionSpec, versionText } from './version.ts'

/**
 * The embedded registry: takes zot's command line and zot's config file, and ends as zot does.
 * Exit codes: 0 stopped by a signal, or (as zot) the port was taken; 1 the config is not usable; 2 the identity
 * provider did not answer as configured. Whoever starts it should ask `/readyz`, not trust an exit code of 0.
 */

const usage = `Usage:
  zot serve <config>    stores and distributes OCI images
  zot verify <config>   validates a config file
  zot --version         shows what this is

This is the ${versionText}.
`

async function main(args: string[]): Promise<number> {
  const [command, path, ...rest] = args
  const log = openLog()
  if (command === '--version' || command === '-v') {
    log('info', 'version', { 'distribution-spec': distributionSpec, commit: versionText, 'binary-type': 'stand-in' })
    return 0
  }
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(usage)
    return 0
  }
  if (command !== 'serve' && command !== 'verify') return fail(`unknown command ${JSON.stringify(command)} for "zot"`)
  if (path === undefined && command === 'verify') return 0
  if (path === undefined || rest.length > 0) return fail(`accepts 1 arg(s), received ${args.length - 1}\n${usage}`)
  let loaded: Loaded
  try {
    loaded = loadConfig(path)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    log('error', 'invalid config file', { config: path, error: error.message })
    return fail(error.message)
  }
  // Only who serves needs the rest: `verify` and `--version` are asked often and should answer at once.
  if (command === 'serve') return (await import('./serve.ts')).serve(loaded)
  log('info', 'config file is valid', { config: path })
  return 0
}

function fail(message: string): number {
  process.stderr.write(`Error: ${message}\n`)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
