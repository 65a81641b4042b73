/** The note beside CI's key in the secret store: which key is there, for stores that give no value back. */
import { createHash } from 'node:crypto'
import type { SecretStore } from '../secrets/store.ts'
import { CI_USER, KEY_NAME, type Target } from './target.ts'

/** What may be known about a key without knowing it. */
export interface NotedKey {
  /** The key's id at the registry. */
  uuid: string
  /** SHA-256 of the key, hexadecimal. */
  hash: string
  /** RFC 3339, UTC. */
  expires: string
}

/** The stored key, with its secret where that can be known. */
export interface StoredKey extends NotedKey {
  secret: string | undefined
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** One key: that one is stored. Several: one of them is, after a swap that was interrupted. */
export function noteOf(keys: readonly NotedKey[]): string {
  return JSON.stringify({ keys })
}

/** The keys of which one may be stored, by the note; none without a note that can be read. */
export async function candidates(store: SecretStore, name: string): Promise<NotedKey[]> {
  const text = await store.readNote(name)
  try {
    const { keys } = JSON.parse(text ?? '') as { keys?: Partial<NotedKey>[] }
    return (keys ?? []).filter(
      (key): key is NotedKey =>
        typeof key.uuid === 'string' && typeof key.hash === 'string' && typeof key.expires === 'string',
    )
  } catch {
    return []
  }
}

/** Which key is stored; `undefined` when there is none, or it cannot be told. */
export async function storedKey({ secrets, givenKey }: Target): Promise<StoredKey | undefined> {
  const noted = await candidates(secrets, KEY_NAME)
  if (secrets.read) {
    const secret = await secrets.read(KEY_NAME)
    const key = secret && noted.find(({ hash }) => hash === hashOf(secret))
    return key ? { ...key, secret } : undefined
  }
  const [only, another] = noted
  if (!only || another || !(await secrets.has(KEY_NAME))) return undefined
  const given = givenKey(CI_USER)
  return { ...only, secret: given !== undefined && hashOf(given) === only.hash ? given : undefined }
}
