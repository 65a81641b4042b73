import { anonymous, type Caller } from '../access/policy.ts'
import { hasAuthentication } from '../config/checks.ts'
import { setCookie } from '../identity/cookies.ts'
import type { Registry } from '../registry.ts'
import { type Answer, failure, wrongCredentials } from './answer.ts'
import { type Exchange, header } from './exchange.ts'

/** A caller, with headers the answer must carry, or the answer that turns the caller away. */
export type Authentication = { caller: Caller; headers: Record<string, string> } | { refusal: Answer }

/**
 * Finds out who is asking. Credentials that are present and wrong are refused even where anonymous access would do;
 * a cookie counts only from a client that says it is the UI.
 */
export function authenticate(registry: Registry, exchange: Exchange): Authentication {
  const authentic = hasAuthentication(registry.config)
  const openDoor = registry.policy?.admitsAnonymous || isOpenMetrics(registry, exchange)
  if (authorizations(exchange) > 1) return refuse(registry, exchange)
  if (hasCredentials(exchange) && authentic) {
    const caller = basicCaller(registry, header(exchange, 'authorization'))
    return caller ? { caller, headers: {} } : refuse(registry, exchange)
  }
  if (exchange.fromUi) {
    const caller = sessionCaller(registry, exchange)
    if (caller) return { caller, headers: {} }
    // Tells a browser that its session is over.
    const headers = { 'Set-Cookie': setCookie('session', '', { dated: true, httpOnly: true }) }
    return openDoor ? { caller: anonymous, headers } : refuse(registry, exchange, headers)
  }
  if (!authentic) return { caller: anonymous, headers: {} }
  if (!openDoor || isPolitelyRefused(registry, exchange)) return refuse(registry, exchange)
  return { caller: anonymous, headers: {} }
}

/** The answer to a caller who is known, or anonymous, and may not do this. */
export function forbid(registry: Registry, exchange: Exchange, reason?: string): Answer {
  const answer =
    exchange.caller.name === ''
      ? failure(401, 'UNAUTHORIZED')
      : failure(403, 'DENIED', reason === undefined ? {} : { reason })
  return { ...answer, headers: { ...answer.headers, ...challenge(registry, exchange) } }
}

/** Whether an answer to this request is held back for `failDelay` seconds when it is refused before any rule is asked. */
export function presentsIdentity(exchange: Exchange): boolean {
  return hasCredentials(exchange) || exchange.fromUi
}

function refuse(registry: Registry, exchange: Exchange, headers: Record<string, string> = {}): Authentication {
  return { refusal: wrongCredentials({ ...headers, ...challenge(registry, exchange) }) }
}

/** A browser that got this header would show its own password window over the UI. */
function challenge(registry: Registry, exchange: Exchange): Record<string, string> {
  const realm = registry.config.http?.realm || 'Authorization Required'
  return exchange.fromUi ? {} : { 'WWW-Authenticate': `Basic realm=${JSON.stringify(realm)}` }
}

function authorizations(exchange: Exchange): number {
  return exchange.message.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization').length
}

/** `Basic Og==` is an empty name and an empty password: the same as nothing. */
function hasCredentials(exchange: Exchange): boolean {
  const value = header(exchange, 'authorization')
  return value !== '' && value.toLowerCase() !== 'basic og=='
}

function basicCaller(registry: Registry, value: string): Caller | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1]
  const pair = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const at = pair.indexOf(':')
  if (at < 1) return undefined
  const name = pair.slice(0, at)
  if (!registry.config.http?.auth?.apikey || !registry.users.admits(name, pair.slice(at + 1))) return undefined
  return { name, groups: registry.users.groups(name) }
}

function sessionCaller(registry: Registry, exchange: Exchange): Caller | undefined {
  const id = registry.seal.open('session', exchange.cookies.get('session'))
  const session = id === undefined ? undefined : registry.sessions.find(id)
  if (!session || !registry.users.has(session.user)) return undefined
  return { name: session.user, groups: registry.users.groups(session.user) }
}

/** Docker takes a 200 here for "no login needed" and would then never send its credentials. */
function isPolitelyRefused(registry: Registry, exchange: Exchange): boolean {
  const agent = header(exchange, 'user-agent')
  const isDocker = agent.includes('Docker-Client') || agent.startsWith('docker/')
  const isPing = exchange.path.replace(/\/$/, '') === '/v2'
  return isDocker && isPing && Boolean(registry.policy?.mixed) && Boolean(registry.config.http?.auth?.apikey)
}

function isOpenMetrics(registry: Registry, exchange: Exchange): boolean {
  const metrics = registry.config.extensions?.metrics
  const path = metrics?.prometheus?.path ?? '/metrics'
  const isMetrics = metrics !== undefined && metrics.enable !== false && exchange.path.startsWith(path)
  return isMetrics && Boolean(registry.policy?.mayReadMetrics(anonymous))
}
