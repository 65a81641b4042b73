/** Walking a browser login over HTTP: redirects, cookies and forms, as a browser without scripts would. */
import { CookieJar } from 'tough-cookie'
import { type Credentials, fillForm } from './form.ts'
import { excerpt, exchange, type Reply } from './http.ts'

/** A provider or registry turned the login away. `status` is that of the page that said so. */
export class LoginRefused extends Error {
  override name = 'LoginRefused'
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

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
  /** Where a form is refused instead of filled in, for looking at the page only. */
  lookOnly?: boolean
  signal?: AbortSignal | undefined
}

const MOST_STEPS = 20

/**
 * Walks from `start` until a page comes that is no redirect and asks nothing.
 *
 * zot marks its `state` cookie `Secure` whatever the listener: the jar treats loopback as secure, as browsers do.
 *
 * @throws LoginRefused when the password is asked for again, or the walk does not end.
 */
export async function walkLogin(start: string, walk: Walk): Promise<Arrival> {
  const cookies = new CookieJar(undefined, { allowSecureOnLocal: true, rejectPublicSuffixes: false })
  const trail: string[] = []
  let url = new URL(start)
  let next: { method: string; body?: string } = { method: 'GET' }
  let gavePassword = false
  for (let step = 0; step < MOST_STEPS; step++) {
    if (walk.stopAt?.(url)) return { reply: undefined, url, trail, cookies }
    trail.push(`${url.origin}${url.pathname}`)
    const reply = await request(url, next, cookies, walk.signal)
    const location = reply.headers.get('location')
    if (reply.status >= 300 && reply.status < 400 && location) {
      // 307 and 308 would keep method and body; no login page sends them with a password.
      url = new URL(location, url)
      next = { method: 'GET' }
      continue
    }
    const html = reply.headers.get('content-type')?.includes('html') ?? false
    const form = html && !walk.lookOnly ? fillForm(reply.body.toString('utf8'), url, walk.credentials) : undefined
    if (!form) return { reply, url, trail, cookies }
    if (form.asksPassword && gavePassword) {
      throw new LoginRefused(
        `${url.origin} refused the password of ${walk.credentials.user}: ${excerpt(reply)}`,
        reply.status,
      )
    }
    gavePassword ||= form.asksPassword
    url = form.action
    if (form.method === 'POST') next = { method: 'POST', body: form.fields.toString() }
    else {
      url = new URL(`?${form.fields}`, form.action)
      next = { method: 'GET' }
    }
  }
  throw new LoginRefused(
    `The login did not end after ${MOST_STEPS} steps; the last were ${trail.slice(-3).join(' → ')}`,
    0,
  )
}

async function request(
  url: URL,
  { method, body }: { method: string; body?: string },
  cookies: CookieJar,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const cookie = await cookies.getCookieString(url.href)
  const reply = await exchange(url, {
    method,
    signal,
    headers: {
      accept: 'text/html,*/*',
      ...(cookie ? { cookie } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  for (const line of reply.headers.getSetCookie()) await cookies.setCookie(line, url.href, { ignoreError: true })
  return reply
}
