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
  const { items, isFull } = pageOf(names, exchange.query)
  // As in zot, a page that is full names a next one, which may be empty.
  return json(200, { repositories: items }, isFull ? linkTo('/v2/_catalog', items) : {})
}

/** `GET /v2/<name>/tags/list`: only what is here; a repository upstream is not asked for its tags. */
export function tags(registry: Registry, exchange: Exchange, name: string): Answer {
  if (!registry.repositories.exists(name)) return failure(404, 'NAME_UNKNOWN', { name })
  const all = registry.repositories.tags(name)
  const [n, last] = [exchange.query.getAll('n'), exchange.query.getAll('last')]
  if (n.length > 1 || last.length > 1 || (n[0] !== undefined && parseCount(n[0]) === undefined)) return empty(400)
  if (last[0] && !all.includes(last[0])) return empty(404)
  const { items, isFull, hasMore } = pageOf(all, exchange.query)
  return json(200, { name, tags: items }, isFull && hasMore ? linkTo(`/v2/${name}/tags/list`, items) : {})
}

/** The part of a sorted list that `?n=&last=` asks for: a number that is none asks for everything, and nothing comes after a `last` that is not there. */
function pageOf(all: string[], query: URLSearchParams) {
  const limit = parseCount(query.get('n') ?? '')
  const last = query.get('last')
  const rest = !last ? all : all.includes(last) ? all.slice(all.indexOf(last) + 1) : []
  const items = rest.slice(0, limit)
  return { items, isFull: limit !== 0 && items.length === limit, hasMore: items.length < rest.length }
}

function linkTo(path: string, items: string[]): Record<string, string> {
  return { Link: `<${path}?n=${items.length}&last=${items.at(-1)}>; rel="next"` }
}

function parseCount(text: string): number | undefined {
  return /^\+?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
}
