/** Which authentik this is. */
import type { Api } from './api.ts'

/**
 * Versions whose OpenAPI document was compared for what is used here. Between them: `grant_types` and `redirect_uri_type` came with 2026.5 and are ignored
 * before; an application's `pk` is what bindings call their target in all of them; group `parents` and `key_type` are not relied on.
 */
export const KNOWN_VERSIONS = ['2025.10', '2025.12', '2026.2', '2026.5', '2026.8']

/**
 * @returns the version, for instance "2026.8.3".
 * @throws Error for one that is not known: its API may mean something else.
 */
export async function knownVersion(api: Api): Promise<string> {
  const { versionCurrent } = await api.admin.adminVersionRetrieve()
  if (KNOWN_VERSIONS.some((known) => versionCurrent === known || versionCurrent.startsWith(`${known}.`)))
    return versionCurrent
  throw new Error(
    `${api.name} is version ${versionCurrent}; known are ${KNOWN_VERSIONS.join(', ')}. Use one of these, or make the client there by hand and set ZOT_PROVIDER to static (docs/reference/identity-providers.md)`,
  )
}
