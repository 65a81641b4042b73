/** The calls of authentik's API that are used here, below `/api/v3`, as its schema has them. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Answer, Question } from './answer.ts'
import {
  showApplication,
  showBinding,
  showCertificate,
  showFlow,
  showGroup,
  showMapping,
  showProvider,
  showToken,
  showUser,
} from './shapes.ts'
import type { Application, Fields, Provider, State } from './state.ts'

/** Answers a call. Every other call than these is a 500: the stub does not know it. */
export function answerApi(state: State, { method, url, headers, body }: Question): Answer {
  if (!headers.authorization) return failed(403, { detail: 'Authentication credentials were not provided.' })
  if (headers.authorization !== `Bearer ${state.token}`) return failed(403, { detail: 'Token invalid/expired' })
  const [, area = '', kind = '', ...rest] = url.pathname
    .replace(/^\/api\/v3/, '')
    .split('/')
    .map(decodeURIComponent)
  const id = rest.length > 1 ? rest[0] : undefined
  const action = rest.length > 2 ? rest[1] : undefined
  const call = [method, area, kind, ...(kind === 'provider' ? [id] : id ? ['*'] : []), action].filter(Boolean).join(' ')
  const sent = body === '' ? {} : (JSON.parse(body) as Fields)
  return (
    calls(state, url.searchParams, sent, id ?? '')[call]?.() ??
    failed(500, { detail: `the stub does not know ${call}` })
  )
}

function calls(state: State, query: URLSearchParams, sent: Fields, id: string): Record<string, () => Answer> {
  const list = (items: Fields[], filters: string[] = []) => listed(state, items, query, filters)
  return {
    'GET admin version': () => shown(showVersion(state.version)),
    'GET flows instances': () => list(state.flows.map(showFlow), ['designation', 'slug']),
    'GET propertymappings provider scope': () => list(state.mappings.map(showMapping), ['scope_name']),
    'GET crypto certificatekeypairs': () => list(state.certificates.map(showCertificate), ['name']),
    'GET providers oauth2': () =>
      list(
        state.providers.map((each) => showProvider(state, each)),
        ['name'],
      ),
    'POST providers oauth2': () => createProvider(state, sent),
    'GET providers oauth2 *': () =>
      withOne(state.providers, 'pk', Number(id), (each) => shown(showProvider(state, each))),
    'PATCH providers oauth2 *': () =>
      withOne(state.providers, 'pk', Number(id), (each) => shown(showProvider(state, Object.assign(each, sent)))),
    'POST core applications': () => createApplication(state, sent),
    'GET core applications *': () =>
      withOne(state.applications, 'slug', id, (each) => shown(showApplication(state, each))),
    'PATCH core applications *': () =>
      withOne(state.applications, 'slug', id, (each) => shown(showApplication(state, Object.assign(each, sent)))),
    'GET core groups': () => list(state.groups.map(showGroup), ['name']),
    'POST core groups': () =>
      state.groups.some(({ name }) => name === sent.name)
        ? failed(400, { name: ['Group with this name already exists.'] })
        : shown(showGroup(state.group(String(sent.name))), 201),
    'POST core groups * add_user': () => member(state, id, sent, (members, pk) => members.add(pk)),
    'POST core groups * remove_user': () => member(state, id, sent, (members, pk) => members.delete(pk)),
    'GET core users': () =>
      list(
        state.users.map((each) => showUser(state, each)),
        ['username'],
      ),
    'POST core users *': () => (id === 'service_account' ? createServiceAccount(state, sent) : failed(500, {})),
    'POST core tokens': () => createToken(state, sent),
    'GET core tokens * view_key': () => withOne(state.tokens, 'identifier', id, ({ key }) => shown({ key })),
    'GET policies bindings': () =>
      list(
        state.bindings.map((each) => showBinding(state, each)),
        ['target'],
      ),
    'POST policies bindings': () =>
      bindingFault(sent) ?? shown(showBinding(state, state.addBinding(String(sent.target), sent)), 201),
    'PATCH policies bindings *': () =>
      bindingFault(sent) ??
      withOne(state.bindings, 'pk', id, (each) => shown(showBinding(state, Object.assign(each, sent)))),
  }
}

function createProvider(state: State, sent: Fields): Answer {
  if (state.providers.some(({ name }) => name === sent.name)) {
    return failed(400, { name: ['provider with this name already exists.'] })
  }
  const provider: Provider = {
    client_id: randomBytes(20).toString('hex'),
    client_secret: randomBytes(32).toString('hex'),
    client_type: 'confidential',
    grant_types: [],
    issuer_mode: 'per_provider',
    sub_mode: 'hashed_user_id',
    signing_key: null,
    encryption_key: null,
    property_mappings: [],
    redirect_uris: [],
    name: '',
    ...sent,
    pk: state.count(),
  }
  state.providers.push(provider)
  return shown(showProvider(state, provider), 201)
}

function createApplication(state: State, sent: Fields): Answer {
  if (state.applications.some(({ slug }) => slug === sent.slug)) {
    return failed(400, { slug: ['Application with this slug already exists.'] })
  }
  if (state.applications.some(({ provider }) => provider === sent.provider)) {
    return failed(400, { provider: ['Application with this provider already exists.'] })
  }
  const blank = { name: '', slug: '', provider: null, policy_engine_mode: 'any' }
  const application: Application = { ...blank, ...sent, pk: randomUUID() }
  state.applications.push(application)
  return shown(showApplication(state, application), 201)
}

/** authentik checks this of changes too, by what was sent alone. */
function bindingFault({ target, policy, group, user }: Fields): Answer | undefined {
  if (target && [policy, group, user].filter(Boolean).length === 1) return undefined
  return failed(400, { non_field_errors: ["One of 'policy', 'group', 'user' must be set."] })
}

function createServiceAccount(state: State, { name, expiring = true }: Fields): Answer {
  const username = String(name)
  if (state.users.some((user) => user.username === username)) {
    return failed(400, { non_field_errors: ['A user/group with these details already exists'] })
  }
  const user = state.addUser(username, { type: 'service_account' })
  const token = state.addToken(user, `service-account-${username}-password`, { expiring: expiring === true })
  return shown({ username, token: token.key, user_uid: user.uuid, user_pk: user.pk })
}

function createToken(state: State, { identifier, intent, user, ...more }: Fields): Answer {
  const owner = state.users.find(({ pk }) => pk === user)
  if (!owner) return failed(400, { user: [`Invalid pk "${user}" - object does not exist.`] })
  if (state.tokens.some((token) => token.identifier === identifier)) {
    return failed(400, { identifier: ['Token with this Identifier already exists.'] })
  }
  const token = state.addToken(owner, String(identifier), { intent: String(intent), ...more })
  return shown(showToken(state, token), 201)
}

function member(state: State, id: string, { pk }: Fields, work: (members: Set<number>, pk: number) => void): Answer {
  return withOne(state.groups, 'pk', id, ({ members }) => {
    if (!state.users.some((user) => user.pk === pk)) return { status: 404 }
    work(members, Number(pk))
    return { status: 204 }
  })
}

function withOne<T extends object, K extends keyof T>(
  items: T[],
  key: K,
  value: T[K],
  work: (item: T) => Answer,
): Answer {
  const item = items.find((each) => each[key] === value)
  return item ? work(item) : failed(404, { detail: 'Not found.' })
}

/** One page of a list. A filter that the stub does not know is a 500, so that none is believed to work. */
function listed(state: State, items: Fields[], query: URLSearchParams, filters: string[]): Answer {
  const harmless = ['page', 'page_size', 'ordering', 'include_users', 'include_groups', 'has_key']
  const strange = [...query.keys()].filter((key) => !harmless.includes(key) && !filters.includes(key))
  if (strange.length > 0) return failed(500, { detail: `the stub does not filter by ${strange.join(', ')}` })
  const found = items.filter((item) => filters.every((key) => !query.has(key) || String(item[key]) === query.get(key)))
  const size = Math.min(Number(query.get('page_size') ?? 20), state.mostPerPage)
  const current = Number(query.get('page') ?? 1)
  const pages = Math.max(1, Math.ceil(found.length / size))
  const results = found.slice((current - 1) * size, current * size)
  const pagination = {
    next: current < pages ? current + 1 : 0,
    previous: current - 1,
    count: found.length,
    current,
    total_pages: pages,
    start_index: results.length === 0 ? 0 : (current - 1) * size + 1,
    end_index: (current - 1) * size + results.length,
  }
  return shown({ pagination, results, autocomplete: {} })
}

function showVersion(version: string): Fields {
  const flags = { version_latest_valid: true, outdated: false, outpost_outdated: false }
  return { version_current: version, version_latest: version, build_hash: '', ...flags }
}

function shown(body: Fields, status = 200): Answer {
  return { status, body }
}

function failed(status: number, body: Fields): Answer {
  return { status, body }
}
