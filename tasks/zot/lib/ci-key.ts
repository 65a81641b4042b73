/** CI's API key: made, put into the secret store, judged, and the old one revoked. */
import type { TaskContext } from '../../../scripts/index.ts'
import { must } from './check.ts'
import { basic, exchange } from './http.ts'
import { candidates, hashOf, type NotedKey, noteOf, storedKey } from './key-note.ts'
import { type ListedKey, listKeys, mintKey, revokeKey } from './keys.ts'
import { PROBE_LABEL, withKey } from './probe.ts'
import type { Identity } from './session.ts'
import { RENEW_WITHIN_DAYS } from './settings.ts'
import { signIn } from './sign-in.ts'
import { CI_USER, KEY_NAME, type Target } from './target.ts'

/** The label of the keys that are this chain's to make and to revoke. */
export const CI_LABEL = 'ci (mikado)'

const DAY = 24 * 3600_000

export function daysLeft(key: ListedKey, now = Date.now()): number {
  return key.expires ? (key.expires.getTime() - now) / DAY : Number.POSITIVE_INFINITY
}

/**
 * Sees to it that the secret store holds a key that works and lasts, and that no other key of this label does. With `renew` the stored key is replaced
 * however good it is, and keys of CI's user that never end are revoked too.
 *
 * Stopped anywhere, the store holds a key that works: the old ones are revoked only after the new one is stored, proved and noted as the only one.
 */
export async function ensureCiKey(
  target: Target,
  context: TaskContext,
  { renew = false } = {},
): Promise<{ uuid: string; how: 'kept' | 'made'; revoked: number }> {
  const { url } = target.registry
  const { signal } = context
  let identity = await signIn(target, CI_USER, signal)
  const before = await listKeys(url, identity, signal)
  const stored = renew ? undefined : await lasting(target, before, signal)
  if (stored) await target.secrets.writeNote(KEY_NAME, noteOf([stored]))
  const swapped = stored ? undefined : await swap(target, context, identity)
  if (swapped) identity = basic(CI_USER, swapped.secret)
  const uuid = (stored ?? swapped)?.uuid ?? ''
  const strays = before.filter((key) => key.uuid !== uuid && (isOurs(key) || (renew && key.expires === null)))
  for (const key of strays) await revokeKey(url, identity, key.uuid, signal)
  return { uuid, how: stored ? 'kept' : 'made', revoked: strays.length }
}

function isOurs(key: ListedKey): boolean {
  return key.label === CI_LABEL || (key.label === PROBE_LABEL && key.expired)
}

/** Makes a key and puts it into the store. Until it is known to be there, the note names every key that may be. */
async function swap(target: Target, context: TaskContext, identity: Identity): Promise<NotedKey & { secret: string }> {
  const expires = new Date(Date.now() + target.settings.keyDays * DAY)
  const key = await mintKey(target.registry.url, identity, { label: CI_LABEL, expires }, context.signal)
  await context.secret(key.secret)
  const noted = { uuid: key.uuid, hash: hashOf(key.secret), expires: expires.toISOString() }
  const { secrets } = target
  await secrets.writeNote(KEY_NAME, noteOf([...(await candidates(secrets, KEY_NAME)), noted]))
  must(
    await accepts(target, key.secret, context.signal),
    `${target.registry.url} refuses the key that it has just made`,
  )
  await secrets.write(KEY_NAME, key.secret)
  must(await secrets.has(KEY_NAME), `${KEY_NAME} is not in ${secrets.place} after it was put there`)
  await secrets.writeNote(KEY_NAME, noteOf([noted]))
  return { ...noted, secret: key.secret }
}

/** The stored key, if it is known which one it is, it works, and has long enough to live. */
async function lasting(target: Target, keys: ListedKey[], signal: AbortSignal): Promise<NotedKey | undefined> {
  const stored = await storedKey(target)
  const key = keys.find((each) => each.uuid === stored?.uuid)
  if (!stored || !key?.expires || key.expired || daysLeft(key) < RENEW_WITHIN_DAYS) return undefined
  if (stored.secret !== undefined && !(await accepts(target, stored.secret, signal))) return undefined
  const { uuid, hash, expires } = stored
  return { uuid, hash, expires }
}

async function accepts(target: Target, secret: string, signal?: AbortSignal): Promise<boolean> {
  const reply = await exchange(`${target.registry.url}/v2/`, { headers: basic(CI_USER, secret), signal })
  return reply.status === 200
}

/**
 * Works with the stored key. Where the store gives no value back, with a key of the same user made for the moment, which can do the same; `whose` says so.
 *
 * @throws Error when no key is stored.
 */
export async function withCiKey<T>(
  target: Target,
  context: TaskContext,
  work: (secret: string, whose: string) => Promise<T>,
): Promise<T> {
  const { secrets } = target
  must(await secrets.has(KEY_NAME), `${KEY_NAME} is not in the secret store (${secrets.place})`)
  const secret = secrets.read ? await secrets.read(KEY_NAME) : (await storedKey(target))?.secret
  if (secret) return work(secret, '')
  return withKey(target, context, CI_USER, (holder) =>
    work(holder.secret, `, with a key of ${CI_USER} made for this: ${secrets.place} gives no value back`),
  )
}

/** The stored key as the registry sees it; throws unless it works, and unless the registry tells good keys from bad. */
export async function workingKey(target: Target, signal?: AbortSignal): Promise<{ key: ListedKey; seen: string }> {
  const { url } = target.registry
  const { place } = target.secrets
  must(await target.secrets.has(KEY_NAME), `${KEY_NAME} is not in the secret store (${place})`)
  const stored = await storedKey(target)
  must(stored !== undefined, `Which key is stored as ${KEY_NAME} in ${place} cannot be told: its note is about another`)
  must(!(await accepts(target, `zak_${'0'.repeat(32)}`, signal)), `${url} accepts any key: authentication is off`)
  const { secret, uuid } = stored
  if (secret !== undefined) {
    must(await accepts(target, secret, signal), `${url} refuses the key in the secret store: revoked or expired`)
  }
  const identity = secret === undefined ? await signIn(target, CI_USER, signal) : basic(CI_USER, secret)
  const keys = await listKeys(url, identity, signal)
  const key = keys.find((each) => each.uuid === uuid)
  must(key !== undefined, `${url} does not know the stored key ${uuid}: it was revoked`)
  must(!key.expired, `The stored key ${uuid} has expired`)
  const strays = keys.filter((each) => each.label === CI_LABEL && each.uuid !== uuid && !each.expired)
  must(
    strays.length === 0,
    `${strays.length} further keys with the same label are good: ${strays.map((each) => each.uuid).join(', ')}`,
  )
  return {
    key,
    seen: secret === undefined ? `${place} gives no value back; by its note it is key ${uuid}` : `key ${uuid}`,
  }
}
