import { createHash, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { isObject, readJsonObject, writePrivateJson } from '../files.ts'
import { newSecret } from './settings.ts'

export interface User {
  /** Kept in clear (the file is 0600): the sandbox logs in as its users, and so may the person who runs it. */
  password: string
  email: string
  groups: string[]
}

interface Contents {
  groups: string[]
  users: Record<string, User>
  /** Client id → the groups whose members may log in to it. A client that is not named lets everybody in. */
  access: Record<string, string[]>
}

/** Who there is and who may log in where, kept in one file. Every change is on disk before it is answered. */
export class Directory {
  readonly #file: string
  readonly #contents: Contents

  constructor(dir: string) {
    this.#file = directoryFile(dir)
    const kept = readDirectory(dir)
    this.#contents = kept ?? {
      groups: ['admins'],
      users: { admin: newUser('admin', ['admins']), dev: newUser('dev', []) },
      access: {},
    }
    if (!kept) this.#save()
  }

  groups(): string[] {
    return [...this.#contents.groups]
  }

  hasGroup(group: string): boolean {
    return this.#contents.groups.includes(group)
  }

  members(group: string): string[] {
    return Object.keys(this.#contents.users).filter((name) => this.user(name)?.groups.includes(group))
  }

  addGroup(group: string): void {
    if (this.hasGroup(group)) return
    this.#contents.groups.push(group)
    this.#save()
  }

  userNames(): string[] {
    return Object.keys(this.#contents.users)
  }

  user(name: string): User | undefined {
    return Object.hasOwn(this.#contents.users, name) ? this.#contents.users[name] : undefined
  }

  /** Creates the user, or changes the named fields. A new user without a password gets a random one. */
  putUser(name: string, change: Partial<User>): User {
    const user = { ...(this.user(name) ?? newUser(name, [])), ...change }
    this.#contents.users[name] = user
    this.#save()
    return user
  }

  /** The groups that may log in to this client; `undefined`: everybody may. */
  access(clientId: string): string[] | undefined {
    return Object.hasOwn(this.#contents.access, clientId) ? this.#contents.access[clientId] : undefined
  }

  setAccess(clientId: string, groups: string[] | undefined): void {
    if (groups) this.#contents.access[clientId] = groups
    else delete this.#contents.access[clientId]
    this.#save()
  }

  mayLogIn(name: string, clientId: string): boolean {
    const allowed = this.access(clientId)
    return !allowed || (this.user(name)?.groups ?? []).some((group) => allowed.includes(group))
  }

  passwordFits(name: string, password: string): boolean {
    const user = this.user(name)
    return user !== undefined && timingSafeEqual(digest(password), digest(user.password))
  }

  #save(): void {
    writePrivateJson(this.#file, this.#contents)
  }
}

export function directoryFile(dir: string): string {
  return join(dir, 'directory.json')
}

/** The passwords of all users, by name; empty before the provider's first start. */
export function readPasswords(dir: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readDirectory(dir)?.users ?? {}).map(([name, user]) => [name, user.password]),
  )
}

function readDirectory(dir: string): Contents | undefined {
  const value = readJsonObject(directoryFile(dir))
  if (!value) return undefined
  if (!Array.isArray(value.groups) || !isObject(value.users) || !isObject(value.access)) {
    throw new Error(`${directoryFile(dir)} lacks groups, users or access`)
  }
  return value as unknown as Contents
}

function newUser(name: string, groups: string[]): User {
  return { password: newSecret(), email: `${name}@sandbox.test`, groups }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
