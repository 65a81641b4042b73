import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hardened, openHardened } from './hardened.ts'
import { type Headers, type Image, image, media, pull, push, putBlob, putManifest, sha256 } from './images.ts'
import { expectDenied, expectFailure } from './refusals.ts'
import { forEachRegistry } from './rig.ts'

forEachRegistry('pushing', (kind) => {
  let registry: Hardened
  let ci: Headers
  let boss: Headers
  let dev: Headers
  const send = (method: string, path: string, headers: Headers = {}, body?: string) =>
    fetch(new URL(path, registry.url), { method, headers, ...(body === undefined ? {} : { body }) })
  /** A repository of the test's own in which CI has pushed `v1`. */
  const pushed = async (repository: string, word = repository): Promise<Image> => {
    const one = image(word)
    expect((await push(registry.url, repository, 'v1', one, ci)).status).toBe(201)
    return one
  }

  beforeAll(async () => {
    registry = await openHardened(kind)
    ci = await registry.key('ci')
    boss = await registry.key('boss')
    dev = await registry.key('dev')
  })
  afterAll(() => registry.close())

  test('row 19: CI creates a tag', async () => {
    const one = image('new')
    const response = await push(registry.url, 'create', 'v1', one, ci)
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(`/v2/create/manifests/${one.digest}`)
    expect(response.headers.get('docker-content-digest')).toBe(one.digest)
  })

  test('row 20: CI cannot move a tag', async () => {
    const before = await pushed('fixed')
    await expectDenied(await push(registry.url, 'fixed', 'v1', image('other'), ci))
    expect(await pull(registry.url, 'fixed', 'v1')).toMatchObject({ status: 200, digest: before.digest })
  })

  test('row 21: CI cannot even push the same content to a tag again', async () => {
    const same = await pushed('again')
    await expectDenied(await push(registry.url, 'again', 'v1', same, ci))
  })

  test('row 22: CI pushes by digest, with new tags, and not with one that exists', async () => {
    await pushed('digest')
    const other = image('by digest')
    await putBlob(registry.url, 'digest', other.config, ci)
    expect((await putManifest(registry.url, 'digest', other.digest, other, ci)).status).toBe(201)
    const tagged = await putManifest(registry.url, 'digest', `${other.digest}?tag=v2&tag=v3`, other, ci)
    expect(tagged.status).toBe(201)
    expect(tagged.headers.get('oci-tag')).toBe('v2, v3')
    expect((await pull(registry.url, 'digest', 'v3')).digest).toBe(other.digest)
    await expectDenied(await putManifest(registry.url, 'digest', `${other.digest}?tag=v1`, other, ci))
    await expectDenied(await putManifest(registry.url, 'digest', `${other.digest}?tag=v4&tag=v1`, other, ci))
    expect((await pull(registry.url, 'digest', 'v4')).status).toBe(404)
    expect((await putManifest(registry.url, 'digest', `v5?tag=v6`, other, ci)).status).toBe(400)
    expect((await putManifest(registry.url, 'digest', sha256('else'), other, ci)).status).toBe(400)
  })

  test('row 23: CI cannot delete', async () => {
    const one = await pushed('keep')
    for (const path of ['manifests/v1', `manifests/${one.digest}`, `blobs/${one.configDigest}`])
      await expectDenied(await send('DELETE', `/v2/keep/${path}`, ci))
    expect((await pull(registry.url, 'keep', 'v1')).status).toBe(200)
  })

  test('row 24: an admin moves a tag and pushes it again', async () => {
    const before = await pushed('moved')
    const other = image('moved there')
    expect((await push(registry.url, 'moved', 'v1', other, boss)).status).toBe(201)
    expect((await push(registry.url, 'moved', 'v1', other, boss)).status).toBe(201)
    expect((await pull(registry.url, 'moved', 'v1')).digest).toBe(other.digest)
    expect(await (await send('GET', '/v2/moved/tags/list')).json()).toEqual({ name: 'moved', tags: ['v1'] })
    // What the tag named before is out of reach, unlike what a deleted tag named.
    expect((await pull(registry.url, 'moved', before.digest)).status).toBe(404)
  })

  test('row 25: an admin deletes a tag, after which CI may create it again', async () => {
    const one = await pushed('deleted')
    expect((await send('DELETE', '/v2/deleted/manifests/v1', boss)).status).toBe(202)
    await expectFailure(await send('DELETE', '/v2/deleted/manifests/v1', boss), 404, 'MANIFEST_UNKNOWN')
    expect((await pull(registry.url, 'deleted', 'v1')).status).toBe(404)
    expect((await push(registry.url, 'deleted', 'v1', one, ci)).status).toBe(201)
  })

  test('row 25: deleting by digest takes every tag of it', async () => {
    const one = await pushed('all')
    expect((await putManifest(registry.url, 'all', 'v2', one, ci)).status).toBe(201)
    const kept = image('kept')
    expect((await push(registry.url, 'all', 'v3', kept, ci)).status).toBe(201)
    expect((await send('DELETE', '/v2/all/manifests/v1', boss)).status).toBe(202)
    expect((await pull(registry.url, 'all', one.digest)).status).toBe(200)
    expect((await send('DELETE', `/v2/all/manifests/${one.digest}`, boss)).status).toBe(202)
    expect(await (await send('GET', '/v2/all/tags/list')).json()).toEqual({ name: 'all', tags: ['v3'] })
    expect((await pull(registry.url, 'all', one.digest)).status).toBe(404)
  })

  test('row 25: a manifest that has lost its only tag is still there by its digest', async () => {
    const one = await pushed('bare')
    expect((await send('DELETE', '/v2/bare/manifests/v1', boss)).status).toBe(202)
    expect(await pull(registry.url, 'bare', one.digest)).toMatchObject({ status: 200, digest: one.digest })
    expect(await (await send('GET', '/v2/bare/tags/list')).json()).toEqual({ name: 'bare', tags: [] })
    await expectFailure(await send('DELETE', '/v2/nobody/manifests/v1', boss), 400, 'NAME_UNKNOWN')
  })

  test('row 26: someone without a group reads and does not push', async () => {
    await expectDenied(await send('POST', '/v2/app/blobs/uploads/', dev))
    await expectDenied(await putManifest(registry.url, 'app', 'v1', image('dev'), dev))
    expect((await send('GET', '/v2/_catalog', dev)).status).toBe(200)
  })

  test('row 27: what is no complete OCI manifest is refused', async () => {
    const one = image('incomplete')
    await expectFailure(await putManifest(registry.url, 'bad', 'v1', one, ci), 400, 'MANIFEST_INVALID')
    const nonsense = { ...one, manifest: Buffer.from('{"schemaVersion":2}') }
    await expectFailure(await putManifest(registry.url, 'bad', 'v1', nonsense, ci), 400, 'MANIFEST_INVALID')
    await expectFailure(
      await putManifest(registry.url, 'bad', 'v1', { ...one, manifest: Buffer.from('no') }, ci),
      400,
      'MANIFEST_INVALID',
    )
    for (const type of ['', 'application/json', media.dockerManifest])
      await expectFailure(await putManifest(registry.url, 'bad', 'v1', { ...one, type }, ci), 415, 'MANIFEST_INVALID')
    const huge = { ...one, manifest: Buffer.alloc(4 * 1024 * 1024 + 1, ' ') }
    await expectFailure(await putManifest(registry.url, 'bad', 'v1', huge, ci), 413, 'MANIFEST_INVALID')
    expect((await pull(registry.url, 'bad', 'v1')).status).toBe(404)
  })

  test('an index needs its manifests; a manifest that an index needs stays', async () => {
    const child = await pushed('multi')
    const index = (digest: string) => {
      const entry = { mediaType: media.manifest, digest, size: child.manifest.length }
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: media.index, manifests: [entry] }))
      return { ...child, type: media.index, manifest, digest: sha256(manifest) }
    }
    await expectFailure(
      await putManifest(registry.url, 'multi', 'all', index(sha256('none')), ci),
      400,
      'MANIFEST_INVALID',
    )
    expect((await putManifest(registry.url, 'multi', 'all', index(child.digest), ci)).status).toBe(201)
    expect((await send('DELETE', `/v2/multi/manifests/${child.digest}`, boss)).status).toBe(405)
    expect((await send('DELETE', '/v2/multi/manifests/v1', boss)).status).toBe(202)
    expect((await pull(registry.url, 'multi', child.digest)).status).toBe(200)
    // Not when its tag is moved: that breaks the index.
    expect((await putManifest(registry.url, 'multi', 'v1', child, ci)).status).toBe(201)
    expect((await push(registry.url, 'multi', 'v1', image('elsewhere'), boss)).status).toBe(201)
    expect((await pull(registry.url, 'multi', child.digest)).status).toBe(404)
    expect((await pull(registry.url, 'multi', 'all')).status).toBe(200)
  })

  test('a blob that a manifest needs stays', async () => {
    const one = await pushed('needed')
    expect((await send('DELETE', `/v2/needed/blobs/${one.configDigest}`, boss)).status).toBe(405)
    const loose = Buffer.from('loose')
    expect((await putBlob(registry.url, 'needed', loose, ci)).status).toBe(201)
    expect((await send('DELETE', `/v2/needed/blobs/${sha256(loose)}`, boss)).status).toBe(202)
    await expectFailure(await send('DELETE', `/v2/needed/blobs/${sha256(loose)}`, boss), 404, 'BLOB_UNKNOWN')
  })

  test('referrers are found by their subject', async () => {
    const subject = await pushed('signed')
    const manifest = Buffer.from(
      JSON.stringify({
        ...JSON.parse(image('signature').manifest.toString()),
        artifactType: 'application/vnd.test',
        subject: { mediaType: media.manifest, digest: subject.digest, size: subject.manifest.length },
      }),
    )
    const signature = { ...image('signature'), manifest, digest: sha256(manifest) }
    const response = await push(registry.url, 'signed', signature.digest, signature, ci)
    expect([response.status, response.headers.get('oci-subject')]).toEqual([201, subject.digest])
    const found = await send('GET', `/v2/signed/referrers/${subject.digest}?artifactType=application/vnd.test`)
    expect(found.headers.get('oci-filters-applied')).toBe('artifactType')
    expect(await found.json()).toMatchObject({
      manifests: [{ digest: signature.digest, artifactType: 'application/vnd.test', mediaType: media.manifest }],
    })
    const none = await send('GET', `/v2/signed/referrers/${subject.digest}?artifactType=other`)
    expect(await none.json()).toMatchObject({ manifests: [] })
  })

  test('of 24 pushes of 12 images to one new tag at once, one wins, in every round', async () => {
    const images = Array.from({ length: 12 }, (_, at) => image(`race ${at}`))
    for (const one of images) await putBlob(registry.url, 'race', one.config, ci)
    for (let round = 0; round < 4; round++) {
      const pushes = [...images, ...images].map((one) => putManifest(registry.url, 'race', `r${round}`, one, ci))
      const answers = await Promise.all(pushes)
      expect(answers.map((response) => response.status).sort()).toEqual([201, ...Array.from({ length: 23 }, () => 403)])
      const winner = answers.find((response) => response.status === 201)?.headers.get('docker-content-digest')
      expect((await pull(registry.url, 'race', `r${round}`)).digest).toBe(winner)
    }
  })

  test('a push that was let in while the tag was free, and is slow, finds it taken', async () => {
    const [slow, fast] = [image('slow'), image('fast')]
    for (const one of [slow, fast]) await putBlob(registry.url, 'slow', one.config, ci)
    const length = slow.manifest.length
    const headers = { ...ci, 'Content-Type': slow.type, 'Content-Length': length, Expect: '100-continue' }
    const pending = request(`${registry.url}/v2/slow/manifests/v1`, { method: 'PUT', headers })
    const status = new Promise<number | undefined>((done, failed) => {
      pending.once('error', failed).once('response', (response) => done(response.resume().statusCode))
    })
    pending.flushHeaders()
    // The registry asks for the body once it has let the request in.
    await once(pending, 'continue')
    expect((await putManifest(registry.url, 'slow', 'v1', fast, ci)).status).toBe(201)
    pending.end(slow.manifest)
    // zot asks its rules before it reads the body, and not again: there the slow one overwrites the tag.
    expect(await status).toBe(kind.isReal ? 201 : 403)
    expect((await pull(registry.url, 'slow', 'v1')).digest).toBe(kind.isReal ? slow.digest : fast.digest)
  })

  test('a blob of 50 MB goes in and comes out', async () => {
    const blob = Buffer.alloc(50 * 1024 * 1024, 'a large layer ')
    const before = memoryOf(registry.pid())
    expect((await putBlob(registry.url, 'large', blob, ci)).status).toBe(201)
    const got = await (await fetch(`${registry.url}/v2/large/blobs/${sha256(blob)}`)).bytes()
    expect(blob.equals(got)).toBe(true)
    // The stand-in never holds a blob in memory.
    if (!kind.isReal) expect(memoryOf(registry.pid()) - before).toBeLessThan(blob.length)
  })
})

/** Bytes of memory that a process has had at most, or where that is not told, has. */
function memoryOf(pid: number): number {
  const status = `/proc/${pid}/status`
  const kilobytes = existsSync(status)
    ? /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(kilobytes) * 1024
}
