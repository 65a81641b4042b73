import type { Action } from '../access/policy.ts'
import { hasAuthentication } from '../config/checks.ts'
import type { Registry } from '../registry.ts'
import { isRepositoryName } from '../storage/names.ts'
import { type Answer, empty, json } from './answer.ts'
import { deleteBlob, getBlob, headBlob } from './blobs.ts'
import type { Exchange } from './exchange.ts'
import { apiKeys } from './keys.ts'
import { catalog, ping, tags } from './listings.ts'
import { callback, login, logout } from './login.ts'
import { deleteManifest, getManifest, putManifest } from './manifests.ts'
import { referrers } from './referrers.ts'
import { cancelUpload, continueUpload, finishUpload, startUpload, uploadStatus } from './uploads.ts'

/** What must hold before the handler of a route is asked. */
export type Guard =
  | { kind: 'open' }
  | { kind: 'authenticated' }
  | { kind: 'metrics' }
  | { kind: 'repository'; action: Action | undefined; repository: string; reference: string }

type Handler = (registry: Registry, exchange: Exchange) => Answer | Promise<Answer>

export interface Route {
  guard: Guard
  handle: Handler
  /** Methods that pages of other origins may use here, told with every answer of the handler. Empty: the origin alone is told. */
  cors?: string
}

type RepositoryHandler = (
  registry: Registry,
  exchange: Exchange,
  name: string,
  rest: string,
) => Answer | Promise<Answer>

interface RepositoryRoute {
  pattern: RegExp
  methods: Record<string, RepositoryHandler | undefined>
  cors?: string
  /** Writing a manifest asks the rules itself: it depends on which tags exist. */
  decidesItself?: boolean
}

const reading = 'GET,OPTIONS'
const manifest = /^(.+)\/manifests\/([^/]+)$/

const repositoryRoutes: RepositoryRoute[] = [
  { pattern: /^(.+)\/tags\/list()$/, methods: { GET: tags }, cors: reading },
  { pattern: manifest, methods: { HEAD: getManifest }, cors: 'HEAD,GET,DELETE,OPTIONS' },
  { pattern: manifest, methods: { GET: getManifest, DELETE: deleteManifest }, cors: '' },
  { pattern: manifest, methods: { PUT: putManifest }, decidesItself: true },
  { pattern: /^(.+)\/blobs\/uploads\/()$/, methods: { POST: startUpload } },
  {
    pattern: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: uploadStatus, PATCH: continueUpload, PUT: finishUpload, DELETE: cancelUpload },
  },
  { pattern: /^(.+)\/blobs\/([^/]+)$/, methods: { GET: getBlob, HEAD: headBlob, DELETE: deleteBlob } },
  { pattern: /^(.+)\/referrers\/([^/]+)$/, methods: { GET: referrers }, cors: reading },
]

const actions: Record<string, Action | undefined> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'create',
  PUT: 'create',
  PATCH: 'create',
  DELETE: 'delete',
}

const listings: Record<string, Handler | undefined> = {
  '/v2/': ping,
  '/v2/_catalog': catalog,
  '/v2/_oci/ext/discover': () => json(200, { extensions: [] }),
}

/** The route of a request; 404 when there is none at that path, 405 when there is one for another method. */
export function findRoute(registry: Registry, exchange: Exchange): Route | 404 | 405 {
  const { path, method } = exchange
  if (path === '/livez' || path === '/readyz' || path === '/startupz')
    return { guard: { kind: 'open' }, handle: healthy }
  const metrics = registry.config.extensions?.metrics
  if (metrics && metrics.enable !== false && path.startsWith(metrics.prometheus?.path ?? '/metrics'))
    return method === 'GET' ? { guard: { kind: 'metrics' }, handle: healthy } : 405
  if (path.startsWith('/zot/auth/')) return authRoute(registry, path, method)
  const handle = listings[path]
  if (handle) return shared(reading, method, { guard: { kind: 'authenticated' }, handle })
  return path.startsWith('/v2/') ? repositoryRoute(path.slice('/v2/'.length), method) : 404
}

function authRoute(registry: Registry, path: string, method: string): Route | 404 | 405 {
  const auth = registry.config.http?.auth
  const name = path.slice('/zot/auth/callback/'.length)
  if (path === '/zot/auth/login' && registry.providers.size > 0) return { guard: { kind: 'open' }, handle: login }
  if (path.startsWith('/zot/auth/callback/') && registry.providers.has(name))
    return { guard: { kind: 'open' }, handle: (one, exchange) => callback(one, exchange, name) }
  if (path === '/zot/auth/logout' && hasAuthentication(registry.config))
    return shared('POST,OPTIONS', method, { guard: { kind: 'open' }, handle: logout }, 200)
  if (path !== '/zot/auth/apikey' || !auth?.apikey) return 404
  return shared('GET,POST,DELETE,OPTIONS', method, { guard: { kind: 'authenticated' }, handle: apiKeys })
}

function repositoryRoute(rest: string, method: string): Route | 404 | 405 {
  const candidates = repositoryRoutes.filter(({ pattern }) => isRepositoryName(pattern.exec(rest)?.[1] ?? ''))
  const route = candidates.find(({ methods, cors }) => methods[method] ?? (method === 'OPTIONS' && cors))
  if (!route) return candidates.length > 0 ? 405 : 404
  const { pattern, methods, cors, decidesItself } = route
  const handler = methods[method]
  if (!handler) return preflight(cors ?? '')
  const [, repository = '', reference = ''] = pattern.exec(rest) ?? []
  const action = decidesItself ? undefined : actions[method]
  const found: Route = {
    guard: { kind: 'repository', action, repository, reference },
    handle: (registry, exchange) => handler(registry, exchange, repository, reference),
  }
  return cors === undefined ? found : { ...found, cors }
}

function shared(cors: string, method: string, route: Route, preflightStatus = 204): Route | 405 {
  if (!cors.split(',').includes(method)) return 405
  return method === 'OPTIONS' ? preflight(cors, preflightStatus) : { ...route, cors }
}

/** What a browser asks before a page of another origin may use a route. Anyone may ask. */
function preflight(cors: string, status = 204): Route {
  return { guard: { kind: 'open' }, handle: () => empty(status), cors }
}

function healthy(): Answer {
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'ok' }
}
