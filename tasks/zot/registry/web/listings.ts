import { hasAuthentication } from '../config/checks.ts'
import type { Registry } from '../registry.ts'
import { type Answer, empty, failure, json } from './answer.ts'
import type { Exchange } from './exchange.ts'

/** `GET /v2/`: clients ask it to learn whether they must log in. */
export function ping(registry: Registry, exchange: Exchange): Answer {
  const headers: Record<string, string> = { 'Docker-Distribution-Api-Version': 'registry/2.0' }
  const authentic = hasAuthentication(registry.config)
  if (authentic && !exchange.fromUi) headers['WWW-Authenticate'] = `basic realm=${registry.config.http?.realm ?? ''}`
  return { status: 200, headers: { 'Content-Type': 'application/json', ...headers }, body: '' }
}

/** `GET /v2/_catalog`: the repositories that this caller may read. */
export function catalog(registry: Registry, exchange: Exchange): Answer {
  const names = registry.repositories
    .names()
    .filter((repository) => registry.policy?.decide(exchange.caller, { action: 'read', repository }).allowed ?? true)
  const page = paginate(names, exchange.query, '/v2/_catalog')
  return 'status' in page ? page : json(200, { repositories: page.items }, page.headers)
}

/** `GET /v2/<name>/tags/list`: only what is here; a repository upstream is not asked for its tags. */
export function tags(registry: Registry, exchange: Exchange, name: string): Answer {
  if (!registry.repositories.exists(name)) return failure(404, 'NAME_UNKNOWN', { name })
  const page = paginate(registry.repositories.tags(name), exchange.query, `/v2/${name}/tags/list`)
  return 'status' in page ? page : json(200, { name, tags: page.items }, page.headers)
}

function paginate(
  all: string[],
  query: URLSearchParams,
  path: string,
): Answer | { items: string[]; headers: Record<string, string> } {
  const wanted = query.get('n')
  const last = query.get('last')
  if (wanted !== null && !/^\d+$/.test(wanted)) return empty(400)
  const from = last === null || last === '' ? 0 : all.indexOf(last) + 1
  if (last !== null && last !== '' && from === 0) return empty(404)
  const limit = wanted === null ? all.length : Number(wanted)
  const items = all.slice(from, from + limit)
  const more = limit > 0 && from + limit < all.length
  const next = `<${path}?n=${limit}&last=${items.at(-1) ?? ''}>; rel="next"`
  return { items, headers: more ? { Link: next } : {} }
}
