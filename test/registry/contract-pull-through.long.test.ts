import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hardened, openHardened } from './hardened.ts'
import { image, media, pull, push } from './images.ts'
import { forEachRegistry, freePort, type Kind, type Running, scratch, serve } from './rig.ts'

/** A plain registry without any authentication, to pull from. */
async function openUpstream(kind: Kind, port: number, folder: string): Promise<Running> {
  return serve(kind, folder, {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: `${folder}/data` },
    http: { address: '127.0.0.1', port: String(port), compat: ['docker2s2'] },
  })
}

function from(port: number, destination: string) {
  const content = [{ prefix: '**', destination }]
  const urls = [`http://127.0.0.1:${port}`]
  return { urls, content, onDemand: true, tlsVerify: false, maxRetries: 1, retryDelay: '10ms' }
}

forEachRegistry('pull-through', (kind) => {
  let upstream: Running
  let registry: Hardened
  const folder = scratch()
  let port: number

  beforeAll(async () => {
    port = await freePort()
    upstream = await openUpstream(kind, port, folder.path)
    registry = await openHardened(kind, (config) => {
      config.extensions.sync = { enable: true, registries: [from(port, '/mirror')] }
      // CI may not write where the upstream's images are kept.
      const access = config.http.accessControl as { repositories: Record<string, unknown> }
      const policies = [{ groups: ['admins'], actions: ['read', 'delete'] }]
      access.repositories['mirror/**'] = { policies, anonymousPolicy: ['read'], defaultPolicy: ['read'] }
    })
  })
  afterAll(async () => {
    await registry.close()
    await upstream.stop('SIGKILL')
    folder.remove()
  })

  test('row 40: the anonymous gets an image from upstream, which is then here', async () => {
    const one = image('base')
    expect((await push(upstream.url, 'tools/base', '1.0', one)).status).toBe(201)
    expect((await fetch(`${registry.url}/v2/mirror/tools/base/tags/list`)).status).toBe(404)
    const got = await pull(registry.url, 'mirror/tools/base', '1.0')
    expect(got).toEqual({ status: 200, digest: one.digest, body: one.manifest.toString() })
    const blob = await fetch(`${registry.url}/v2/mirror/tools/base/blobs/${one.configDigest}`)
    expect(await blob.text()).toBe(one.config.toString())
    const catalog = (await (await fetch(`${registry.url}/v2/_catalog`)).json()) as { repositories: string[] }
    expect(catalog.repositories).toContain('mirror/tools/base')
  })

  test('row 40: by digest too, and HEAD is enough', async () => {
    const one = image('digest')
    await push(upstream.url, 'by/digest', 'v1', one)
    const url = `${registry.url}/v2/mirror/by/digest/manifests/${one.digest}`
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
  })

  test('row 40: what the upstream lacks is missing', async () => {
    await push(upstream.url, 'some/app', 'v1', image('some'))
    expect((await pull(registry.url, 'mirror/some/app', 'v1')).status).toBe(200)
    const tag = await pull(registry.url, 'mirror/some/app', 'nope')
    expect([tag.status, tag.body]).toEqual([404, expect.stringContaining('MANIFEST_UNKNOWN')])
    const repository = await pull(registry.url, 'mirror/never/seen', 'v1')
    expect([repository.status, repository.body]).toEqual([404, expect.stringContaining('NAME_UNKNOWN')])
  })

  test('a tag that moved upstream is followed', async () => {
    const before = image('before')
    const after = image('after')
    await push(upstream.url, 'moving', 'v1', before)
    expect((await pull(registry.url, 'mirror/moving', 'v1')).digest).toBe(before.digest)
    await push(upstream.url, 'moving', 'v1', after)
    expect((await pull(registry.url, 'mirror/moving', 'v1')).digest).toBe(after.digest)
  })

  test('nothing outside the destination is fetched', async () => {
    await push(upstream.url, 'outside', 'v1', image('outside'))
    expect((await pull(registry.url, 'outside', 'v1')).status).toBe(404)
  })

  test('CI cannot push where images from upstream are kept', async () => {
    const ci = await registry.key('ci')
    expect((await push(registry.url, 'mirror/tools/base', 'evil', image('evil'), ci)).status).toBe(403)
  })

  test('an image of several platforms comes as a whole', async () => {
    const child = image('platform')
    await push(upstream.url, 'multi', 'child', child)
    const entry = { mediaType: media.manifest, digest: child.digest, size: child.manifest.length }
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: media.index, manifests: [entry] }))
    const index = { ...child, type: media.index, manifest }
    expect((await push(upstream.url, 'multi', 'v1', index)).status).toBe(201)
    expect(await pull(registry.url, 'mirror/multi', 'v1')).toMatchObject({ status: 200, body: manifest.toString() })
    expect((await pull(registry.url, 'mirror/multi', child.digest)).status).toBe(200)
  })

  test('a Docker image becomes an OCI image with another digest', async () => {
    const docker = image('docker', media.dockerManifest)
    expect((await push(upstream.url, 'docker/app', 'v1', docker)).status).toBe(201)
    const response = await fetch(`${registry.url}/v2/mirror/docker/app/manifests/v1`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(media.manifest)
    expect(response.headers.get('docker-content-digest')).not.toBe(docker.digest)
    expect((await pull(registry.url, 'mirror/docker/app', docker.digest)).status).toBe(404)
  })

  test('row 40: with the upstream down, what is here is served and the rest is missing', async () => {
    const one = image('cached')
    await push(upstream.url, 'cached', 'v1', one)
    expect((await pull(registry.url, 'mirror/cached', 'v1')).status).toBe(200)
    const ci = await registry.key('ci')
    expect((await push(registry.url, 'own', 'v1', image('own'), ci)).status).toBe(201)
    await upstream.stop()
    const [cached, missing, own] = await Promise.all([
      pull(registry.url, 'mirror/cached', 'v1'),
      pull(registry.url, 'mirror/not/cached', 'v1'),
      pull(registry.url, 'own', 'v1'),
    ])
    expect(cached).toMatchObject({ status: 200, digest: one.digest })
    expect([missing.status, own.status]).toEqual([404, 200])
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200)
    upstream = await openUpstream(kind, port, folder.path)
  })
})

forEachRegistry('pull-through where Docker’s manifests are allowed', (kind) => {
  test('a Docker image keeps digest and type with preserveDigest; without, by its digest only', async () => {
    const folder = scratch()
    const port = await freePort()
    const upstream = await openUpstream(kind, port, folder.path)
    const registry = await openHardened(kind, (config) => {
      config.http.compat = ['docker2s2']
      const registries = [{ ...from(port, '/kept'), preserveDigest: true }, from(port, '/converted')]
      config.extensions.sync = { enable: true, registries }
    })
    try {
      const docker = image('docker', media.dockerManifest)
      await push(upstream.url, 'app', 'v1', docker)
      const typeAndDigest = async (path: string) => {
        const { headers } = await fetch(`${registry.url}/v2/${path}`)
        return [headers.get('content-type'), headers.get('docker-content-digest')]
      }
      expect(await typeAndDigest('kept/app/manifests/v1')).toEqual([media.dockerManifest, docker.digest])
      const [type, digest] = await typeAndDigest('converted/app/manifests/v1')
      expect(type).toBe(media.manifest)
      expect(digest).not.toBe(docker.digest)
      expect((await pull(registry.url, 'converted/app', docker.digest)).status).toBe(200)
    } finally {
      await registry.close()
      await upstream.stop('SIGKILL')
      folder.remove()
    }
  })
})
