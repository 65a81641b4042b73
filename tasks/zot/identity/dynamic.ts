/** Providers that register clients by request (RFC 7591): the sandbox's, Keycloak and others. */
import { find } from '../lib/finding.ts'
import { discover } from './discovery.ts'
import type { IdentityProvider } from './provider.ts'
import { ClientRegistry } from './registration.ts'

/** Groups, users and who may log in: what registration has no words for. */
export type Directory = Pick<IdentityProvider, 'ensureAccess' | 'describeAccess' | 'password'>

export interface DynamicProvider {
  issuer: string
  /** Allows a first registration. */
  registrationToken: string
  /** Where the registration is kept, mode 0600. */
  registrationFile: string
  redirectUri: string
  directory: Directory
  signal?: AbortSignal | undefined
}

/** The client is registered once and changed afterwards, by the token that came with it and changes with each update. */
export function dynamicProvider(options: DynamicProvider): IdentityProvider {
  const { issuer, redirectUri, registrationFile, registrationToken, directory, signal } = options
  const registry = new ClientRegistry(registrationFile, signal)
  const endpoint = async (): Promise<string> => {
    const { registrationEndpoint } = await discover(issuer, signal)
    if (registrationEndpoint) return registrationEndpoint
    throw new Error(
      `${issuer} offers no dynamic registration: make the client by hand, and set ZOT_PROVIDER to static with its id and secret`,
    )
  }
  return {
    ...directory,
    name: issuer,
    issuer,
    discover: () => discover(issuer, signal),
    client: async () => {
      const kept = await registry.kept()
      return kept && { clientId: kept.clientId, clientSecret: kept.clientSecret, redirectUri }
    },
    ensureClient: async () => {
      const { client, how } = await registry.ensure({ name: 'zot', redirectUri }, await endpoint(), registrationToken)
      return { client: { clientId: client.clientId, clientSecret: client.clientSecret, redirectUri }, how }
    },
    describeClient: async () => {
      const kept = await registry.kept()
      const known = kept && (await registry.describe(kept))
      return known && { redirectUris: Array.isArray(known.redirect_uris) ? known.redirect_uris.map(String) : [] }
    },
    examine: async () => [
      await find('identity provider', async () => {
        const place = await endpoint()
        const kept = await registry.kept()
        if (kept && (await registry.describe(kept))) return `${issuer} knows the client ${kept.clientId}`
        await registry.tryToken({ name: 'zot', redirectUri }, place, registrationToken)
        const forgot = kept ? ` does not know the client ${kept.clientId} any more, and` : ''
        return `${issuer}${forgot} takes the registration token`
      }),
    ],
    confidential: async () => {
      const kept = await registry.kept()
      return [registrationToken, ...(kept ? [kept.clientSecret, kept.token] : [])]
    },
  }
}
