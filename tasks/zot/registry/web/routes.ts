import type { Action } from '../access/policy.ts'
import { hasAuthentication } from '../config/checks.ts'
import type { Registry } from '../registry.ts'
import { isRepositoryName } from '../storage/names.ts'
import type { Answer } from './answer.ts'
import { deleteBlob, getBlob } from './blobs.ts'
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

export interface Route {
  guard: Guard
  handle: (registry: Registry, exchange: Exchange) => Answer | Promise<Answer>
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
  /** Writing a manifest asks the rules itself: it depends on which tags exist. */
  decidesItself?: string
}

const repositoryRoutes: RepositoryRoute[] = [
  { pattern: /^(.+)\/tags\/list()$/, methods: { GET: tags } },
  {
    pattern: /^(.+)\/manifests\/([^/]+)$/,
    methods: { GET: getManifest, HEAD: getManifest, PUT: putManifest, DELETE: deleteManifest },
    decidesItself: 'PUT',
  },
  { pattern: /^(.+)\/blobs\/uploads\/()$/, methods: { POST: startUpload } },
  {
    pattern: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: uploadStatus, PATCH: continueUpload, PUT: finishUpload, DELETE: cancelUpload },
  },
  { pattern: /^(.+)\/blobs\/([^/]+)$/, methods: { GET: getBlob, HEAD: getBlob, DELETE: deleteBlob } },
  { pattern: /^(.+)\/referrers\/([^/]+)$/, methods: { GET: referrers } },
]

const actions: Record<string, Action | undefined> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'create',
  PUT: 'create',
  PATCH: 'create',
  DELETE: 'delete',
}

/** The route of a request; 404 when there is none at that path, 405 when there is one for another method. */
export function findRoute(registry: Registry, exchange: Exchange): Route | 404 | 405 {
  const { path, method } = exchange
  if (path === '/livez' || path === '/readyz' || path === '/startupz')
    return { guard: { kind: 'open' }, handle: healthy }
  const metrics = registry.config.extensions?.metrics
  if (metrics && metrics.enable !== false && path === (metrics.prometheus?.path ?? '/metrics'))
    return method === 'GET' ? { guard: { kind: 'metrics' }, handle: healthy } : 405
  if (path.startsWith('/zot/auth/')) return authRoute(registry, path, method)
  if (path === '/v2/' || path === '/v2') return only('GET', method, { guard: { kind: 'authenticated' }, handle: ping })
  if (path === '/v2/_catalog') return only('GET', method, { guard: { kind: 'authenticated' }, handle: catalog })
  return path.startsWith('/v2/') ? repositoryRoute(path.slice('/v2/'.length), method) : 404
}

function authRoute(registry: Registry, path: string, method: string): Route | 404 | 405 {
  const auth = registry.config.http?.auth
  const name = path.slice('/zot/auth/callback/'.length)
  if (path === '/zot/auth/login' && registry.providers.size > 0) return { guard: { kind: 'open' }, handle: login }
  if (path.startsWith('/zot/auth/callback/') && registry.providers.has(name))
    return { guard: { kind: 'open' }, handle: (one, exchange) => callback(one, exchange, name) }
  if (path === '/zot/auth/logout' && hasAuthentication(registry.config))
    return only('POST', method, { guard: { kind: 'open' }, handle: logout })
  if (path !== '/zot/auth/apikey' || !auth?.apikey) return 404
  return ['GET', 'POST', 'DELETE'].includes(method) ? { guard: { kind: 'authenticated' }, handle: apiKeys } : 405
}

function repositoryRoute(rest: string, method: string): Route | 404 | 405 {
  for (const { pattern, methods, decidesItself } of repositoryRoutes) {
    const match = pattern.exec(rest)
    const repository = match?.[1] ?? ''
    const reference = match?.[2] ?? ''
    if (!match || !isRepositoryName(repository)) continue
    const handler = methods[method]
    if (!handler) return 405
    return {
      guard: {
        kind: 'repository',
        action: decidesItself === method ? undefined : actions[method],
        repository,
        reference,
      },
      handle: (registry, exchange) => handler(registry, exchange, repository, reference),
    }
  }
  return 404
}

function only(wanted: string, method: string, route: Route): Route | 405 {
  return method === wanted ? route : 405
}

function healthy(): Answer {
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'ok' }
}
