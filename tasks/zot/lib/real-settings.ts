/** Settings of a real registry, with its identity provider, CI's secret store and the people it takes. */
import { isAbsolute, join } from 'node:path'
import type { StoreSettings } from '../secrets/open.ts'
import type { Machine } from './settings.ts'

export interface RealSettings {
  /** Address that people and CI use, without a slash at the end. */
  registryUrl: string
  /** For Ansible: absolute path of an inventory, or a list of hosts with a comma. */
  inventory: string
  /** Which hosts of it; `null`: all. */
  hosts: string | null
  issuer: string
  provider: ProviderSettings
  adminGroup: string
  store: StoreSettings
  ci: { password: string | null; key: string | null }
  /** Somebody of the admin group, for taking away what checks leave behind. */
  admin: { user: string; password: string | null; key: string | null } | null
  /** Somebody who is in neither group, for seeing that they are turned away. */
  outsider: { user: string; password: string } | null
  /** An image that the registry pulls through; `null`: it does not pull through. */
  cached: { repository: string; tag: string; digest: string | null } | null
}

export type ProviderSettings =
  | { kind: 'authentik'; url: string; token: string }
  | { kind: 'dcr'; token: string }
  | { kind: 'static'; clientId: string; clientSecret: string }

/** Their values may be `op://…`; they are never shown. */
export const SECRET_SETTINGS = [
  'AUTHENTIK_TOKEN',
  'ZOT_REGISTRATION_TOKEN',
  'ZOT_CLIENT_SECRET',
  'FORGEJO_TOKEN',
  'GITHUB_TOKEN',
  'ZOT_CI_PASSWORD',
  'ZOT_CI_API_KEY',
  'ZOT_ADMIN_PASSWORD',
  'ZOT_ADMIN_API_KEY',
  'ZOT_OUTSIDER_PASSWORD',
] as const

/** Settings that say where the chain works. Any of them means that a real registry is meant, so the others must be right too. */
export const TARGET_SETTINGS = [
  'ZOT_REGISTRY_URL',
  'ZOT_INVENTORY',
  'ZOT_HOSTS',
  'ZOT_PROVIDER',
  'ZOT_ISSUER',
  'AUTHENTIK_URL',
  'ZOT_CLIENT_ID',
  'ZOT_ADMIN_GROUP',
  'ZOT_SECRET_STORE',
  'ZOT_SECRETS_DIR',
  'FORGEJO_URL',
  'FORGEJO_REPOSITORY',
  'ZOT_ADMIN_USER',
  'ZOT_OUTSIDER_USER',
  'ZOT_CACHED_IMAGE',
] as const

const PROVIDERS = ['authentik', 'dcr', 'static'] as const
const STORES = ['forgejo', 'github', 'file'] as const

/** Reads them; `null` when none is set. Every fault is added to `faults`, and what comes back then is not to be used. */
export function readReal(env: NodeJS.ProcessEnv, machine: Machine, faults: string[]): RealSettings | null {
  // A key in the environment is what CI itself has: it alone names no target.
  const meant = TARGET_SETTINGS.filter((name) => env[name])
  const [first] = meant
  if (first === undefined) return null
  const read = new Reader(env, faults, env.ZOT_REGISTRY_URL ? 'ZOT_REGISTRY_URL' : first)
  const url = read.address(
    'ZOT_REGISTRY_URL',
    'the address that people and CI use, for instance https://registry.example',
  )
  const registryUrl = url.replace(/\/+$/, '')
  if (/^http:/.test(registryUrl) && !isLoopback(registryUrl)) {
    faults.push(
      `ZOT_REGISTRY_URL is "${url}": a login needs https, since zot's state cookie is Secure. Give the https address.`,
    )
  }
  if (/^https?:\/\/[^/]+\/./.test(registryUrl)) {
    faults.push(`ZOT_REGISTRY_URL is "${url}": a registry has no path. Give scheme, host and port only.`)
  }
  return {
    registryUrl,
    inventory: inventoryOf(read, machine),
    hosts: env.ZOT_HOSTS || null,
    issuer: read.address('ZOT_ISSUER', "what the provider's discovery answers as `issuer`, byte for byte"),
    provider: providerOf(read),
    adminGroup: env.ZOT_ADMIN_GROUP || 'admins',
    store: storeOf(read, machine),
    ci: { password: env.ZOT_CI_PASSWORD || null, key: keyOf(read, 'ZOT_CI_API_KEY') },
    admin: adminOf(read),
    outsider: outsiderOf(read),
    cached: cachedOf(read),
  }
}

/** Reads one setting after the other; what is missing or wrong becomes a fault, and the reading goes on. */
class Reader {
  readonly env: NodeJS.ProcessEnv
  readonly faults: string[]
  readonly #because: string

  constructor(env: NodeJS.ProcessEnv, faults: string[], because: string) {
    this.env = env
    this.faults = faults
    this.#because = because
  }

  /** A setting that must be there. */
  needed(name: string, what: string, because = `${this.#because} names a real registry`): string {
    const value = this.env[name]
    if (!value) this.faults.push(`${name} is not set: ${what}. It is needed because ${because}.`)
    return value ?? ''
  }

  address(name: string, what: string, because?: string): string {
    const value = this.needed(name, what, because)
    if (value && !/^https?:\/\/[^/\s]+/.test(value))
      this.faults.push(`${name} is "${value}": give an address with http:// or https://.`)
    return value
  }

  choice<T extends string>(name: string, what: string, choices: readonly T[]): T | undefined {
    const value = this.needed(name, `${what}: ${choices.join(', ')}`)
    const choice = choices.find((each) => each === value)
    if (value && !choice) this.faults.push(`${name} is "${value}": there are ${choices.join(', ')}.`)
    return choice
  }
}

function inventoryOf(read: Reader, machine: Machine): string {
  const value = read.needed(
    'ZOT_INVENTORY',
    'the Ansible inventory with the host of the registry: a file, a folder, or `host,`',
  )
  return value && inventoryAt('ZOT_INVENTORY', value, machine, read.faults)
}

/** An inventory as Ansible takes it: a list of hosts with a comma, or an absolute path. One that is not there is added to `faults`. */
export function inventoryAt(name: string, value: string, { root, exists }: Machine, faults: string[]): string {
  if (value.includes(',')) return value
  const path = isAbsolute(value) ? value : join(root, value)
  if (!exists(path))
    faults.push(`${name} is "${value}": there is nothing at ${path}. Give a file, a folder, or \`host,\` with a comma.`)
  return path
}

function providerOf(read: Reader): ProviderSettings {
  const kind = read.choice('ZOT_PROVIDER', 'which kind of identity provider', PROVIDERS)
  const because = `ZOT_PROVIDER is "${kind}"`
  if (kind === 'authentik') {
    const url = read.address('AUTHENTIK_URL', 'the address of authentik', because).replace(/\/+$/, '')
    return { kind, url, token: read.needed('AUTHENTIK_TOKEN', 'an API token of an administrator', because) }
  }
  if (kind === 'static') {
    const clientId = read.needed('ZOT_CLIENT_ID', 'the id of the client that was made by hand', because)
    return { kind, clientId, clientSecret: read.needed('ZOT_CLIENT_SECRET', 'the secret of that client', because) }
  }
  if (kind !== 'dcr') return { kind: 'dcr', token: '' }
  return {
    kind,
    token: read.needed('ZOT_REGISTRATION_TOKEN', 'an initial access token for dynamic registration', because),
  }
}

function storeOf(read: Reader, { root }: Machine): StoreSettings {
  const kind = read.choice('ZOT_SECRET_STORE', "where CI's secrets are", STORES)
  const because = `ZOT_SECRET_STORE is "${kind}"`
  const repository = (name: string): string => {
    const value = read.needed(name, "the repository that CI's secrets belong to, OWNER/NAME", because)
    if (value && !/^[\w.-]+\/[\w.-]+$/.test(value)) read.faults.push(`${name} is "${value}": give OWNER/NAME.`)
    return value
  }
  if (kind === 'forgejo') {
    return {
      kind,
      url: read.address('FORGEJO_URL', 'the address of Forgejo or Gitea', because).replace(/\/+$/, ''),
      token: read.needed('FORGEJO_TOKEN', 'a token with the scope write:repository', because),
      repository: repository('FORGEJO_REPOSITORY'),
    }
  }
  if (kind === 'github') {
    return {
      kind,
      url: (read.env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, ''),
      token: read.needed(
        'GITHUB_TOKEN',
        "a token that may write the repository's Actions secrets and variables",
        because,
      ),
      repository: repository('GITHUB_REPOSITORY'),
    }
  }
  if (kind !== 'file') return { kind: 'file', directory: '' }
  const directory = read.needed('ZOT_SECRETS_DIR', 'the folder for secrets', because)
  return { kind, directory: isAbsolute(directory) ? directory : join(root, directory) }
}

function keyOf(read: Reader, name: string): string | null {
  const key = read.env[name] || null
  // A reference that could not be read is told elsewhere.
  if (key && !/^(zak_\w+$|op:\/\/)/.test(key)) read.faults.push(`${name} is no API key of zot: those begin with zak_.`)
  return key
}

function adminOf(read: Reader): RealSettings['admin'] {
  const { ZOT_ADMIN_USER: user, ZOT_ADMIN_PASSWORD: password } = read.env
  const key = keyOf(read, 'ZOT_ADMIN_API_KEY')
  if (!user && !password && !key) return null
  const name =
    user ||
    read.needed('ZOT_ADMIN_USER', 'whose password or key it is', 'ZOT_ADMIN_PASSWORD or ZOT_ADMIN_API_KEY is set')
  if (user && !password && !key) {
    read.faults.push(
      'ZOT_ADMIN_USER is set, but neither ZOT_ADMIN_PASSWORD nor ZOT_ADMIN_API_KEY: give one of them, or unset it.',
    )
  }
  return { user: name, password: password || null, key }
}

function outsiderOf(read: Reader): RealSettings['outsider'] {
  const { ZOT_OUTSIDER_USER: user, ZOT_OUTSIDER_PASSWORD: password } = read.env
  if (!user && !password) return null
  const because = 'an outsider has a name and a password'
  return {
    user: read.needed('ZOT_OUTSIDER_USER', 'who is in neither group', because),
    password: read.needed('ZOT_OUTSIDER_PASSWORD', 'their password', because),
  }
}

function cachedOf(read: Reader): RealSettings['cached'] {
  const value = read.needed(
    'ZOT_CACHED_IMAGE',
    'an image that the registry pulls through, REPOSITORY:TAG as it is named there, or `none`',
  )
  if (!value || value === 'none') return null
  const [, repository, tag, digest] =
    /^([a-z0-9][a-z0-9._/-]*):([\w][\w.-]*)(?:@(sha256:[0-9a-f]{64}))?$/.exec(value) ?? []
  if (repository && tag) return { repository, tag, digest: digest ?? null }
  read.faults.push(`ZOT_CACHED_IMAGE is "${value}": give REPOSITORY:TAG, with @sha256:… if you know it, or \`none\`.`)
  return null
}

/** Whether it is this machine: logins work there without https. */
export function isLoopback(url: string): boolean {
  return /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/.test(url)
}
