/** Walking a browser login over HTTP: redirects, cookies, forms and authentik's flows, as a browser would. */
import { CookieJar } from 'tough-cookie'
import { deniedByPage, flowOf, walkFlow } from '../identity/authentik/flow.ts'
import { type Credentials, fillForm } from './form.ts'
import { excerpt, exchange, type Reply, type Request } from './http.ts'
import { LoginRefused } from './login-refused.ts'

export { LoginRefused }

/** Where a walk ended. */
export interface Arrival {
  /** The last page; `undefined` when the walk stopped before asking for `url`. */
  reply: Reply | undefined
  url: URL
  /** Every address on the way, without queries: what a person would have seen in the address bar. */
  trail: string[]
  cookies: CookieJar
}

export interface Walk {
  credentials: Credentials
  /** Stop before asking for an address for which this is true. */
  stopAt?: (url: URL) => boolean
  /** The first page that is no redirect ends the walk: for looking at it only. */
  lookOnly?: boolean
  signal?: AbortSignal | undefined
}

const MOST_STEPS = 20

/**
 * Walks from `start` until a page comes that is no redirect and asks nothing.
 *
 * zot marks its `state` cookie `Secure` whatever the listener: the jar treats loopback as secure, as browsers do.
 *
 * @throws LoginRefused when the password is asked for again, access is denied, only a person could go on, or the walk does not end.
 */
export async function walkLogin(start: string, walk: Walk): Promise<Arrival> {
  const { credentials } = walk
  const cookies = new CookieJar(undefined, { allowSecureOnLocal: true, rejectPublicSuffixes: false })
  const send = (to: URL, request: Request) => visit(to, { ...request, signal: walk.signal }, cookies)
  const trail: string[] = []
  const flows = new Set<string>()
  let url = new URL(start)
  let next: Request = {}
  let gavePassword = false
  for (let step = 0; step < MOST_STEPS; step++) {
    if (walk.stopAt?.(url)) return { reply: undefined, url, trail, cookies }
    trail.push(`${url.origin}${url.pathname}`)
    const reply = await send(url, next)
    next = {}
    const location = reply.headers.get('location')
    if (reply.status >= 300 && reply.status < 400 && location) {
      // 307 and 308 would keep method and body; no login page sends them with a password.
      url = new URL(location, url)
      continue
    }
    if (walk.lookOnly) return { reply, url, trail, cookies }
    const flow = flowOf(reply)
    if (flow !== undefined) {
      if (flows.has(flow)) {
        throw new LoginRefused(`${url.origin} began its flow ${flow} again after it was walked`, reply.status)
      }
      flows.add(flow)
      url = await walkFlow(url, { credentials, cookies, send })
      continue
    }
    const denied = deniedByPage(reply, credentials.user)
    if (denied) throw denied
    const form = isHtml(reply) ? fillForm(reply.body.toString('utf8'), url, credentials) : undefined
    if (!form) return { reply, url, trail, cookies }
    if (form.asksPassword && gavePassword) {
      throw new LoginRefused(
        `${url.origin} refused the password of ${credentials.user}: ${excerpt(reply)}`,
        reply.status,
        'password',
      )
    }
    if (form.asksText && gavePassword) {
      throw new LoginRefused(
        `${url.origin} asks ${credentials.user} for more than a password, which only a person can give: ${excerpt(reply)}`,
        reply.status,
      )
    }
    gavePassword ||= form.asksPassword
    url = form.action
    if (form.method === 'POST') {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      next = { method: 'POST', headers, body: form.fields.toString() }
    } else url = new URL(`?${form.fields}`, form.action)
  }
  throw new LoginRefused(
    `The login did not end after ${MOST_STEPS} steps; the last were ${trail.slice(-3).join(' → ')}`,
    0,
  )
}

/** Whether the page asks for a login: by a form with a password, or as the page of one of authentik's flows, whose form scripts draw. */
export function asksForLogin(reply: Reply): boolean {
  if (reply.status !== 200 || !isHtml(reply)) return false
  if (flowOf(reply) !== undefined) return true
  return fillForm(reply.body.toString('utf8'), reply.url, { user: '', password: '' })?.asksPassword === true
}

function isHtml(reply: Reply): boolean {
  return reply.headers.get('content-type')?.includes('html') ?? false
}

/** One request with the cookies that the address gets, keeping those it sets. */
async function visit(url: URL, request: Request, cookies: CookieJar): Promise<Reply> {
  const cookie = await cookies.getCookieString(url.href)
  const headers = { accept: 'text/html,*/*', ...(cookie ? { cookie } : {}), ...request.headers }
  const reply = await exchange(url, { ...request, headers })
  for (const line of reply.headers.getSetCookie()) await cookies.setCookie(line, url.href, { ignoreError: true })
  return reply
}
