/**
 * A login at authentik, without a browser. Its pages, `/if/flow/<slug>/`, are drawn by scripts from what the flow executor asks for: each `GET` or `POST` of
 * `/api/v3/flows/executor/<slug>/?query=…` answers a challenge, named by its `component`, and a `POST` answers that challenge.
 *
 * Fields by authentik's OpenAPI schema (`ChallengeTypes`, `FlowChallengeResponseRequest`). From its source: an answer that is taken leads on by a redirect to
 * the executor itself; a user who is known but not let in gets a page, and the client is not told.
 */
import type { CookieJar } from 'tough-cookie'
import { conceal } from '../../lib/finding.ts'
import type { Credentials } from '../../lib/form.ts'
import { excerpt, jsonObject, type Reply, type Request } from '../../lib/http.ts'
import { LoginRefused } from '../../lib/login-refused.ts'

/** One browser's visit. */
export interface Visit {
  credentials: Credentials
  cookies: CookieJar
  /** Sends a request with the visit's cookies; redirects are answers. */
  send: (url: URL, request: Request) => Promise<Reply>
}

type Challenge = Record<string, unknown>

const MOST_STAGES = 20

/** The name of the flow whose page this is; `undefined` for any other page. */
export function flowOf(reply: Reply): string | undefined {
  return reply.status === 200 ? /\/if\/flow\/([-\w]+)\/$/.exec(reply.url.pathname)?.[1] : undefined
}

/** The refusal, where the page is authentik's "Permission denied": it comes instead of a redirect, with 200. */
export function deniedByPage(reply: Reply, user: string): LoginRefused | undefined {
  const seen = reply.status === 200 || reply.status === 403
  if (!seen || !reply.url.pathname.endsWith('/application/o/authorize/')) return undefined
  return denied(reply.url.origin, user, excerpt(reply), reply.status)
}

/**
 * Walks the flow of a page to where it sends the browser.
 *
 * @throws LoginRefused when name or password are refused, access is denied, or a stage asks for what only a person has.
 */
export async function walkFlow(page: URL, { credentials, cookies, send }: Visit): Promise<URL> {
  const slug = page.pathname.split('/').at(-2)
  const executor = new URL(`../../../api/v3/flows/executor/${slug}/`, page)
  executor.searchParams.set('query', page.search.slice(1))
  const accept = { accept: 'application/json' }
  const answered = new Set<string>()
  let reply = await send(executor, { headers: accept })
  for (let stage = 0; stage < MOST_STAGES; stage++) {
    const to = sentTo(reply)
    if (to) {
      if (to.pathname !== executor.pathname) return to
      reply = await send(to, { headers: accept })
      continue
    }
    if (reply.status !== 200) {
      throw new LoginRefused(
        `${page.origin} ended its flow ${slug} with ${reply.status}: ${conceal(excerpt(reply), [credentials.password])}`,
        reply.status,
      )
    }
    const challenge = jsonObject(reply)
    const component = String(challenge.component)
    if (answered.has(component)) throw refused(page, challenge, credentials.user)
    answered.add(component)
    const body = JSON.stringify({ component, ...answerTo(challenge, page, credentials) })
    const headers = { ...accept, 'content-type': 'application/json', ...(await ownPage(page, cookies)) }
    reply = await send(executor, { method: 'POST', headers, body })
  }
  throw new LoginRefused(`${page.origin}'s flow ${slug} did not end after ${MOST_STAGES} stages`, 0)
}

/** What a challenge is answered with. */
function answerTo(challenge: Challenge, page: URL, { user, password }: Credentials): Record<string, unknown> {
  const component = String(challenge.component)
  switch (component) {
    case 'ak-stage-identification':
      if (challenge.captcha_stage) throw forPeople(page, 'ak-stage-captcha', user)
      return { uid_field: user, ...(challenge.password_fields ? { password } : {}) }
    case 'ak-stage-password':
      return { password }
    case 'ak-stage-consent':
      return { token: challenge.token }
    case 'ak-stage-user-login':
      return { remember_me: false }
    case 'ak-stage-access-denied':
      throw denied(page.origin, user, text(challenge.error_message) ?? 'no reason given', 200)
    case 'ak-stage-flow-error':
      throw new LoginRefused(
        `${page.origin} failed during the login of ${user}: ${text(challenge.error) ?? 'no reason given'}; its log says more (request ${challenge.request_id})`,
        200,
      )
    default:
      throw forPeople(page, component, user)
  }
}

/** Where the browser is sent: by HTTP, or by the challenge that means the same. */
function sentTo(reply: Reply): URL | undefined {
  const location = reply.headers.get('location')
  if (reply.status >= 300 && reply.status < 400 && location) return new URL(location, reply.url)
  if (reply.status !== 200) return undefined
  const { component, to } = jsonObject(reply)
  return component === 'xak-flow-redirect' && typeof to === 'string' ? new URL(to, reply.url) : undefined
}

/** Shows that the request comes from authentik's own page: without these a session that is logged in may change nothing. */
async function ownPage(page: URL, cookies: CookieJar): Promise<Record<string, string>> {
  const token = (await cookies.getCookies(page.href)).find(({ key }) => key === 'authentik_csrf')?.value
  return { origin: page.origin, referer: page.href, ...(token ? { 'x-authentik-csrf': token } : {}) }
}

/** The same stage came again: what was answered was not taken. */
function refused(page: URL, challenge: Challenge, user: string): LoginRefused {
  const details = Object.values((challenge.response_errors ?? {}) as Record<string, { string: string }[]>).flat()
  const said = details.map((detail) => detail.string).join(' ') || `it asks again (${challenge.component})`
  const credentials = ['ak-stage-identification', 'ak-stage-password'].includes(String(challenge.component))
  const what = credentials ? `the name or the password of ${user}` : `the answer for ${user}`
  return new LoginRefused(`${page.origin} refused ${what}: ${said}`, 200, credentials ? 'password' : 'other')
}

function denied(origin: string, user: string, said: string, status: number): LoginRefused {
  return new LoginRefused(`${origin} denied ${user} access (access_denied): ${said}`, status, 'denied')
}

const PEOPLE: Record<string, string> = {
  'ak-stage-authenticator-validate': 'a second factor',
  'ak-stage-captcha': 'a captcha',
  'ak-stage-email': 'a link sent by mail',
  'ak-stage-prompt': 'a form of its own',
}

function forPeople(page: URL, component: string, user: string): LoginRefused {
  const wanted = PEOPLE[component] ?? 'something else than name, password and consent'
  return new LoginRefused(
    `${page.origin} asks ${user} for ${wanted} (${component}): a person must log in, or its flow must let ${user} in without`,
    200,
  )
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
