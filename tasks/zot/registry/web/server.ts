import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { anonymous } from '../access/policy.ts'
import type { Registry } from '../registry.ts'
import { type Answer, empty, notFound, plain } from './answer.ts'
import { authenticate, forbid, presentsIdentity } from './authenticate.ts'
import { withCors } from './cors.ts'
import { type Exchange, header, toExchange } from './exchange.ts'
import { Metrics } from './metrics.ts'
import { findRoute, type Guard } from './routes.ts'

/** Answers HTTP requests for a registry, and counts and logs them. */
export function answerer(registry: Registry): RequestListener {
  const metrics = new Metrics()
  return (message, response) => {
    handle(registry, metrics, message, response).catch((error: unknown) => {
      registry.log('error', 'a request ended early', { path: pathOf(message), error: String(error) })
      response.destroy()
    })
  }
}

async function handle(registry: Registry, metrics: Metrics, message: IncomingMessage, response: ServerResponse) {
  const started = Date.now()
  const exchange = toExchange(message, anonymous)
  const answer = exchange ? await answerTo(registry, metrics, exchange) : plain(400, '400 Bad Request')
  metrics.count(message.method ?? '', answer.status)
  registry.log('info', 'HTTP API', {
    method: message.method,
    path: pathOf(message),
    statusCode: answer.status,
    latency: `${Date.now() - started}ms`,
    clientIP: message.socket.remoteAddress,
    user: exchange?.caller.name ?? '',
  })
  await send(message, response, answer)
}

async function answerTo(registry: Registry, metrics: Metrics, exchange: Exchange): Promise<Answer> {
  const tidied = posix.normalize(exchange.path)
  if (tidied !== exchange.path)
    return empty(301, { Location: (exchange.message.url ?? '').replace(exchange.path, () => tidied) })
  const route = findRoute(registry, exchange)
  if (route === 404) return notFound
  if (route === 405) return empty(405)
  const work = async () => {
    const answer = await route.handle(registry, exchange)
    return route.cors === undefined ? answer : withCors(registry, route.cors, answer)
  }
  if (route.guard.kind === 'open') return attempt(registry, exchange, work)
  const authentication = authenticate(registry, exchange)
  if ('refusal' in authentication) {
    if (presentsIdentity(exchange)) await holdBack(registry)
    return authentication.refusal
  }
  exchange.caller = authentication.caller
  const verdict = permitted(registry, exchange, route.guard)
  const answer = await attempt(registry, exchange, () =>
    !verdict.allowed
      ? forbid(registry, exchange, verdict.reason)
      : route.guard.kind === 'metrics'
        ? { status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }, body: metrics.text() }
        : work(),
  )
  if (answer.status === 401 || answer.status === 403) await holdBack(registry)
  return { ...answer, headers: { ...authentication.headers, ...answer.headers } }
}

function permitted(registry: Registry, exchange: Exchange, guard: Guard) {
  if (!registry.policy) return { allowed: true }
  if (guard.kind === 'metrics') return { allowed: registry.policy.mayReadMetrics(exchange.caller) }
  if (guard.kind !== 'repository' || guard.action === undefined) return { allowed: true }
  const { action, repository, reference } = guard
  const details = { method: exchange.method, userAgent: header(exchange, 'user-agent') }
  return registry.policy.decide(exchange.caller, { action, repository, reference, ...details })
}

/** A fault of ours is a 500 for one client and a line in the log, not the end of the process. */
async function attempt(registry: Registry, exchange: Exchange, work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    registry.log('error', 'unexpected error', { path: exchange.path, error: reason })
    return empty(500)
  }
}

/** `http.auth.failDelay`: every refusal is that many seconds late. */
async function holdBack(registry: Registry): Promise<void> {
  const seconds = registry.config.http?.auth?.failDelay ?? 0
  if (seconds > 0) await wait(seconds * 1000)
}

async function send(message: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  response.statusCode = answer.status
  // Node would say how it keeps connections; zot keeps them and does not say.
  if (response.shouldKeepAlive && message.httpVersion === '1.1') response.removeHeader('Connection')
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  // What is left of a body that nobody read must not be taken for the next request.
  if (!message.complete) message.resume()
  if (answer.body instanceof Readable) {
    await pipeline(answer.body, response)
    return
  }
  const body = answer.body ?? ''
  if (!response.hasHeader('Content-Length') && answer.status !== 204)
    response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(message.method === 'HEAD' ? undefined : body)
}

function pathOf(message: IncomingMessage): string {
  return (message.url ?? '').split('?')[0] ?? ''
}
