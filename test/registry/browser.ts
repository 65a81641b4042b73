import { CookieJar } from 'tough-cookie'

/** What a zot session needs beside its cookie. */
export const asUi = { 'X-ZOT-API-CLIENT': 'zot-ui' }

/** A person's browser, as far as logging in needs one: cookies and redirects. */
export class Browser {
  readonly jar = new CookieJar()

  /** One request with the cookies for it; redirects are not followed. */
  async request(url: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const cookie = await this.jar.getCookieString(url)
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) await this.jar.setCookie(line, url, { ignoreError: true })
    return response
  }

  /** Logs in at the provider and answers the callback address it sends the browser to, not yet visited. */
  async toCallback(registry: string, user: string, returnTo?: string): Promise<string> {
    const query = returnTo === undefined ? '' : `&callback_ui=${encodeURIComponent(returnTo)}`
    let url = `${registry}/zot/auth/login?provider=oidc${query}`
    for (let hops = 0; hops < 10; hops++) {
      const isForm = url.includes('/interaction/')
      const response = await this.request(
        url,
        isForm ? { method: 'POST', body: new URLSearchParams({ login: user }) } : {},
      )
      const location = response.headers.get('location')
      if (location === null) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
      url = new URL(location, url).href
      if (url.startsWith(`${registry}/zot/auth/callback/`)) return url
    }
    throw new Error('too many redirects')
  }

  /** Logs in and answers what the registry's callback says. */
  async login(registry: string, user: string, returnTo?: string): Promise<Response> {
    return this.request(await this.toCallback(registry, user, returnTo))
  }
}
