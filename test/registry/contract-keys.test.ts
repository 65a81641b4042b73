import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUi, type Browser } from './browser.ts'
import { createKey, type Hardened, openHardened } from './hardened.ts'
import { basic, image, push } from './images.ts'
import { expectWrongCredentials } from './refusals.ts'
import { forEachRegistry, until } from './rig.ts'

interface Key {
  uuid: string
  apiKey: string
  label: string
  expirationDate: string
  isExpired: boolean
}

forEachRegistry('API keys', (kind) => {
  let registry: Hardened
  let browser: Browser
  const url = () => `${registry.url}/zot/auth/apikey`
  const make = async (wanted: unknown) => (await (await createKey(browser, registry.url, wanted)).json()) as Key
  const list = async () =>
    ((await (await browser.request(url(), { headers: asUi })).json()) as { apiKeys: Key[] }).apiKeys
  const ping = async (key: string, user = 'ci') =>
    (await fetch(`${registry.url}/v2/`, { headers: basic(user, key) })).status

  beforeAll(async () => {
    registry = await openHardened(kind)
    browser = await registry.browser('ci')
  })
  afterAll(() => registry.close())

  test('row 33: a session makes a key', async () => {
    const expirationDate = new Date(Date.now() + 90 * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z')
    const response = await createKey(browser, registry.url, { label: 'ci', scopes: ['app/*'], expirationDate })
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('application/json')
    const key = await response.json()
    expect(key).toEqual({
      createdAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
      expirationDate,
      isExpired: false,
      creatorUa: expect.any(String),
      generatedBy: 'manual',
      lastUsed: '0001-01-01T00:00:00Z',
      label: 'ci',
      scopes: ['app/*'],
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      apiKey: expect.stringMatching(/^zak_[0-9a-f]{32}$/),
    })
    const { apiKey } = key as Key
    expect(await ping(apiKey)).toBe(200)
    // Scopes are kept, not enforced.
    expect((await push(registry.url, 'other', 'v1', image('x'), basic('ci', apiKey))).status).toBe(201)
  })

  test('row 33: without an expiry a key lasts for ever', async () => {
    expect(await make({})).toMatchObject({ expirationDate: '0001-01-01T00:00:00Z', isExpired: false, scopes: null })
  })

  test('row 34: without header or session there is an error and no body', async () => {
    const init = { method: 'POST', body: '{}' }
    for (const response of [
      await browser.request(url(), init),
      await fetch(url(), { ...init, headers: asUi }),
      await fetch(url()),
      await fetch(url(), { headers: asUi }),
    ])
      expect([response.status, await response.text()]).toEqual([500, ''])
  })

  test('row 35: a bad expiry, one in the past, or no JSON is a bad request', async () => {
    const bodies: unknown[] = [
      { expirationDate: '2099-01-01' },
      { expirationDate: '2020-01-01T00:00:00Z' },
      { expirationDate: 'soon' },
      { expirationDate: '2099-02-31T00:00:00Z' },
      { label: 5 },
      '',
      'no json',
      '[]',
    ]
    for (const body of bodies) {
      const response = await createKey(browser, registry.url, body)
      expect([body, response.status, await response.text()]).toEqual([body, 400, ''])
    }
    for (const good of [{ expirationDate: '2099-01-01T02:00:00+02:00' }, { label: null }, 'null'])
      expect((await createKey(browser, registry.url, good)).status).toBe(201)
  })

  test('row 36: keys are listed without their secrets and revoked by id', async () => {
    const key = await make({ label: 'to revoke' })
    const listed = (await list()).find((one) => one.uuid === key.uuid)
    const { apiKey: _, ...told } = key
    expect(listed).toEqual(told)
    const remove = (query: string, headers: Record<string, string> = asUi) =>
      browser.request(`${url()}${query}`, { method: 'DELETE', headers })
    expect((await remove('')).status).toBe(400)
    expect((await remove('?id=unknown')).status).toBe(200)
    const dev = await registry.browser('dev')
    const foreign = await dev.request(`${url()}?id=${key.uuid}`, { method: 'DELETE', headers: asUi })
    expect(foreign.status).toBe(200)
    expect(await ping(key.apiKey)).toBe(200)
    const removed = await remove(`?id=${key.uuid}`)
    expect([removed.status, await removed.text()]).toEqual([200, ''])
    await expectWrongCredentials(await fetch(`${registry.url}/v2/`, { headers: basic('ci', key.apiKey) }))
    expect((await list()).some((one) => one.uuid === key.uuid)).toBe(false)
  })

  test('row 37: a key past its expiry is refused and listed as expired', async () => {
    const soon = new Date(Date.now() + 1000).toISOString()
    const key = await make({ label: 'short', expirationDate: soon })
    expect(await ping(key.apiKey)).toBe(200)
    await until('the key expires', async () => (await ping(key.apiKey)) === 401)
    await expectWrongCredentials(await fetch(`${registry.url}/v2/_catalog`, { headers: basic('ci', key.apiKey) }))
    expect((await list()).find((one) => one.uuid === key.uuid)).toMatchObject({ isExpired: true })
  })

  test('row 38: groups are those of the last login', async () => {
    const account = { preferred_username: 'mover', email: 'mover@test' }
    registry.provider.accounts.set('mover', account)
    const key = await registry.key('mover')
    const attempt = async (tag: string) => (await push(registry.url, 'moves', tag, image(tag), key)).status
    expect(await attempt('a')).toBe(403)
    registry.provider.accounts.set('mover', { ...account, groups: ['artifact-workloads'] })
    expect(await attempt('b')).toBe(403)
    await registry.browser('mover')
    expect(await attempt('c')).toBe(201)
    registry.provider.accounts.set('mover', account)
    expect(await attempt('d')).toBe(201)
    await registry.browser('mover')
    expect(await attempt('e')).toBe(403)
  })

  test('a key makes further keys, also without expiry, and revokes itself', async () => {
    const headers = basic('ci', (await make({ expirationDate: '2099-01-01T00:00:00Z' })).apiKey)
    const response = await fetch(url(), { method: 'POST', headers, body: '{}' })
    expect(response.status).toBe(201)
    const child = (await response.json()) as Key
    expect(child.expirationDate).toBe('0001-01-01T00:00:00Z')
    const own = basic('ci', child.apiKey)
    expect((await fetch(`${url()}?id=${child.uuid}`, { method: 'DELETE', headers: own })).status).toBe(200)
    expect(await ping(child.apiKey)).toBe(401)
  })

  test('keys are not kept in the clear', async () => {
    const key = await make({ label: 'hidden' })
    const data = join(registry.folder, 'data')
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(0)
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes(key.apiKey.slice('zak_'.length))).toBe(false)
  })

  test('keys and sessions outlive a restart; the use of a key is noted', async () => {
    const key = await make({ label: 'lasting' })
    expect(await ping(key.apiKey)).toBe(200)
    await registry.restart()
    expect(await ping(key.apiKey)).toBe(200)
    const listed = (await list()).find((one) => one.uuid === key.uuid) as { lastUsed?: string } | undefined
    expect(listed?.lastUsed).toMatch(/^20/)
  })
})

forEachRegistry('sessions without a key file', (kind) => {
  test('end with the process; keys do not', async () => {
    const registry = await openHardened(kind, (config) => {
      delete config.http.auth.sessionKeysFile
      config.http.auth.apikey = false
    })
    try {
      const browser = await registry.browser('ci')
      const key = await registry.key('ci')
      await registry.restart()
      expect((await browser.request(`${registry.url}/zot/auth/apikey`, { headers: asUi })).status).toBe(500)
      expect((await fetch(`${registry.url}/v2/`, { headers: key })).status).toBe(200)
    } finally {
      await registry.close()
    }
  })
})
