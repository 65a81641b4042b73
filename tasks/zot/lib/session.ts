/** A login at the registry: what makes somebody known to it, and lets them make API keys. */
import type { Credentials } from './form.ts'
import { excerpt, exchange } from './http.ts'
import { LoginRefused, walkLogin } from './login.ts'

/** Headers that say who is asking. */
export type Identity = Record<string, string>

export interface Session {
  user: string
  /** The session cookie, and the header without which zot ignores it (its guard against forged requests). */
  identity: Identity
  /** The addresses the login went through. */
  trail: string[]
}

/**
 * Logs in at the registry through its provider, and makes sure that the session is one: zot reads the groups anew at each login.
 *
 * @throws LoginRefused with what the provider or the registry said.
 */
export async function logIn(registry: string, credentials: Credentials, signal?: AbortSignal): Promise<Session> {
  const start = `${registry}/zot/auth/login?provider=oidc`
  const { reply, url, trail, cookies } = await walkLogin(start, { credentials, signal })
  if (reply === undefined) throw new Error('unreachable: nothing stops this walk')
  if (trail.length === 1) {
    throw new LoginRefused(`${registry} offers no OIDC login: ${start} answered ${reply.status}`, reply.status)
  }
  if (url.origin !== new URL(registry).origin || reply.status >= 400) {
    throw new LoginRefused(
      `The login of ${credentials.user} ended at ${url.origin}${url.pathname} with ${reply.status}: ${excerpt(reply)}`,
      reply.status,
    )
  }
  const jar = await cookies.getCookies(registry)
  if (!jar.some((cookie) => cookie.key === 'session')) {
    throw new LoginRefused(
      `${registry} set no session cookie after the login of ${credentials.user} (${reply.status})`,
      reply.status,
    )
  }
  const identity = { cookie: await cookies.getCookieString(registry), 'x-zot-api-client': 'zot-ui' }
  const proof = await exchange(`${registry}/zot/auth/apikey`, { headers: identity, signal })
  if (proof.status !== 200) {
    throw new LoginRefused(
      `${registry} does not honour the session of ${credentials.user}: its keys answered ${proof.status}`,
      proof.status,
    )
  }
  return { user: credentials.user, identity, trail }
}
