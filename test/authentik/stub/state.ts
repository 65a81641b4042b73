import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto'

/** Somebody who may try to log in. */
export interface User {
  pk: number
  uuid: string
  username: string
  type: 'internal' | 'service_account'
  isActive: boolean
  /** `null`: only an app password lets them in. */
  password: string | null
  /** Whether the login asks for one. */
  secondFactor: boolean
}

export interface Group {
  pk: string
  numPk: number
  name: string
  members: Set<number>
}

export interface Token {
  pk: string
  identifier: string
  key: string
  intent: string
  user: number
  expiring: boolean
  description: string
}

/** An object that the API makes and changes: its fields by the API's names. */
export type Fields = Record<string, unknown>

export interface Provider extends Fields {
  pk: number
  name: string
  client_id: string
  client_secret: string
  redirect_uris: { matching_mode: string; url: string; redirect_uri_type?: string }[]
  property_mappings: string[]
}

export interface Application extends Fields {
  pk: string
  name: string
  slug: string
  provider: number | null
  policy_engine_mode: string
}

export interface Binding extends Fields {
  pk: string
  target: string
  group: string | null
  user: number | null
  policy: string | null
  negate: boolean
  enabled: boolean
  order: number
}

/** What the stub holds, in memory. Tests change it as an administrator would by hand. */
export class State {
  readonly version: string
  /** The API token that is accepted; tests may take it away. */
  token: string
  /** How many results a page of a list has at most. */
  mostPerPage = 100
  /** The address it believes to have; `null`: whatever it was asked at. */
  publicUrl: string | null = null
  /** Whether name and password are asked for together. */
  passwordWithName = false
  /** Whether the executor leads on by a challenge, as authentik does when an address comes back written otherwise. */
  redirectsByChallenge = false
  /** Whether nobody is logged in after the login. */
  forgetsLogins = false
  readonly users: User[] = []
  readonly groups: Group[] = []
  readonly tokens: Token[] = []
  readonly providers: Provider[] = []
  readonly applications: Application[] = []
  readonly bindings: Binding[] = []
  /** Bindings refer to these. */
  readonly policies: { pk: string; name: string; passing: boolean }[] = []
  readonly flows = [
    newFlow('default-authentication-flow', 'authentication'),
    newFlow('default-provider-authorization-explicit-consent', 'authorization'),
    newFlow('default-provider-authorization-implicit-consent', 'authorization'),
    newFlow('default-invalidation-flow', 'invalidation'),
    newFlow('default-provider-invalidation-flow', 'invalidation'),
  ]
  readonly mappings = ['email', 'goauthentik.io/api', 'offline_access', 'openid', 'profile'].map((scope) => ({
    pk: randomUUID(),
    scope,
    name: `authentik default OAuth Mapping: OpenID '${scope}'`,
    managed: `goauthentik.io/providers/oauth2/scope-${scope}`,
  }))
  readonly certificates = [
    newCertificate('authentik Internal JWT Certificate'),
    newCertificate('authentik Self-signed Certificate'),
  ]
  #nextPk = 1

  constructor(version: string, token: string) {
    this.version = version
    this.token = token
  }

  /** The next number for what is counted. */
  count(): number {
    return this.#nextPk++
  }

  addUser(username: string, more: Partial<User> & { groups?: string[] } = {}): User {
    const { groups = [], ...fields } = more
    const user: User = {
      pk: this.count(),
      uuid: randomUUID(),
      username,
      type: 'internal',
      isActive: true,
      password: null,
      secondFactor: false,
      ...fields,
    }
    this.users.push(user)
    for (const name of groups) this.group(name).members.add(user.pk)
    return user
  }

  /** The group of this name; made if need be. */
  group(name: string): Group {
    const found = this.groups.find((group) => group.name === name)
    if (found) return found
    const group = { pk: randomUUID(), numPk: this.count(), name, members: new Set<number>() }
    this.groups.push(group)
    return group
  }

  user(username: string): User {
    const found = this.users.find((user) => user.username === username)
    if (!found) throw new Error(`the stub has no user ${username}`)
    return found
  }

  groupsOf(user: User): Group[] {
    return this.groups.filter(({ members }) => members.has(user.pk))
  }

  addToken(user: User, identifier: string, more: Partial<Token> = {}): Token {
    const fresh = { pk: randomUUID(), key: randomBytes(30).toString('base64url'), intent: 'app_password' }
    const token = { ...fresh, identifier, user: user.pk, expiring: false, description: '', ...more }
    this.tokens.push(token)
    return token
  }

  addBinding(target: string, fields: Partial<Binding>): Binding {
    const whom = { policy: null, group: null, user: null }
    const how = { negate: false, enabled: true, order: 0, timeout: 30, failure_result: false }
    const binding: Binding = { pk: randomUUID(), target, ...whom, ...how, ...fields }
    this.bindings.push(binding)
    return binding
  }

  /** A password or an app password of this user. */
  accepts(user: User, password: string): boolean {
    const ofUser = this.tokens.filter((token) => token.user === user.pk && token.intent === 'app_password')
    return user.password === password || ofUser.some(({ key }) => key === password)
  }

  /** What the policy engine says: without bindings everybody may. */
  mayUse(user: User, application: Application): boolean {
    const results = this.bindings
      .filter(({ target, enabled }) => target === application.pk && enabled)
      .map((binding) => this.#passes(user, binding) !== binding.negate)
    if (results.length === 0) return true
    return application.policy_engine_mode === 'all' ? results.every(Boolean) : results.some(Boolean)
  }

  #passes(user: User, { group, user: pk, policy }: Binding): boolean {
    if (group) return this.groups.some((each) => each.pk === group && each.members.has(user.pk))
    return pk === null ? this.policies.some((each) => each.pk === policy && each.passing) : pk === user.pk
  }
}

export interface Certificate {
  pk: string
  name: string
  key: KeyObject
}

/** One key for all stubs of a process: making one takes a while. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

function newCertificate(name: string): Certificate {
  return { pk: randomUUID(), name, key: privateKey }
}

function newFlow(slug: string, designation: string): { pk: string; slug: string; designation: string } {
  return { pk: randomUUID(), slug, designation }
}
