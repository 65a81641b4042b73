import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUi } from './browser.ts'
import { type Hardened, openHardened } from './hardened.ts'
import { basic, type Headers, image, push, putManifest } from './images.ts'
import { expectAskedToLogIn, expectDenied, expectWrongCredentials } from './refusals.ts'
import { forEachRegistry } from './rig.ts'

forEachRegistry('credentials', (kind) => {
  let registry: Hardened
  let ci: Headers
  const pushed = image('here')
  const send = (method: string, path: string, headers: Headers = {}) =>
    fetch(`${registry.url}${path}`, { method, headers })

  beforeAll(async () => {
    registry = await openHardened(kind)
    ci = await registry.key('ci')
    expect((await push(registry.url, 'app', 'v1', pushed, ci)).status).toBe(201)
  })
  afterAll(() => registry.close())

  test('row 10: the anonymous cannot start an upload', async () => {
    for (const repository of ['app', 'new'])
      await expectAskedToLogIn(await send('POST', `/v2/${repository}/blobs/uploads/`))
  })

  test('row 11: the anonymous cannot push a manifest, new or not', async () => {
    for (const tag of ['v1', 'v2', pushed.digest])
      await expectAskedToLogIn(await putManifest(registry.url, 'app', tag, pushed))
  })

  test('row 12: the anonymous cannot delete', async () => {
    for (const path of ['manifests/v1', `manifests/${pushed.digest}`, `blobs/${pushed.configDigest}`])
      await expectAskedToLogIn(await send('DELETE', `/v2/app/${path}`))
  })

  const wrong: [name: string, headers: Headers][] = [
    ['a bearer token', { Authorization: 'Bearer x' }],
    ['nothing after the word Basic', { Authorization: 'Basic' }],
    ['Basic that is not base64', { Authorization: 'Basic not-base64!' }],
    ['a password that is no key', basic('ci', 'password')],
    ['an unknown key', basic('ci', `zak_${'f'.repeat(32)}`)],
  ]
  test.each(wrong)('row 13: %s is refused even where nothing is needed', async (_, headers) => {
    for (const path of ['/v2/', '/v2/_catalog', '/v2/app/manifests/v1'])
      await expectWrongCredentials(await send('GET', path, headers))
    await expectWrongCredentials(await send('POST', '/v2/app/blobs/uploads/', headers))
    await expectWrongCredentials(await send('GET', '/v2/', { ...headers, ...asUi }), { asks: null })
  })

  test('row 13: two Authorization headers are one too many', async () => {
    const good = ci.Authorization ?? ''
    const answer = await new Promise<Response>((done, failed) => {
      const headers = ['Host', new URL(registry.url).host, 'Authorization', good, 'Authorization', good]
      request(`${registry.url}/v2/_catalog`, { headers }, async (response) => {
        const body = Buffer.concat(await response.toArray())
        done(new Response(body, { status: response.statusCode ?? 0, headers: response.headers as Headers }))
      })
        .once('error', failed)
        .end()
    })
    await expectWrongCredentials(answer)
  })

  test('row 14: empty credentials are no credentials', async () => {
    expect((await send('GET', '/v2/_catalog', { Authorization: 'Basic Og==' })).status).toBe(200)
    await expectAskedToLogIn(await send('POST', '/v2/app/blobs/uploads/', { Authorization: 'Basic Og==' }))
  })

  test('row 39: a session cookie counts only with the header of the UI', async () => {
    const browser = await registry.browser('dev')
    const upload = `${registry.url}/v2/app/blobs/uploads/`
    await expectAskedToLogIn(await browser.request(upload, { method: 'POST' }))
    await expectDenied(await browser.request(upload, { method: 'POST', headers: asUi }), { asks: null })
  })

  test('row 41: an empty user name does not stand for the anonymous at /metrics', async () => {
    await expectAskedToLogIn(await send('GET', '/metrics'))
    await expectDenied(await send('GET', '/metrics', ci))
    await expectWrongCredentials(await send('GET', '/metrics', { Authorization: 'Bearer x' }))
  })

  test('row 39: a stale cookie reads as the anonymous, is cleared, and writes nothing', async () => {
    const headers = { ...asUi, Cookie: 'session=stale' }
    const read = await send('GET', '/v2/_catalog', headers)
    expect(read.status).toBe(200)
    expect(read.headers.getSetCookie().join()).toMatch(/session=;.*(Max-Age=0|1970)/)
    await expectAskedToLogIn(await send('POST', '/v2/app/blobs/uploads/', headers), { asks: null })
  })
})
