import { never } from '../identity/users.ts'
import type { Registry } from '../registry.ts'
import { type Answer, empty, json } from './answer.ts'
import { type Exchange, header, readBody } from './exchange.ts'

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** `/zot/auth/apikey`. As in zot, one who is not logged in gets 500 here where anonymous access is on. */
export async function apiKeys(registry: Registry, exchange: Exchange): Promise<Answer> {
  const name = exchange.caller.name
  if (exchange.method === 'POST') return create(registry, exchange, name)
  if (exchange.method === 'DELETE') {
    const id = exchange.query.get('id')
    if (id === null) return empty(400)
    if (name === '') return empty(500)
    registry.users.revoke(name, id)
    return empty(200)
  }
  return name === '' ? empty(500) : json(200, { apiKeys: registry.users.keys(name) })
}

async function create(registry: Registry, exchange: Exchange, name: string): Promise<Answer> {
  const body = await readBody(exchange, 64 * 1024)
  if (!body) return empty(413)
  const wanted = parse(body)
  if (!wanted) return empty(400)
  const { expirationDate } = wanted
  if (expirationDate !== '' && !isFuture(expirationDate)) return empty(400)
  if (name === '') return empty(500)
  const key = registry.users.addKey(name, {
    label: wanted.label,
    scopes: wanted.scopes,
    expirationDate: expirationDate === '' ? never : expirationDate,
    creatorUa: header(exchange, 'user-agent'),
  })
  registry.log('info', 'api key created', { identity: name, uuid: key.uuid, expirationDate: key.expirationDate })
  return json(201, key)
}

/** A moment to come, in RFC 3339; days that no month has are none. */
function isFuture(text: string): boolean {
  if (!rfc3339.test(text) || !(Date.parse(text) > Date.now())) return false
  const day = text.slice(0, 10)
  return new Date(day).toISOString().startsWith(day)
}

/** As in Go, `null` is as good as nothing, and keys are the same in upper and lower case. */
function parse(body: Buffer): { label: string; scopes: string[] | null; expirationDate: string } | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value !== 'object' || Array.isArray(value)) return undefined
    const given = Object.entries(value ?? {}).flatMap(([key, entry]) =>
      entry === null ? [] : [[key.toLowerCase(), entry]],
    )
    const { label = '', scopes = null, expirationdate: expirationDate = '' } = Object.fromEntries(given)
    const areScopes = scopes === null || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))
    if (typeof label !== 'string' || typeof expirationDate !== 'string' || !areScopes) return undefined
    return { label, scopes: scopes as string[] | null, expirationDate }
  } catch {
    return undefined
  }
}
