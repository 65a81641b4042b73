import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hardened, openHardened } from './hardened.ts'
import { type Headers, type Image, image, media, pull, push, putBlob, putManifest, sha256 } from './images.ts'
import { forEachRegistry } from './rig.ts'

forEachRegistry('pushing', (kind) => {
  let registry: Hardened
  let ci: Headers
  let boss: Headers
  let dev: Headers
  const send = (method: string, path: string, headers: Headers = {}, body?: string) =>
    fetch(new URL(path, registry.url), { method, headers, ...(body === undefined ? {} : { body }) })
  const denied = async (response: Response) => {
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Authorization Required"')
    const body = await response.json()
    expect(body).toMatchObject({ errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] })
  }
  const failsWith = async (response: Response, status: number, code: string) => {
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ errors: [{ code }] })
  }
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

  test('rows 15, 16, 17: an upload in parts', async () => {
    const started = await send('POST', '/v2/parts/blobs/uploads/', ci)
    expect(started.status).toBe(202)
    const location = started.headers.get('location') ?? ''
    expect(location).toMatch(/^\/v2\/parts\/blobs\/uploads\/[0-9a-f-]{36}$/)
    expect(started.headers.get('range')).toBe('0-0')
    const patched = await send('PATCH', location, { ...ci, 'Content-Type': 'application/octet-stream' }, 'hello ')
    expect(patched.status).toBe(202)
    expect(patched.headers.get('range')).toBe('0-5')
    expect(patched.headers.get('blob-upload-uuid')).toBe(location.split('/').at(-1))
    const status = await send('GET', location, ci)
    expect(status.status).toBe(204)
    expect(status.headers.get('range')).toBe('0-5')
    const chunk = { ...ci, 'Content-Type': 'application/octet-stream', 'Content-Range': '6-10' }
    expect((await send('PATCH', location, chunk, 'world')).status).toBe(202)
    const digest = sha256('hello world')
    const done = await send('PUT', `${location}?digest=${digest}`, ci)
    expect(done.status).toBe(201)
    expect(done.headers.get('location')).toBe(`/v2/parts/blobs/${digest}`)
    expect(done.headers.get('docker-content-digest')).toBe(digest)
    expect(await (await send('GET', `/v2/parts/blobs/${digest}`)).text()).toBe('hello world')
    await failsWith(await send('GET', location, ci), 404, 'BLOB_UPLOAD_UNKNOWN')
  })

  test('row 16: a part must begin where the upload has come to', async () => {
    const location = (await send('POST', '/v2/parts/blobs/uploads/', ci)).headers.get('location') ?? ''
    const part = { ...ci, 'Content-Type': 'application/octet-stream', 'Content-Range': '3-5' }
    expect((await send('PATCH', location, part, 'xyz')).status).toBe(416)
  })

  test('row 17: content with another digest is refused', async () => {
    const location = (await send('POST', '/v2/parts/blobs/uploads/', ci)).headers.get('location') ?? ''
    await failsWith(await send('PUT', `${location}?digest=${sha256('a')}`, ci, 'b'), 400, 'DIGEST_INVALID')
    const other = (await send('POST', '/v2/parts/blobs/uploads/', ci)).headers.get('location') ?? ''
    expect((await send('PUT', `${other}?digest=sha256:zz`, ci, 'b')).status).toBe(400)
    expect((await send('GET', `/v2/parts/blobs/${sha256('a')}`)).status).toBe(404)
  })

  test('an upload that was given up is gone', async () => {
    const location = (await send('POST', '/v2/parts/blobs/uploads/', ci)).headers.get('location') ?? ''
    expect((await send('DELETE', location, boss)).status).toBe(204)
    expect((await send('GET', location, ci)).status).toBe(404)
  })

  test('row 18: a blob in one request, and one that another repository has', async () => {
    const blob = Buffer.from('a blob in one go')
    const whole = await putBlob(registry.url, 'mono', blob, ci)
    expect(whole.status).toBe(201)
    expect(whole.headers.get('location')).toBe(`/v2/mono/blobs/${sha256(blob)}`)
    await pushed('source')
    const known = image('source').configDigest
    const mounted = await send('POST', `/v2/target/blobs/uploads/?mount=${known}&from=source`, ci)
    expect(mounted.status).toBe(201)
    expect(mounted.headers.get('location')).toBe(`/v2/target/blobs/${known}`)
    expect((await send('HEAD', `/v2/target/blobs/${known}`)).status).toBe(200)
    const unknown = await send('POST', `/v2/target/blobs/uploads/?mount=${sha256('nowhere')}&from=source`, ci)
    expect(unknown.status).toBe(202)
    expect(unknown.headers.get('location')).toMatch(/^\/v2\/target\/blobs\/uploads\//)
  })

  test('row 19: CI creates a tag', async () => {
    const one = image('new')
    const response = await push(registry.url, 'create', 'v1', one, ci)
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(`/v2/create/manifests/${one.digest}`)
    expect(response.headers.get('docker-content-digest')).toBe(one.digest)
  })

  test('row 20: CI cannot move a tag', async () => {
    const before = await pushed('fixed')
    await denied(await push(registry.url, 'fixed', 'v1', image('other'), ci))
    expect(await pull(registry.url, 'fixed', 'v1')).toMatchObject({ status: 200, digest: before.digest })
  })

  test('row 21: CI cannot even push the same content to a tag again', async () => {
    const same = await pushed('again')
    await denied(await push(registry.url, 'again', 'v1', same, ci))
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
    await denied(await putManifest(registry.url, 'digest', `${other.digest}?tag=v1`, other, ci))
    await denied(await putManifest(registry.url, 'digest', `${other.digest}?tag=v4&tag=v1`, other, ci))
    expect((await pull(registry.url, 'digest', 'v4')).status).toBe(404)
    expect((await putManifest(registry.url, 'digest', `v5?tag=v6`, other, ci)).status).toBe(400)
    expect((await putManifest(registry.url, 'digest', sha256('else'), other, ci)).status).toBe(400)
  })

  test('row 23: CI cannot delete', async () => {
    const one = await pushed('keep')
    for (const path of ['manifests/v1', `manifests/${one.digest}`, `blobs/${one.configDigest}`])
      await denied(await send('DELETE', `/v2/keep/${path}`, ci))
    expect((await pull(registry.url, 'keep', 'v1')).status).toBe(200)
  })

  test('row 24: an admin moves a tag and pushes it again', async () => {
    await pushed('moved')
    const other = image('moved there')
    expect((await push(registry.url, 'moved', 'v1', other, boss)).status).toBe(201)
    expect((await push(registry.url, 'moved', 'v1', other, boss)).status).toBe(201)
    expect((await pull(registry.url, 'moved', 'v1')).digest).toBe(other.digest)
    expect(await (await send('GET', '/v2/moved/tags/list')).json()).toEqual({ name: 'moved', tags: ['v1'] })
  })

  test('row 25: an admin deletes a tag, after which CI may create it again', async () => {
    const one = await pushed('deleted')
    expect((await send('DELETE', '/v2/deleted/manifests/v1', boss)).status).toBe(202)
    await failsWith(await send('DELETE', '/v2/deleted/manifests/v1', boss), 404, 'MANIFEST_UNKNOWN')
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

  test('row 26: someone without a group reads and does not push', async () => {
    await denied(await send('POST', '/v2/app/blobs/uploads/', dev))
    await denied(await putManifest(registry.url, 'app', 'v1', image('dev'), dev))
    expect((await send('GET', '/v2/_catalog', dev)).status).toBe(200)
  })

  test('row 27: what is no complete OCI manifest is refused', async () => {
    const one = image('incomplete')
    await failsWith(await putManifest(registry.url, 'bad', 'v1', one, ci), 400, 'MANIFEST_INVALID')
    const nonsense = { ...one, manifest: Buffer.from('{"schemaVersion":2}') }
    await failsWith(await putManifest(registry.url, 'bad', 'v1', nonsense, ci), 400, 'MANIFEST_INVALID')
    await failsWith(
      await putManifest(registry.url, 'bad', 'v1', { ...one, manifest: Buffer.from('no') }, ci),
      400,
      'MANIFEST_INVALID',
    )
    for (const type of ['', 'application/json', media.dockerManifest])
      await failsWith(await putManifest(registry.url, 'bad', 'v1', { ...one, type }, ci), 415, 'MANIFEST_INVALID')
    expect((await pull(registry.url, 'bad', 'v1')).status).toBe(404)
  })

  test('an index needs its manifests; a manifest that an index needs stays', async () => {
    const child = await pushed('multi')
    const index = (digest: string) => {
      const entry = { mediaType: media.manifest, digest, size: child.manifest.length }
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: media.index, manifests: [entry] }))
      return { ...child, type: media.index, manifest, digest: sha256(manifest) }
    }
    await failsWith(await putManifest(registry.url, 'multi', 'all', index(sha256('none')), ci), 400, 'MANIFEST_INVALID')
    expect((await putManifest(registry.url, 'multi', 'all', index(child.digest), ci)).status).toBe(201)
    expect((await send('DELETE', `/v2/multi/manifests/${child.digest}`, boss)).status).toBe(405)
    expect((await send('DELETE', '/v2/multi/manifests/v1', boss)).status).toBe(202)
    expect((await pull(registry.url, 'multi', child.digest)).status).toBe(200)
  })

  test('a blob that a manifest needs stays', async () => {
    const one = await pushed('needed')
    expect((await send('DELETE', `/v2/needed/blobs/${one.configDigest}`, boss)).status).toBe(405)
    const loose = Buffer.from('loose')
    expect((await putBlob(registry.url, 'needed', loose, ci)).status).toBe(201)
    expect((await send('DELETE', `/v2/needed/blobs/${sha256(loose)}`, boss)).status).toBe(202)
    await failsWith(await send('DELETE', `/v2/needed/blobs/${sha256(loose)}`, boss), 404, 'BLOB_UNKNOWN')
  })

  test('of many pushes to one new tag at once, one wins', async () => {
    const images = Array.from({ length: 12 }, (_, at) => image(`race ${at}`))
    for (const one of images) await putBlob(registry.url, 'race', one.config, ci)
    const answers = await Promise.all(images.map((one) => putManifest(registry.url, 'race', 'v1', one, ci)))
    const statuses = answers.map((response) => response.status).sort()
    expect(statuses).toEqual([201, ...Array.from({ length: 11 }, () => 403)])
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
})
