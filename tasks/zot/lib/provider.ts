/** The identity provider as the chain needs it, whatever it is. */
import type { Directory } from './directory.ts'
import { type Client, type Discovery, discover } from './discovery.ts'
import { ClientRegistry } from './registration.ts'

export interface IdentityProvider extends Directory {
  issuer: string
  /** Its discovery document, made sure that the issuer is the configured one. */
  discover: () => Promise<Discovery>
  /** The registry's client as known here; `undefined` before it was made. */
  client: () => Promise<Client | undefined>
  /** Makes the client, or changes what differs. */
  ensureClient: () => Promise<{ client: Client; how: 'created' | 'changed' | 'unchanged' }>
  /** What the provider itself says about the client; `undefined` when it does not know it. */
  describeClient: () => Promise<Record<string, unknown> | undefined>
}

export interface RegisteringProvider {
  issuer: string
  /** Allows a first registration. */
  registrationToken: string
  /** Where the registration is kept, mode 0600. */
  registrationFile: string
  redirectUri: string
  directory: Directory
  signal?: AbortSignal | undefined
}

/** A provider that registers clients by request (RFC 7591), with a directory beside it for groups and users. */
export function registeringProvider(options: RegisteringProvider): IdentityProvider {
  const { issuer, redirectUri, registrationFile, registrationToken, directory, signal } = options
  const registry = new ClientRegistry(registrationFile, signal)
  return {
    ...directory,
    issuer,
    discover: () => discover(issuer, signal),
    client: async () => {
      const kept = await registry.kept()
      return kept && { clientId: kept.clientId, clientSecret: kept.clientSecret, redirectUri }
    },
    ensureClient: async () => {
      const { registrationEndpoint } = await discover(issuer, signal)
      if (!registrationEndpoint) throw new Error(`${issuer} offers no dynamic registration`)
      const { client, how } = await registry.ensure(
        { name: 'zot', redirectUri },
        registrationEndpoint,
        registrationToken,
      )
      return { client: { clientId: client.clientId, clientSecret: client.clientSecret, redirectUri }, how }
    },
    describeClient: async () => {
      const kept = await registry.kept()
      return kept && registry.describe(kept)
    },
  }
}
