/** What `register-zot-oidc-client` hands on, for cards that are worked on other machines: the client may not be known there. */
import type { Json } from '../../../scripts/index.ts'
import type { IdentityProvider } from '../identity/provider.ts'
import { type ClientCredentials, readCredentials } from './credentials-file.ts'
import { writePrivate } from './private-file.ts'

const FROM = 'register-zot-oidc-client'

/** As the card's outputs. The runner must know the client's secret as such before. */
export function handOn(client: ClientCredentials): Json {
  return { client: { ...client } }
}

/** The client, from the inputs of a card that requires it; `null` when none was handed on. */
export function handed(inputs: Record<string, Json>): ClientCredentials | null {
  return ((inputs[FROM] ?? null) as { client?: ClientCredentials } | null)?.client ?? null
}

/** Puts the client's credentials where the role reads them, on a machine that does not know the client by itself. */
export async function bringCredentials(
  path: string,
  provider: Pick<IdentityProvider, 'client'>,
  client: ClientCredentials | null,
): Promise<void> {
  if (!client) return
  const there = await readCredentials(path).catch(() => null)
  if (there && (JSON.stringify(there) === JSON.stringify(client) || (await provider.client()))) return
  await writePrivate(path, `${JSON.stringify(client)}\n`)
}
