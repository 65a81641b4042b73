import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hardened, openHardened } from './hardened.ts'
import { basic, type Headers, image, push, putManifest } from './images.ts'
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

  /** The anonymous who may not: an error list, and how to log in. */
  const askedToLogIn = async (response: Response) => {
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Authorization Required"')
    expect(await response.json()).toMatchObject({
      errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }],
    })
  }

  test('row 10: the anonymous cannot start an upload', async () => {
    await askedToLogIn(await send('POST', '/v2/app/blobs/uploads/'))
    await askedToLogIn(await send('POST', '/v2/new/blobs/uploads/'))
  })

  test('row 11: the anonymous cannot push a manifest, new or not', async () => {
    for (const tag of ['v1', 'v2', pushed.digest])
      await askedToLogIn(await putManifest(registry.url, 'app', tag, pushed))
  })

  test('row 12: the anonymous cannot delete', async () => {
    for (const path of ['manifests/v1', `manifests/${pushed.digest}`, `blobs/${pushed.configDigest}`])
      await askedToLogIn(await send('DELETE', `/v2/app/${path}`))
  })

  test('row 13: wrong credentials are refused even where none are needed', async () => {
    const wrong: Headers[] = [
      { Authorization: 'Bearer x' },
      { Authorization: 'Basic' },
      { Authorization: 'Basic not-base64!' },
      basic('ci', 'password'),
      basic('ci', `zak_${'f'.repeat(32)}`),
    ]
    for (const headers of wrong)
      for (const path of ['/v2/', '/v2/_catalog', '/v2/app/manifests/v1']) {
        const response = await send('GET', path, headers)
        expect(response.status).toBe(401)
        expect(await response.json()).toMatchObject({ code: 'UNAUTHORIZED' })
        expect(response.headers.get('www-authenticate')).toBe('Basic realm="Authorization Required"')
      }
  })

  test('row 13: two Authorization headers are one too many', async () => {
    const good = ci.Authorization ?? ''
    const status = await new Promise<number | undefined>((done, failed) => {
      const headers = ['Host', new URL(registry.url).host, 'Authorization', good, 'Authorization', good]
      request(`${registry.url}/v2/_catalog`, { headers }, (response) => {
        response.resume()
        done(response.statusCode)
      })
        .once('error', failed)
        .end()
    })
    expect(status).toBe(401)
  })

  test('row 14: empty credentials are no credentials', async () => {
    expect((await send('GET', '/v2/_catalog', { Authorization: 'Basic Og==' })).status).toBe(200)
    await askedToLogIn(await send('POST', '/v2/app/blobs/uploads/', { Authorization: 'Basic Og==' }))
  })

  test('row 39: a session cookie counts only with the header of the UI', async () => {
    const browser = await registry.browser('dev')
    const upload = `${registry.url}/v2/app/blobs/uploads/`
    await askedToLogIn(await browser.request(upload, { method: 'POST' }))
    const known = await browser.request(upload, { method: 'POST', headers: { 'X-ZOT-API-CLIENT': 'zot-ui' } })
    expect(known.status).toBe(403)
  })

  test('row 39: a stale cookie reads as the anonymous, is cleared, and writes nothing', async () => {
    const headers = { 'X-ZOT-API-CLIENT': 'zot-ui', Cookie: 'session=stale' }
    const read = await send('GET', '/v2/_catalog', headers)
    expect(read.status).toBe(200)
    expect(read.headers.getSetCookie().join()).toMatch(/session=;.*(Max-Age=0|1970)/)
    const write = await send('POST', '/v2/app/blobs/uploads/', headers)
    expect(write.status).toBe(401)
    expect(write.headers.get('www-authenticate')).toBeNull()
    expect(await write.json()).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }] })
  })
})

forEachRegistry('a realm of its own', (kind) => {
  test('appears in both forms of the challenge', async () => {
    const registry = await openHardened(kind, (config) => {
      config.http.realm = 'lab-registry'
    })
    try {
      const ping = await fetch(`${registry.url}/v2/`)
      expect(ping.headers.get('www-authenticate')).toBe('basic realm=lab-registry')
      const refused = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' })
      expect(refused.headers.get('www-authenticate')).toBe('Basic realm="lab-registry"')
    } finally {
      await registry.close()
    }
  })
})
