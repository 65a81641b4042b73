import type { Registry } from '../registry.ts'
import type { Answer } from './answer.ts'

/** `answer` with what a browser needs to hand it to a page of another origin; `methods` are those of the route, or none. */
export function withCors(registry: Registry, methods: string, answer: Answer): Answer {
  const { allowOrigin } = registry.config.http ?? {}
  const headers: Record<string, string> = { 'Access-Control-Allow-Origin': allowOrigin || '*' }
  if (methods !== '') {
    headers['Access-Control-Allow-Methods'] = methods
    headers['Access-Control-Allow-Headers'] = 'Authorization,content-type,X-ZOT-API-CLIENT'
  }
  if (allowOrigin) headers['Access-Control-Allow-Credentials'] = 'true'
  return { ...answer, headers: { ...headers, ...answer.headers } }
}
