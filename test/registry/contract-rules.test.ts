import { expect, test } from 'vitest'
import { type Hardened, openHardened, rules } from './hardened.ts'
import { image, media, pull, push, putManifest } from './images.ts'
import { forEachRegistry, type Kind } from './rig.ts'

forEachRegistry('Docker images', (kind) => {
  test('row 27: are accepted with compat docker2s2', async () => {
    const registry = await openHardened(kind, (config) => {
      config.http.compat = ['docker2s2']
    })
    try {
      const one = image('docker', media.dockerManifest)
      expect((await push(registry.url, 'app', 'v1', one, await registry.key('ci'))).status).toBe(201)
      const stored = await fetch(`${registry.url}/v2/app/manifests/v1`)
      expect(stored.headers.get('content-type')).toBe(media.dockerManifest)
      expect(stored.headers.get('docker-content-digest')).toBe(one.digest)
    } finally {
      await registry.close()
    }
  })
})

forEachRegistry('rules', (kind) => {
  test('the longest pattern decides alone, and a policy may name a user', async () => {
    const registry = await openHardened(kind, (config) => {
      const access = config.http.accessControl as { repositories: Record<string, unknown> }
      access.repositories['mirror/**'] = {
        policies: [{ groups: ['admins'], actions: ['read', 'delete'] }],
        anonymousPolicy: ['read'],
        defaultPolicy: ['read'],
      }
      access.repositories['team/*'] = { policies: [{ users: ['dev'], actions: ['read', 'create'] }] }
    })
    try {
      const ci = await registry.key('ci')
      const dev = await registry.key('dev')
      expect((await push(registry.url, 'mirror/app', 'v1', image('x'), ci)).status).toBe(403)
      expect((await push(registry.url, 'mirrors', 'v1', image('x'), ci)).status).toBe(201)
      expect((await push(registry.url, 'team/app', 'v1', image('x'), dev)).status).toBe(201)
      expect((await push(registry.url, 'team/app/deep', 'v1', image('x'), dev)).status).toBe(403)
      expect((await pull(registry.url, 'team/app', 'v1')).status).toBe(401)
      expect((await pull(registry.url, 'team/app', 'v1', ci)).status).toBe(403)
      expect(await (await fetch(`${registry.url}/v2/_catalog`)).json()).toEqual({ repositories: ['mirrors'] })
      const seen = await (await fetch(`${registry.url}/v2/_catalog`, { headers: dev })).json()
      expect(seen).toEqual({ repositories: ['mirrors', 'team/app'] })
    } finally {
      await registry.close()
    }
  })

  test('a condition keeps version tags and lets others move', async () => {
    const registry = await openHardened(kind, (config) => {
      const access = config.http.accessControl as { repositories: { '**': { policies: unknown[] } } }
      access.repositories['**'].policies.push({
        groups: ['artifact-workloads'],
        actions: ['update'],
        conditions: [
          { expression: "req.tag == 'latest' || req.tag.startsWith('main-')", message: 'version tags are immutable' },
        ],
      })
    })
    try {
      const ci = await registry.key('ci')
      const other = image('other')
      for (const tag of ['latest', 'main-1', 'v1']) await push(registry.url, 'app', tag, image('one'), ci)
      expect((await push(registry.url, 'app', 'latest', other, ci)).status).toBe(201)
      expect((await push(registry.url, 'app', 'main-1', other, ci)).status).toBe(201)
      const refused = await push(registry.url, 'app', 'v1', other, ci)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ errors: [{ detail: { reason: 'version tags are immutable' } }] })
      expect((await putManifest(registry.url, 'app', `${other.digest}?tag=latest`, other, ci)).status).toBe(403)
    } finally {
      await registry.close()
    }
  })
})

forEachRegistry('failDelay', (kind) => {
  test('makes refusals late, and only them', async () => {
    const registry = await openHardened(kind, (config) => {
      config.http.auth.failDelay = 1
    })
    try {
      const dev = await registry.key('dev')
      const timed = async (path: string, init: RequestInit) => {
        const started = performance.now()
        const { status } = await fetch(`${registry.url}${path}`, init)
        return { status, late: performance.now() - started > 950 }
      }
      const upload = '/v2/app/blobs/uploads/'
      const bearer = { headers: { Authorization: 'Bearer x' } }
      const answers = [
        timed('/v2/', {}),
        timed('/v2/', bearer),
        timed(upload, { method: 'POST' }),
        timed(upload, { method: 'POST', headers: dev }),
      ]
      expect(await Promise.all(answers)).toEqual([
        { status: 200, late: false },
        { status: 401, late: true },
        { status: 401, late: true },
        { status: 403, late: true },
      ])
    } finally {
      await registry.close()
    }
  })
})

async function withMetrics(kind: Kind, metrics: object, body: (registry: Hardened) => Promise<void>): Promise<void> {
  const registry = await openHardened(kind, (config) => {
    config.http.accessControl = { ...rules(), metrics }
  })
  try {
    await body(registry)
  } finally {
    await registry.close()
  }
}

forEachRegistry('metrics', (kind) => {
  test('row 41: an empty user name does not stand for the anonymous', () =>
    withMetrics(kind, { users: [''] }, async ({ url, key }) => {
      const anonymous = await fetch(`${url}/metrics`)
      expect(anonymous.status).toBe(401)
      expect(await anonymous.json()).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }] })
      expect((await fetch(`${url}/metrics`, { headers: await key('ci') })).status).toBe(403)
    }))

  test('row 41: anonymousPolicy read does, and users are for those who log in', () =>
    withMetrics(kind, { users: ['boss'], anonymousPolicy: ['read'] }, async ({ url, key }) => {
      const response = await fetch(`${url}/metrics`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
      expect(await response.text()).toMatch(/^# TYPE zot_info gauge$/m)
      expect((await fetch(`${url}/metrics`, { headers: await key('boss') })).status).toBe(200)
      expect((await fetch(`${url}/metrics`, { headers: await key('ci') })).status).toBe(403)
    }))
})
