import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from './browser.ts'
import { type Hardened, openHardened } from './hardened.ts'
import { type Headers, image, media, pull, push, putBlob, putManifest } from './images.ts'
import { expectAskedToLogIn, expectDenied } from './refusals.ts'
import { forEachRegistry } from './rig.ts'

forEachRegistry('failDelay', (kind) => {
  test('makes refusals late, and only them', async () => {
    const registry = await openHardened(kind, (config) => {
      config.http.auth.failDelay = 1
    })
    try {
      const dev = await registry.key('dev')
      const timed = async (path: string, init: RequestInit = {}) => {
        const started = performance.now()
        const { status } = await fetch(`${registry.url}${path}`, init)
        return { status, late: performance.now() - started > 950 }
      }
      const upload = '/v2/app/blobs/uploads/'
      const answers = [
        timed('/v2/'),
        timed('/v2/', { headers: { Authorization: 'Bearer x' } }),
        timed(upload, { method: 'POST' }),
        timed(upload, { method: 'POST', headers: dev }),
        timed('/metrics'),
      ]
      expect(await Promise.all(answers)).toEqual([
        { status: 200, late: false },
        { status: 401, late: true },
        { status: 401, late: true },
        { status: 403, late: true },
        { status: 401, late: true },
      ])
    } finally {
      await registry.close()
    }
  })
})

forEachRegistry('rules with everything set', (kind) => {
  let registry: Hardened
  let ci: Headers
  let dev: Headers
  beforeAll(async () => {
    registry = await openHardened(kind, ({ http }) => {
      http.compat = ['docker2s2']
      http.realm = 'lab-registry'
      http.allowOrigin = 'https://ui.test'
      http.auth.secureSession = true
      const read = ['read']
      const main = {
        groups: ['artifact-workloads'],
        actions: ['update'],
        conditions: [
          { expression: "req.tag == 'latest' || req.tag.startsWith('main-')", message: 'version tags are immutable' },
        ],
      }
      const ours = { policies: [{ groups: ['artifact-workloads'], actions: ['read', 'create'] }, main] }
      http.accessControl = {
        metrics: { users: ['boss'], anonymousPolicy: read },
        repositories: {
          '**': { ...ours, anonymousPolicy: read, defaultPolicy: read },
          'mirror/**': {
            policies: [{ groups: ['admins'], actions: ['read', 'delete'] }],
            anonymousPolicy: read,
            defaultPolicy: read,
          },
          'team/*': { policies: [{ users: ['dev'], actions: ['read', 'create'] }] },
        },
      }
    })
    ci = await registry.key('ci')
    dev = await registry.key('dev')
  })
  afterAll(() => registry.close())

  test('row 27: Docker’s manifests are accepted with compat docker2s2', async () => {
    const one = image('docker', media.dockerManifest)
    expect((await push(registry.url, 'docker', 'v1', one, ci)).status).toBe(201)
    const stored = await fetch(`${registry.url}/v2/docker/manifests/v1`)
    expect(stored.headers.get('content-type')).toBe(media.dockerManifest)
    expect(stored.headers.get('docker-content-digest')).toBe(one.digest)
  })

  test('row 41: anonymousPolicy read opens /metrics, and users are for those who log in', async () => {
    const scrape = (headers: Headers = {}) => fetch(`${registry.url}/metrics`, { headers })
    const response = await scrape()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await response.text()).toMatch(/^# TYPE zot_info gauge$/m)
    expect((await scrape(await registry.key('boss'))).status).toBe(200)
    await expectDenied(await scrape(ci), { asks: 'Basic realm="lab-registry"' })
  })

  test('the longest pattern decides alone, and a policy may name a user', async () => {
    const at = async (repository: string, who: Headers) =>
      (await push(registry.url, repository, 'v1', image('x'), who)).status
    expect(await at('mirror/app', ci)).toBe(403)
    expect(await at('mirrors', ci)).toBe(201)
    expect(await at('team/app', dev)).toBe(201)
    expect(await at('team/app/deep', dev)).toBe(403)
    expect((await pull(registry.url, 'team/app', 'v1')).status).toBe(401)
    expect((await pull(registry.url, 'team/app', 'v1', ci)).status).toBe(403)
    const catalog = async (headers: Headers = {}) => (await fetch(`${registry.url}/v2/_catalog`, { headers })).text()
    expect(await catalog()).not.toContain('team/app')
    expect(await catalog(dev)).toContain('team/app')
  })

  test('a blob that only others may read is found in no other repository, by asking or by mounting', async () => {
    const secret = image('secret')
    expect((await push(registry.url, 'team/secret', 'v1', secret, dev)).status).toBe(201)
    const asked = await fetch(`${registry.url}/v2/open/blobs/${secret.configDigest}`, { method: 'HEAD' })
    expect(asked.status).toBe(404)
    const mount = `${registry.url}/v2/open/blobs/uploads/?mount=${secret.configDigest}&from=team/secret`
    expect((await fetch(mount, { method: 'POST', headers: ci })).status).toBe(202)
  })

  test('a condition keeps version tags and lets others move', async () => {
    const other = image('other')
    for (const tag of ['latest', 'main-1', 'v1']) await push(registry.url, 'app', tag, image('one'), ci)
    await putBlob(registry.url, 'app', other.config, ci)
    const move = (reference: string) => putManifest(registry.url, 'app', reference, other, ci)
    expect((await move('latest')).status).toBe(201)
    expect((await move('main-1')).status).toBe(201)
    for (const reference of ['v1', `${other.digest}?tag=latest`]) {
      const refused = await move(reference)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({
        errors: [{ code: 'DENIED', detail: { reason: 'version tags are immutable' } }],
      })
    }
  })

  test('a realm of its own appears in both forms of the challenge', async () => {
    const ping = await fetch(`${registry.url}/v2/`)
    expect(ping.headers.get('www-authenticate')).toBe('basic realm=lab-registry')
    const refused = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' })
    await expectAskedToLogIn(refused, { asks: 'Basic realm="lab-registry"' })
  })

  test('with allowOrigin only pages of that origin may read, and with credentials', async () => {
    const { headers } = await fetch(`${registry.url}/v2/_catalog`)
    expect(headers.get('access-control-allow-origin')).toBe('https://ui.test')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
  })

  test('with secureSession every cookie is Secure', async () => {
    const start = await fetch(`${registry.url}/zot/auth/login?provider=oidc`, { redirect: 'manual' })
    const end = await new Browser().login(registry.url, 'ci')
    const cookies = [...start.headers.getSetCookie(), ...end.headers.getSetCookie()]
    expect(cookies.map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['statecookie', 'state', 'session', 'user']),
    )
    for (const line of cookies) expect(line).toMatch(/; Secure/)
  })
})
