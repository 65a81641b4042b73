import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '../files.ts'
import type { Directory, User } from './directory.ts'
import { HttpError, readBody, sendJson } from './http.ts'
import { answerSecret } from './secrets.ts'
import type { Store } from './store.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

interface Desk {
  directory: Directory
  store: Store
  /** The folder of CI's secret store. */
  secrets: string
  /** What the sandbox says of itself to other machines. */
  describe: () => Promise<unknown>
}

/**
 * What dynamic client registration has no words for: groups, users, who may log in to a client; CI's secret store; the sandbox itself. JSON in and out, bearer token.
 *
 * GET /admin/groups · GET, PUT /admin/groups/<g> · GET /admin/users · GET, PUT /admin/users/<u> {groups, email, password}
 * GET /admin/clients · DELETE /admin/clients/<id> · GET, PUT /admin/clients/<id>/access {groups}
 *
 * GET /admin/sandbox · GET, PUT /admin/secrets/<NAME> {text} · GET, PUT /admin/secrets/<NAME>/note {text}
 *
 * PUT creates or changes; a field left out stays as it is. `{groups: null}` as access lets everybody in. No answer holds a secret but the store's and the sandbox's, which are for its other machines.
 */
export async function handleAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  token: string,
  desk: Desk,
): Promise<void> {
  if (!fits(request.headers.authorization ?? '', `Bearer ${token}`)) {
    response.setHeader('www-authenticate', 'Bearer realm="sandbox admin"')
    throw new HttpError(401, 'the admin token is missing or wrong')
  }
  const [, , collection, rawName, part, ...more] = path.split('/').map(decodeURIComponent)
  if (more.length > 0) throw new HttpError(404, 'no such path')
  const body = request.method === 'PUT' ? await readJson(request) : {}
  const verb = `${request.method} ${[collection, rawName && '*', part].filter(Boolean).join('/')}`
  const name = rawName ?? ''
  if (rawName && collection !== 'clients' && !NAME.test(rawName))
    throw new HttpError(400, 'a name has 1 to 64 letters, digits, ".", "_" and "-"')
  if (verb === 'GET sandbox') sendJson(response, 200, await desk.describe())
  else if (collection === 'secrets') sendJson(response, 200, await answerSecret(verb, name, body, desk.secrets))
  else sendJson(response, 200, answer(verb, name, body, desk))
}

function answer(verb: string, name: string, body: Record<string, unknown>, { directory, store }: Desk): unknown {
  switch (verb) {
    case 'GET groups':
      return { groups: directory.groups() }
    case 'PUT groups/*':
      directory.addGroup(name)
      return showGroup(name, directory)
    case 'GET groups/*':
      if (!directory.hasGroup(name)) throw new HttpError(404, `no group ${name}`)
      return showGroup(name, directory)
    case 'GET users':
      return { users: directory.userNames().map((user) => showUser(user, directory)) }
    case 'PUT users/*':
      directory.putUser(name, userChange(body, directory))
      return showUser(name, directory)
    case 'GET users/*':
      return showUser(name, directory)
    case 'GET clients':
      return { clients: store.clients() }
    case 'DELETE clients/*': {
      needClient(name, store)
      store.removeClient(name)
      directory.setAccess(name, undefined)
      return { client: name, removed: true }
    }
    case 'PUT clients/*/access':
      needClient(name, store)
      directory.setAccess(name, body.groups === null ? undefined : groupList(body.groups, directory))
      return { client: name, groups: directory.access(name) ?? null }
    case 'GET clients/*/access':
      needClient(name, store)
      return { client: name, groups: directory.access(name) ?? null }
    default:
      throw new HttpError(404, 'no such path or method')
  }
}

function showGroup(name: string, directory: Directory): unknown {
  return { name, members: directory.members(name) }
}

function showUser(name: string, directory: Directory): unknown {
  const user = directory.user(name)
  if (!user) throw new HttpError(404, `no user ${name}`)
  return { name, email: user.email, groups: user.groups }
}

function userChange(body: Record<string, unknown>, directory: Directory): Partial<User> {
  const change: Partial<User> = {}
  for (const [key, value] of Object.entries(body)) {
    if (key === 'groups') change.groups = groupList(value, directory)
    else if ((key === 'email' || key === 'password') && typeof value === 'string' && value !== '') change[key] = value
    else throw new HttpError(400, `${key}: a user has groups (a list), email and password (text, not empty)`)
  }
  return change
}

function groupList(value: unknown, directory: Directory): string[] {
  if (!Array.isArray(value)) throw new HttpError(400, 'groups: a list of names')
  return value.map((group: unknown) => {
    if (typeof group !== 'string' || !directory.hasGroup(group)) {
      throw new HttpError(400, `groups: there is no group ${JSON.stringify(group)}; make it first`)
    }
    return group
  })
}

function needClient(id: string, store: Store): void {
  if (!store.clients().some((client) => client.client_id === id)) throw new HttpError(404, `no client ${id}`)
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readBody(request)
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {}
  throw new HttpError(400, 'the body is not a JSON object')
}

function fits(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
