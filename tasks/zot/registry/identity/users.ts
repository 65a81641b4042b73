import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { readJson, writeWhole } from '../storage/files.ts'

/** What is told about an API key; never the key itself. Times in RFC 3339; the year 1 stands for "never". */
export interface ApiKey {
  createdAt: string
  expirationDate: string
  isExpired: boolean
  creatorUa: string
  generatedBy: string
  lastUsed: string
  label: string
  scopes: string[] | null
  uuid: string
}

interface User {
  /** Groups of the last login: keys act with these until the user logs in again. */
  groups: string[]
  /** By the SHA-256 of the key. */
  keys: Record<string, ApiKey>
}

export const never = '0001-01-01T00:00:00Z'

/** Who has logged in, in which groups, and their API keys: one file, replaced as a whole at every change. */
export class Users {
  private readonly path: string
  private readonly users: Map<string, User>
  private unsaved = false

  constructor(root: string) {
    this.path = join(root, '_standin', 'users.json')
    this.users = new Map(Object.entries((readJson(this.path) ?? {}) as Record<string, User>))
  }

  has(name: string): boolean {
    return this.users.has(name)
  }

  groups(name: string): string[] {
    return this.users.get(name)?.groups ?? []
  }

  setGroups(name: string, groups: string[]): void {
    const user = this.users.get(name) ?? { groups: [], keys: {} }
    this.users.set(name, { ...user, groups: [...new Set(groups)].sort() })
    this.save()
  }

  /** Makes a key and answers it, the only time it is ever known. */
  addKey(name: string, wanted: { label: string; scopes: string[] | null; expirationDate: string; creatorUa: string }) {
    const secret = randomUUID().replaceAll('-', '')
    const key: ApiKey = {
      createdAt: new Date().toISOString(),
      expirationDate: wanted.expirationDate,
      isExpired: false,
      creatorUa: wanted.creatorUa,
      generatedBy: 'manual',
      lastUsed: never,
      label: wanted.label,
      scopes: wanted.scopes,
      uuid: randomUUID(),
    }
    const user = this.users.get(name) ?? { groups: [], keys: {} }
    user.keys[hash(secret)] = key
    this.users.set(name, user)
    this.save()
    return { ...key, apiKey: `zak_${secret}` }
  }

  keys(name: string): ApiKey[] {
    return Object.values(this.users.get(name)?.keys ?? {}).map((key) => ({ ...key, isExpired: expired(key) }))
  }

  /** Removes one of this user's keys; an unknown one is no error. */
  revoke(name: string, uuid: string): void {
    const user = this.users.get(name)
    if (!user) return
    user.keys = Object.fromEntries(Object.entries(user.keys).filter(([, key]) => key.uuid !== uuid))
    this.save()
  }

  /** Whether this password is a key of exactly this user that has not expired; notes the use. */
  admits(name: string, password: string): boolean {
    if (!password.startsWith('zak_')) return false
    const key = this.users.get(name)?.keys[hash(password.slice('zak_'.length))]
    if (!key || expired(key)) return false
    key.lastUsed = new Date().toISOString()
    this.unsaved = true
    return true
  }

  /** Writes what only changed in memory: when keys were last used. */
  flush(): void {
    if (this.unsaved) this.save()
  }

  private save(): void {
    this.unsaved = false
    writeWhole(this.path, JSON.stringify(Object.fromEntries(this.users)))
  }
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function expired(key: ApiKey): boolean {
  return key.expirationDate !== never && Date.parse(key.expirationDate) <= Date.now()
}
