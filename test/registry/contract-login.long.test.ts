import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUi, Browser } from './browser.ts'
import { createKey, type Hardened, openHardened } from './hardened.ts'
import { basic, image, push } from './images.ts'
import { publicClient } from './provider.ts'
import { forEachRegistry, writeConfig } from './rig.ts'

forEachRegistry('login', (kind) => {
  let registry: Hardened
  beforeAll(async () => {
    registry = await openHardened(kind)
  })
  afterAll(() => registry.close())

  test('row 29: login sends the browser to the provider with two cookies', async () => {
    const response = await fetch(`${registry.url}/zot/auth/login?provider=oidc`, { redirect: 'manual' })
    expect(response.status).toBe(302)
    const target = new URL(response.headers.get('location') ?? '')
    expect(target.origin + target.pathname).toBe(`${registry.provider.issuer}/auth`)
    expect(Object.fromEntries(target.searchParams)).toEqual({
      client_id: 'zot',
      redirect_uri: `${registry.url}/zot/auth/callback/oidc`,
      response_type: 'code',
      scope: 'openid email profile',
      state: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const cookies = response.headers.getSetCookie()
    expect(cookies).toHaveLength(2)
    const memory = cookies.find((line) => line.startsWith('statecookie='))
    for (const part of [/Path=\/zot\/auth\/callback/, /Max-Age=7200/, /HttpOnly/]) expect(memory).toMatch(part)
    expect(memory).not.toMatch(/Secure/)
    const state = cookies.find((line) => line.startsWith('state='))
    for (const part of [/Path=\/(;|$)/, /Max-Age=120/, /HttpOnly/, /Secure/, /SameSite=Lax/])
      expect(state).toMatch(part)
  })

  test('row 29: a provider that is not configured is a bad request', async () => {
    for (const query of ['?provider=google', '?provider=', '']) {
      const response = await fetch(`${registry.url}/zot/auth/login${query}`, { redirect: 'manual' })
      expect([response.status, await response.text()]).toEqual([400, ''])
    }
  })

  test('row 30: a good code makes a session', async () => {
    const browser = new Browser()
    const response = await browser.login(registry.url, 'ci')
    expect([response.status, await response.text()]).toEqual([201, ''])
    const cookies = response.headers.getSetCookie()
    const session = cookies.find((line) => line.startsWith('session=')) ?? ''
    for (const part of [/Path=\/(;|$)/, /Max-Age=7200/, /HttpOnly/]) expect(session).toMatch(part)
    expect(session).not.toMatch(/Secure/)
    const user = cookies.find((line) => line.startsWith('user=')) ?? ''
    expect(user).toMatch(/^user=ci;.*Path=\/.*Max-Age=7200/)
    expect(user).not.toMatch(/HttpOnly|Secure/)
    expect(cookies.find((line) => line.startsWith('state='))).toMatch(/Max-Age=0|1970/)
    expect((await browser.request(`${registry.url}/zot/auth/apikey`, { headers: asUi })).status).toBe(200)
  })

  test('row 30: afterwards the browser goes where it wanted, on this registry only', async () => {
    const wanted: [string, string][] = [
      ['/', '/'],
      ['/some/page?x=1', '/some/page?x=1'],
      [`${registry.url}/home`, `${registry.url}/home`],
      ['https://evil.test/', '/'],
      ['//evil.test/', '/'],
      ['/\\evil.test', '/'],
      ['relative', '/'],
    ]
    for (const [asked, got] of wanted) {
      const response = await new Browser().login(registry.url, 'ci', asked)
      expect([asked, response.status, response.headers.get('location')]).toEqual([asked, 302, got])
    }
  })

  test('row 31: a callback without a state cookie or with another state is refused', async () => {
    const callback = await new Browser().toCallback(registry.url, 'ci')
    const without = await fetch(callback)
    expect(without.status).toBe(401)
    expect(without.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await without.text()).toMatch(/^failed to get state: http: named cookie not present/)
    const browser = new Browser()
    const other = new URL(await browser.toCallback(registry.url, 'ci'))
    other.searchParams.set('state', 'other')
    const response = await browser.request(other.href)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toMatch(/state does not compare/)
  })

  test('row 31: a callback that has lost the memory of its login is refused', async () => {
    const browser = new Browser()
    const callback = await browser.toCallback(registry.url, 'ci')
    const memory = (await browser.jar.getCookies(callback)).find((cookie) => cookie.key === 'statecookie')
    expect(memory).toBeDefined()
    await browser.jar.setCookie('statecookie=; Path=/zot/auth/callback; Max-Age=0', callback)
    const response = await browser.request(callback)
    expect([response.status, await response.text()]).toEqual([401, ''])
    expect(response.headers.getSetCookie().join()).not.toMatch(/session=/)
  })

  test('row 31: a bad or used code is refused', async () => {
    const browser = new Browser()
    const bad = new URL(await browser.toCallback(registry.url, 'ci'))
    bad.searchParams.set('code', 'bad')
    const response = await browser.request(bad.href)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toMatch(/^failed to exchange token: .*invalid_grant/)

    const again = new Browser()
    const callback = await again.toCallback(registry.url, 'ci')
    const jar = await again.jar.serialize()
    expect((await again.request(callback)).status).toBe(201)
    const replay = new Browser()
    for (const cookie of jar.cookies)
      await replay.jar.setCookie(`${cookie.key}=${cookie.value}; Path=${cookie.path}`, callback)
    const used = await replay.request(callback)
    expect([used.status, await used.text()]).toEqual([401, expect.stringMatching(/invalid_grant/)])
  })

  test('row 32: what the provider refuses is an error with its words', async () => {
    registry.provider.denied.add('dev')
    const response = await new Browser().login(registry.url, 'dev')
    registry.provider.denied.delete('dev')
    expect(response.status).toBe(500)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toMatch(/^access_denied: not for you/)
  })

  test('row 42: logout ends the session and says where to end the one at the provider', async () => {
    const browser = await registry.browser('ci')
    const kept = { ...asUi, Cookie: await browser.jar.getCookieString(registry.url) }
    const keys = (headers: Record<string, string>) => fetch(`${registry.url}/zot/auth/apikey`, { headers })
    expect((await keys(kept)).status).toBe(200)
    expect((await fetch(`${registry.url}/zot/auth/logout`)).status).toBe(405)
    const response = await browser.request(`${registry.url}/zot/auth/logout`, { method: 'POST', headers: asUi })
    expect(response.status).toBe(200)
    const { endSessionUrl } = (await response.json()) as { endSessionUrl: string }
    const target = new URL(endSessionUrl)
    expect(target.origin + target.pathname).toBe(`${registry.provider.issuer}/session/end`)
    expect(Object.fromEntries(target.searchParams)).toEqual({
      client_id: 'zot',
      post_logout_redirect_uri: `${registry.url}/login`,
    })
    expect(response.headers.getSetCookie().join()).toMatch(/session=;?.*(Max-Age=0|1970)/)
    expect((await browser.request(`${registry.url}/zot/auth/apikey`, { headers: asUi })).status).toBe(500)
    // Nor does a cookie help that somebody has kept.
    expect((await keys(kept)).status).toBe(500)
    const nobody = await fetch(`${registry.url}/zot/auth/logout`, { method: 'POST' })
    expect([nobody.status, await nobody.json()]).toEqual([200, {}])
  })

  test('a missing username falls back to the email; with neither there is no login', async () => {
    registry.provider.accounts.set('mail', { email: 'mail@test', groups: 'artifact-workloads' })
    const answer = (await (await createKey(await registry.browser('mail'), registry.url, {})).json()) as {
      apiKey: string
    }
    // A bare string is as good as a list of groups.
    const key = basic('mail@test', answer.apiKey)
    expect((await push(registry.url, 'mail', 'v1', image('mail'), key)).status).toBe(201)
    registry.provider.accounts.set('nobody', {})
    const refused = await new Browser().login(registry.url, 'nobody')
    expect([refused.status, await refused.text()]).toEqual([401, ''])
  })

  test('with the provider gone, keys and sessions still work and login still leads there', async () => {
    const browser = await registry.browser('ci')
    const key = await registry.key('ci')
    await registry.provider.close()
    expect((await fetch(`${registry.url}/v2/_catalog`, { headers: key })).status).toBe(200)
    expect((await browser.request(`${registry.url}/zot/auth/apikey`, { headers: asUi })).status).toBe(200)
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200)
    expect((await fetch(`${registry.url}/zot/auth/login?provider=oidc`, { redirect: 'manual' })).status).toBe(302)
  })
})

forEachRegistry('login with other settings', (kind) => {
  test('a client without a secret proves itself with PKCE', async () => {
    const registry = await openHardened(kind, (config) => {
      const { providers } = config.http.auth.openid
      delete providers.oidc.credentialsFile
      providers.oidc.clientid = publicClient.id
    })
    try {
      const start = await fetch(`${registry.url}/zot/auth/login?provider=oidc`, { redirect: 'manual' })
      const query = new URL(start.headers.get('location') ?? '').searchParams
      expect(query.get('code_challenge_method')).toBe('S256')
      expect(query.get('code_challenge')).toMatch(/^[\w-]{43}$/)
      expect((await new Browser().login(registry.url, 'ci')).status).toBe(201)
    } finally {
      await registry.close()
    }
  })

  test('a wrong client secret is the provider’s to refuse', async () => {
    const registry = await openHardened(kind, (config) => {
      const { providers } = config.http.auth.openid
      delete providers.oidc.credentialsFile
      Object.assign(providers.oidc, { clientid: 'zot', clientsecret: 'wrong' })
    })
    try {
      const refused = await new Browser().login(registry.url, 'ci')
      expect([refused.status, await refused.text()]).toEqual([401, expect.stringMatching(/invalid_client/)])
    } finally {
      await registry.close()
    }
  })

  test('an encryption key of a length that AES does not know lets the registry start, and breaks the login', async () => {
    const withKey = (length: number, folder: string) =>
      writeConfig(folder, { hashKey: 'h'.repeat(64), encryptKey: 'e'.repeat(length) }, 'session-keys.json')
    const registry = await openHardened(kind, (config) => {
      withKey(31, dirname(String(config.http.auth.sessionKeysFile)))
    })
    const login = async () => {
      const response = await fetch(`${registry.url}/zot/auth/login?provider=oidc`, { redirect: 'manual' })
      return [response.status, await response.text()]
    }
    try {
      expect(await login()).toEqual([500, ''])
      withKey(33, registry.folder)
      await registry.restart()
      expect(await login()).toEqual([500, ''])
      withKey(16, registry.folder)
      await registry.restart()
      expect((await new Browser().login(registry.url, 'ci')).status).toBe(201)
    } finally {
      await registry.close()
    }
  })
})
