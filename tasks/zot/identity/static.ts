/** A provider where the client was made by hand: its id and secret were given, and nothing there is changed from here. */
import { find } from '../lib/finding.ts'
import { type Client, discover } from './discovery.ts'
import type { Directory } from './dynamic.ts'
import type { IdentityProvider } from './provider.ts'

export function staticProvider(options: {
  issuer: string
  client: Client
  directory: Directory
  signal?: AbortSignal | undefined
}): IdentityProvider {
  const { issuer, client, directory, signal } = options
  return {
    ...directory,
    name: issuer,
    issuer,
    discover: () => discover(issuer, signal),
    client: async () => client,
    ensureClient: async () => ({ client, how: 'unchanged' }),
    describeClient: async () => null,
    examine: async () => [
      await find(
        'identity provider',
        async () => `${(await discover(issuer, signal)).issuer}, client ${client.clientId}`,
      ),
    ],
    confidential: async () => [client.clientSecret],
  }
}
