/** What authentik brings along and a provider refers to: flows, scope mappings, a signing key. */
import type { Api } from './api.ts'
import { all } from './api.ts'

/** The scopes that the registry asks for. `profile` brings user name and groups. */
const SCOPES = ['openid', 'profile', 'email']

/** The flows of a new provider: consent is not asked for, since everybody who may log in was chosen. */
export async function defaultFlows(api: Api): Promise<{ authorization: string; invalidation: string }> {
  return {
    authorization: await flow(api, 'authorization', ['default-provider-authorization-implicit-consent']),
    invalidation: await flow(api, 'invalidation', ['default-provider-invalidation-flow', 'default-invalidation-flow']),
  }
}

/** The first of these slugs that there is, else any flow of that kind. */
async function flow(api: Api, designation: 'authorization' | 'invalidation', slugs: string[]): Promise<string> {
  const flows = await all((page) => api.flows.flowsInstancesList({ designation, ordering: 'slug', ...page }))
  const preferred = slugs.map((slug) => flows.find((each) => each.slug === slug)).find((found) => found !== undefined)
  const chosen = preferred ?? flows[0]
  if (chosen) return chosen.pk
  throw new Error(
    `${api.name} has no flow with the designation ${designation}: make one there, for instance ${slugs[0]}`,
  )
}

/** The mappings to add to those a provider has, so that each scope is served: authentik's own, unless there is none. */
export async function missingMappings(api: Api, present: readonly string[]): Promise<string[]> {
  const mappings = await all((page) => api.mappings.propertymappingsProviderScopeList({ ordering: 'name', ...page }))
  const missing = SCOPES.filter(
    (scope) => !mappings.some(({ pk, scopeName }) => scopeName === scope && present.includes(pk)),
  )
  return missing.map((scope) => {
    const candidates = mappings.filter(({ scopeName }) => scopeName === scope)
    const chosen = candidates.find(({ managed }) => managed) ?? candidates[0]
    if (chosen) return chosen.pk
    throw new Error(
      `${api.name} has no scope mapping for ${scope}: bring back its blueprint "System - OAuth2 Provider - Scopes", under Customization`,
    )
  })
}

/** The key a new provider signs with: authentik's own certificate, else any RSA key. zot expects RS256. */
export async function defaultSigningKey(api: Api): Promise<string> {
  const pairs = await all((page) =>
    api.crypto.cryptoCertificatekeypairsList({ hasKey: true, ordering: 'name', ...page }),
  )
  const chosen =
    pairs.find(({ name }) => name === 'authentik Self-signed Certificate') ??
    // Before 2025.12 the kind of a key has another name and is not known here.
    pairs.find(({ keyType, managed }) => !managed && (keyType ?? 'rsa') === 'rsa')
  if (chosen) return chosen.pk
  throw new Error(`${api.name} has no RSA certificate with a private key: make one there under System, Certificates`)
}
