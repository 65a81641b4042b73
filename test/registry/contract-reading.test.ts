import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hardened, openHardened } from './hardened.ts'
import { basic, type Headers, type Image, image, push, sha256 } from './images.ts'
import { expectFailure, expectWrongCredentials } from './refusals.ts'
import { forEachRegistry } from './rig.ts'

forEachRegistry('reading', (kind) => {
  let registry: Hardened
  let ci: Headers
  const first: Image = image('first')
  const at = (path: string, headers: Headers = {}, method = 'GET') =>
    fetch(`${registry.url}${path}`, { method, headers })

  beforeAll(async () => {
    registry = await openHardened(kind)
    ci = await registry.key('ci')
    for (const tag of ['v1', 'v2', 'v3']) expect((await push(registry.url, 'app/one', tag, first, ci)).status).toBe(201)
    for (const name of ['app/two', 'tool'])
      expect((await push(registry.url, name, 'v1', image(name), ci)).status).toBe(201)
  })
  afterAll(() => registry.close())

  test('row 1: health endpoints answer ok to anyone', async () => {
    for (const path of ['/livez', '/readyz', '/startupz']) {
      const response = await at(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
      expect(await response.text()).toBe('ok')
    }
  })

  test('row 2: the anonymous ping is accepted and still names a realm', async () => {
    const response = await at('/v2/')
    expect(response.status).toBe(200)
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
    expect(response.headers.get('www-authenticate')).toMatch(/^basic realm=$/i)
    expect(await response.text()).toBe('')
  })

  test('row 3: Docker is asked to log in at the ping, and only there', async () => {
    for (const agent of ['docker/28.0 go/go1.24', 'Docker-Client/28.0 (linux)']) {
      await expectWrongCredentials(await at('/v2/', { 'User-Agent': agent }))
      expect((await at('/v2/_catalog', { 'User-Agent': agent })).status).toBe(200)
    }
    for (const agent of ['containerd/2.0', 'skopeo/1.9', 'buildkit/0.20'])
      expect((await at('/v2/', { 'User-Agent': agent })).status).toBe(200)
  })

  test('row 4: a ping with a good key is accepted, with a bad key or user it is not', async () => {
    const good = await at('/v2/', ci)
    expect([good.status, await good.text()]).toEqual([200, ''])
    expect(good.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
    expect(good.headers.get('www-authenticate')).toMatch(/^basic realm=$/i)
    await expectWrongCredentials(await at('/v2/', basic('ci', `zak_${'0'.repeat(32)}`)))
    const key = Buffer.from(ci.Authorization?.split(' ')[1] ?? '', 'base64')
      .toString()
      .slice('ci:'.length)
    for (const user of ['boss', 'CI', '']) await expectWrongCredentials(await at('/v2/', basic(user, key)))
  })

  test('row 5: the catalog lists repositories, in pages if asked, to GET only', async () => {
    const whole = await at('/v2/_catalog')
    expect(whole.status).toBe(200)
    expect(whole.headers.get('content-type')).toBe('application/json')
    const everything = { repositories: ['app/one', 'app/two', 'tool'] }
    expect(await whole.json()).toEqual(everything)
    const page = await at('/v2/_catalog?n=2')
    expect(await page.json()).toEqual({ repositories: ['app/one', 'app/two'] })
    expect(page.headers.get('link')).toBe('</v2/_catalog?n=2&last=app/two>; rel="next"')
    const last = await at('/v2/_catalog?n=2&last=app/two')
    expect(await last.json()).toEqual({ repositories: ['tool'] })
    expect(last.headers.get('link')).toBeNull()
    // A full page names a next one, also when nothing is left for it.
    expect((await at('/v2/_catalog?n=3')).headers.get('link')).toBe('</v2/_catalog?n=3&last=tool>; rel="next"')
    // What is no number asks for everything, and nothing comes after what is not there.
    for (const query of ['n=x', 'n=-1', 'n='])
      expect(await (await at(`/v2/_catalog?${query}`)).json()).toEqual(everything)
    expect(await (await at('/v2/_catalog?last=nope')).json()).toEqual({ repositories: [] })
    expect((await at('/v2/_catalog', {}, 'HEAD')).status).toBe(405)
  })

  test('row 6: tags are listed, in pages if asked; an unknown repository is unknown', async () => {
    expect(await (await at('/v2/app/one/tags/list')).json()).toEqual({ name: 'app/one', tags: ['v1', 'v2', 'v3'] })
    const page = await at('/v2/app/one/tags/list?n=2')
    expect(await page.json()).toEqual({ name: 'app/one', tags: ['v1', 'v2'] })
    expect(page.headers.get('link')).toBe('</v2/app/one/tags/list?n=2&last=v2>; rel="next"')
    expect(await (await at('/v2/app/one/tags/list?n=2&last=v2')).json()).toEqual({ name: 'app/one', tags: ['v3'] })
    expect((await at('/v2/app/one/tags/list?n=3')).headers.get('link')).toBeNull()
    expect(await (await at('/v2/app/one/tags/list?n=0')).json()).toEqual({ name: 'app/one', tags: [] })
    for (const query of ['n=-1', 'n=x', 'n=1&n=2', 'n=99999999999999999999'])
      expect((await at(`/v2/app/one/tags/list?${query}`)).status).toBe(400)
    expect((await at('/v2/app/one/tags/list?last=nope')).status).toBe(404)
    await expectFailure(await at('/v2/nobody/tags/list'), 404, 'NAME_UNKNOWN')
  })

  test('row 7: a manifest by tag or digest comes as it was stored', async () => {
    for (const reference of ['v1', first.digest])
      for (const method of ['GET', 'HEAD']) {
        const response = await at(`/v2/app/one/manifests/${reference}`, {}, method)
        expect(response.status).toBe(200)
        expect(response.headers.get('docker-content-digest')).toBe(first.digest)
        expect(response.headers.get('content-type')).toBe(first.type)
        expect(response.headers.get('content-length')).toBe(String(first.manifest.length))
        expect(await response.text()).toBe(method === 'GET' ? first.manifest.toString() : '')
      }
  })

  test('row 8: an unknown tag is unknown', async () => {
    await expectFailure(await at('/v2/app/one/manifests/nope'), 404, 'MANIFEST_UNKNOWN')
    await expectFailure(await at('/v2/nobody/manifests/v1'), 404, 'NAME_UNKNOWN')
    expect((await at('/v2/app/one/manifests/nope', {}, 'HEAD')).status).toBe(404)
  })

  test('row 9: blobs come whole or in part', async () => {
    const path = `/v2/app/one/blobs/${first.configDigest}`
    for (const method of ['GET', 'HEAD']) {
      const response = await at(path, {}, method)
      expect(response.status).toBe(200)
      expect(response.headers.get('docker-content-digest')).toBe(first.configDigest)
      expect(response.headers.get('content-length')).toBe(String(first.config.length))
      expect(response.headers.get('content-type')).toBe('application/vnd.oci.image.config.v1+json')
      expect(await response.text()).toBe(method === 'GET' ? first.config.toString() : '')
    }
    const part = await at(path, { Range: 'bytes=2-5' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 2-5/${first.config.length}`)
    expect(part.headers.get('docker-content-digest')).toBe(first.configDigest)
    expect(await part.text()).toBe(first.config.toString().slice(2, 6))
    const end = await at(path, { Range: 'bytes=-4' })
    expect([end.status, await end.text()]).toEqual([206, first.config.toString().slice(-4)])
    expect((await at(path, { Range: 'bytes=99999-' })).status).toBe(416)
    for (const repository of ['app/one', 'nobody']) {
      await expectFailure(await at(`/v2/${repository}/blobs/${sha256('none')}`), 404, 'BLOB_UNKNOWN')
      expect((await at(`/v2/${repository}/blobs/${sha256('none')}`, {}, 'HEAD')).status).toBe(404)
    }
    await expectFailure(await at('/v2/app/one/blobs/sha256:00'), 400, 'DIGEST_INVALID')
  })

  test('row 43: there is nothing at the root', async () => {
    for (const path of ['/', '/login', '/v2']) {
      const response = await at(path)
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8'])
      expect(await response.text()).toBe('404 page not found\n')
    }
  })

  test('a path is taken as it was sent: tidied by a redirect, and never decoded', async () => {
    const doubled = await fetch(`${registry.url}//v2/_catalog?n=1`, { redirect: 'manual' })
    expect([doubled.status, doubled.headers.get('location')]).toEqual([301, '/v2/_catalog?n=1'])
    expect((await at('/v2/app%2Fone/manifests/v1')).status).toBe(404)
    expect((await at(`/v2/app/one/manifests/${first.digest.replace(':', '%3A')}`)).status).toBe(404)
    expect((await at('/v2/%zz')).status).toBe(400)
  })

  test('a page of another origin may read lists, and asks first', async () => {
    const list = await at('/v2/_catalog')
    expect(list.headers.get('access-control-allow-origin')).toBe('*')
    expect(list.headers.get('access-control-allow-methods')).toBe('GET,OPTIONS')
    const asked = await at('/v2/app/one/manifests/v1', { Authorization: 'Bearer x' }, 'OPTIONS')
    expect([asked.status, await asked.text()]).toEqual([204, ''])
    expect(asked.headers.get('access-control-allow-methods')).toBe('HEAD,GET,DELETE,OPTIONS')
    expect((await at(`/v2/app/one/blobs/${first.configDigest}`, {}, 'OPTIONS')).status).toBe(405)
  })

  test('asking for a blob that another repository has makes it a blob of this one too', async () => {
    const path = `/v2/asked/blobs/${first.configDigest}`
    expect((await at(path)).status).toBe(404)
    expect((await at(path, {}, 'HEAD')).status).toBe(200)
    expect((await at(path)).status).toBe(200)
    expect(await (await at('/v2/_catalog')).text()).toContain('"asked"')
  })

  test('referrers of a manifest are an index, empty without any', async () => {
    const response = await at(`/v2/app/one/referrers/${first.digest}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json')
    expect(await response.json()).toMatchObject({ schemaVersion: 2, manifests: [] })
  })
})

forEachRegistry('reading when the anonymous may not', (kind) => {
  let registry: Hardened
  beforeAll(async () => {
    registry = await openHardened(kind, (config) => {
      config.http.accessControl = {
        repositories: { '**': { policies: [{ groups: ['artifact-workloads'], actions: ['read', 'create'] }] } },
      }
    })
  })
  afterAll(() => registry.close())

  test('row 28: without anonymousPolicy everything asks for a login, and a key still works', async () => {
    const ci = await registry.key('ci')
    expect((await push(registry.url, 'app', 'v1', image('x'), ci)).status).toBe(201)
    for (const path of ['/v2/', '/v2/_catalog', '/v2/app/manifests/v1', '/zot/auth/apikey']) {
      await expectWrongCredentials(await fetch(`${registry.url}${path}`))
    }
    expect((await fetch(`${registry.url}/v2/app/manifests/v1`, { headers: ci })).status).toBe(200)
    expect((await fetch(`${registry.url}/v2/`, { headers: ci })).status).toBe(200)
  })
})
