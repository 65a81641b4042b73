/** CI's API key: made, kept, judged. */
import type { TaskContext } from '../../../scripts/index.ts'
import { must } from './check.ts'
import { basic, exchange } from './http.ts'
import { type ListedKey, listKeys, mintKey, revokeKey } from './keys.ts'
import { PROBE_LABEL } from './probe.ts'
import { logIn } from './session.ts'
import { RENEW_WITHIN_DAYS } from './settings.ts'
import { CI_USER, KEY_NAME, type Target } from './target.ts'

/** The label of the keys that are this chain's to make and to revoke. */
export const CI_LABEL = 'ci (mikado)'

const DAY = 24 * 3600_000

export function daysLeft(key: ListedKey, now = Date.now()): number {
  return key.expires ? (key.expires.getTime() - now) / DAY : Number.POSITIVE_INFINITY
}

/**
 * Sees to it that the secret store holds a key that works and lasts, and that no other key of this label does.
 *
 * The old key is revoked after the new one is stored: stopped anywhere, CI has a key that works.
 */
export async function ensureCiKey(
  target: Target,
  context: TaskContext,
): Promise<{ uuid: string; how: 'kept' | 'made' }> {
  const { url } = target.registry
  const { identity } = await logIn(url, target.credentials(CI_USER), context.signal)
  const before = await listKeys(url, identity, context.signal)
  const kept = await lastingKey(target, before, context.signal)
  let uuid = kept?.uuid
  if (uuid === undefined) {
    const expires = new Date(Date.now() + target.settings.keyDays * DAY)
    const key = await mintKey(url, identity, { label: CI_LABEL, expires }, context.signal)
    await context.secret(key.secret)
    await target.secrets.write(KEY_NAME, key.secret, { uuid: key.uuid, expires: expires.toISOString() })
    uuid = key.uuid
  }
  const strays = before.filter(
    (key) => key.uuid !== uuid && (key.label === CI_LABEL || (key.label === PROBE_LABEL && key.expired)),
  )
  for (const key of strays) await revokeKey(url, identity, key.uuid, context.signal)
  return { uuid, how: kept ? 'kept' : 'made' }
}

async function lastingKey(target: Target, keys: ListedKey[], signal: AbortSignal): Promise<ListedKey | undefined> {
  const [secret, note] = await Promise.all([target.secrets.read(KEY_NAME), target.secrets.note(KEY_NAME)])
  const key = keys.find((each) => each.uuid === note?.uuid)
  if (!secret || !key?.expires || daysLeft(key) < RENEW_WITHIN_DAYS) return undefined
  return (await accepts(target, secret, signal)) ? key : undefined
}

async function accepts(target: Target, secret: string, signal?: AbortSignal): Promise<boolean> {
  const reply = await exchange(`${target.registry.url}/v2/`, { headers: basic(CI_USER, secret), signal })
  return reply.status === 200
}

/** The key in the secret store; throws when there is none. */
export async function storedKey(target: Target): Promise<string> {
  const secret = await target.secrets.read(KEY_NAME)
  must(secret !== undefined, `${KEY_NAME} is not in the secret store (${target.secrets.place})`)
  return secret
}

/** The stored key as the registry sees it; throws unless it works, and unless the registry tells good keys from bad. */
export async function workingKey(target: Target, signal?: AbortSignal): Promise<ListedKey> {
  const { url } = target.registry
  const secret = await storedKey(target)
  must(!(await accepts(target, `zak_${'0'.repeat(32)}`, signal)), `${url} accepts any key: authentication is off`)
  must(await accepts(target, secret, signal), `${url} refuses the key in the secret store: revoked or expired`)
  const note = await target.secrets.note(KEY_NAME)
  must(note !== undefined, `The secret store's note is not about the key that is stored there`)
  const key = (await listKeys(url, basic(CI_USER, secret), signal)).find((each) => each.uuid === note.uuid)
  must(key !== undefined, `${url} does not list the stored key under its id ${note.uuid}`)
  return key
}

/** Keys with this chain's label beside the stored one: left over, and still good. */
export async function strayKeys(target: Target, stored: ListedKey, signal?: AbortSignal): Promise<ListedKey[]> {
  const keys = await listKeys(target.registry.url, basic(CI_USER, await storedKey(target)), signal)
  return keys.filter((key) => key.label === CI_LABEL && key.uuid !== stored.uuid && !key.expired)
}
