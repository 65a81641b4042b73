/** API keys of the registry: made, listed and revoked by their owner. */
import { excerpt, exchange, jsonObject, type Reply } from './http.ts'
import type { Identity } from './session.ts'

/** A key as the registry lists it, without its secret. */
export interface ListedKey {
  uuid: string
  label: string
  /** `null`: never. */
  expires: Date | null
  expired: boolean
}

/** A key just made: the only time its secret is seen. */
export interface NewKey extends ListedKey {
  secret: string
}

/** Makes a key. The registry ignores nothing here but `scopes`, which it would store and not enforce: none are sent. */
export async function mintKey(
  registry: string,
  identity: Identity,
  { label, expires }: { label: string; expires: Date },
  signal?: AbortSignal,
): Promise<NewKey> {
  const reply = await exchange(`${registry}/zot/auth/apikey`, {
    method: 'POST',
    headers: { ...identity, 'content-type': 'application/json' },
    body: JSON.stringify({ label, expirationDate: expires.toISOString() }),
    signal,
  })
  if (reply.status !== 201) throw refused('make an API key', reply)
  const made = jsonObject(reply)
  if (typeof made.apiKey !== 'string' || !made.apiKey.startsWith('zak_')) {
    throw new Error(`${registry} answered 201 for a new API key, but sent no key beginning with zak_`)
  }
  return { ...listed(made), secret: made.apiKey }
}

/** The keys of whoever asks. */
export async function listKeys(registry: string, identity: Identity, signal?: AbortSignal): Promise<ListedKey[]> {
  const reply = await exchange(`${registry}/zot/auth/apikey`, { headers: identity, signal })
  if (reply.status !== 200) throw refused('list API keys', reply)
  const { apiKeys } = jsonObject(reply)
  return Array.isArray(apiKeys) ? apiKeys.map((each) => listed(each as Record<string, unknown>)) : []
}

/** Revokes a key at once. A key that is not there is no error. */
export async function revokeKey(
  registry: string,
  identity: Identity,
  uuid: string,
  signal?: AbortSignal,
): Promise<void> {
  const reply = await exchange(`${registry}/zot/auth/apikey?id=${encodeURIComponent(uuid)}`, {
    method: 'DELETE',
    headers: identity,
    signal,
  })
  if (reply.status !== 200) throw refused('revoke an API key', reply)
}

function listed(key: Record<string, unknown>): ListedKey {
  const date = new Date(String(key.expirationDate))
  // zot writes the zero time, year 1, for a key that never expires.
  const never = Number.isNaN(date.getTime()) || date.getUTCFullYear() <= 1
  return {
    uuid: String(key.uuid),
    label: String(key.label ?? ''),
    expires: never ? null : date,
    expired: key.isExpired === true,
  }
}

function refused(what: string, reply: Reply): Error {
  // zot answers 500 with an empty body to somebody who is not logged in.
  const why = reply.status === 500 && reply.body.length === 0 ? 'not logged in, or API keys are off' : excerpt(reply)
  return new Error(`${reply.url.origin} refused to ${what}: ${reply.status}, ${why}`)
}
