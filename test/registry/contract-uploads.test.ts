import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hardened, openHardened } from './hardened.ts'
import { type Headers, image, push, putBlob, sha256 } from './images.ts'
import { expectFailure } from './refusals.ts'
import { forEachRegistry, until } from './rig.ts'

forEachRegistry('uploads', (kind) => {
  let registry: Hardened
  let ci: Headers
  let boss: Headers
  const send = (method: string, path: string, headers: Headers = {}, body?: string) =>
    fetch(new URL(path, registry.url), { method, headers, ...(body === undefined ? {} : { body }) })
  const octets = () => ({ ...ci, 'Content-Type': 'application/octet-stream' })
  /** Where an upload that has just been started goes on. */
  const started = async (repository: string) =>
    (await send('POST', `/v2/${repository}/blobs/uploads/`, ci)).headers.get('location') ?? ''
  const patch = (location: string, body: string, range?: string) =>
    send('PATCH', location, { ...octets(), ...(range === undefined ? {} : { 'Content-Range': range }) }, body)

  beforeAll(async () => {
    registry = await openHardened(kind)
    ci = await registry.key('ci')
    boss = await registry.key('boss')
  })
  afterAll(() => registry.close())

  test('row 15: CI starts an upload', async () => {
    const response = await send('POST', '/v2/start/blobs/uploads/', ci)
    expect([response.status, await response.text()]).toEqual([202, ''])
    expect(response.headers.get('location')).toMatch(/^\/v2\/start\/blobs\/uploads\/[0-9a-f-]{36}$/)
    expect(response.headers.get('range')).toBe('0-0')
  })

  test('row 16: the parts of an upload follow one another', async () => {
    const location = await started('parts')
    const first = await patch(location, 'hello ')
    expect(first.status).toBe(202)
    expect(first.headers.get('range')).toBe('0-5')
    expect(first.headers.get('location')).toBe(location)
    expect(first.headers.get('blob-upload-uuid')).toBe(location.split('/').at(-1))
    const status = await send('GET', location, ci)
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-5'])
    expect(status.headers.get('location')).toBe(location)
    // The range of a part that does not say its place is its own length; one that does is told how far all has come.
    expect((await patch(location, 'wor')).headers.get('range')).toBe('0-2')
    expect((await patch(location, 'ld', '9-10')).headers.get('range')).toBe('0-10')
    expect((await send('PUT', `${location}?digest=${sha256('hello world')}`, ci)).status).toBe(201)
    await expectFailure(await send('GET', location, ci), 404, 'BLOB_UPLOAD_UNKNOWN')
  })

  test('row 16: a part must begin where the upload has come to, and be as long as it says', async () => {
    const location = await started('parts')
    await expectFailure(await patch(location, 'xyz', '3-5'), 416, 'BLOB_UPLOAD_INVALID')
    for (const range of ['0-9', 'x', 'bytes 0-2']) expect((await patch(location, 'xyz', range)).status).toBe(416)
    expect((await patch(location, 'xyz', '0-2')).status).toBe(202)
  })

  test('row 17: an upload becomes a blob', async () => {
    const location = await started('whole')
    await patch(location, 'some')
    const digest = sha256('some content')
    const done = await send('PUT', `${location}?digest=${digest}`, { ...octets(), 'Content-Range': '4-11' }, ' content')
    expect(done.status).toBe(201)
    expect(done.headers.get('location')).toBe(`/v2/whole/blobs/${digest}`)
    expect(done.headers.get('docker-content-digest')).toBe(digest)
    expect(await (await send('GET', `/v2/whole/blobs/${digest}`)).text()).toBe('some content')
    const atOnce = await send('PUT', `${await started('whole')}?digest=${sha256('one')}`, octets(), 'one')
    expect(atOnce.status).toBe(201)
  })

  test('row 17: content with another digest is refused, and the upload stays', async () => {
    const location = await started('wrong')
    await patch(location, 'b')
    await expectFailure(await send('PUT', `${location}?digest=${sha256('a')}`, ci), 400, 'DIGEST_INVALID')
    expect((await send('PUT', `${location}?digest=sha256:zz`, ci)).status).toBe(400)
    expect((await send('GET', `/v2/wrong/blobs/${sha256('a')}`)).status).toBe(404)
    expect((await send('GET', location, ci)).status).toBe(204)
    expect((await send('PUT', `${location}?digest=${sha256('b')}`, ci)).status).toBe(201)
  })

  test('a last part that does not say its place, after others, is refused', async () => {
    const location = await started('last')
    await patch(location, 'abc')
    const last = await send('PUT', `${location}?digest=${sha256('abcdef')}`, octets(), 'def')
    await expectFailure(last, 416, 'BLOB_UPLOAD_INVALID')
  })

  test('row 18: a blob in one request', async () => {
    const blob = Buffer.from('a blob in one go')
    const whole = await putBlob(registry.url, 'mono', blob, ci)
    expect(whole.status).toBe(201)
    expect(whole.headers.get('location')).toBe(`/v2/mono/blobs/${sha256(blob)}`)
    const wrong = await send('POST', `/v2/mono/blobs/uploads/?digest=${sha256('a')}`, octets(), 'b')
    await expectFailure(wrong, 400, 'DIGEST_INVALID')
  })

  test('row 18: a blob that another repository has is mounted, an unknown one is to be uploaded', async () => {
    const source = image('source')
    expect((await push(registry.url, 'source', 'v1', source, ci)).status).toBe(201)
    const known = source.configDigest
    const mounted = await send('POST', `/v2/target/blobs/uploads/?mount=${known}&from=source`, ci)
    expect(mounted.status).toBe(201)
    expect(mounted.headers.get('location')).toBe(`/v2/target/blobs/${known}`)
    expect((await send('HEAD', `/v2/target/blobs/${known}`)).status).toBe(200)
    const unknown = await send('POST', `/v2/target/blobs/uploads/?mount=${sha256('nowhere')}&from=source`, ci)
    expect(unknown.status).toBe(202)
    expect(unknown.headers.get('location')).toMatch(/^\/v2\/target\/blobs\/uploads\//)
  })

  test('an upload that was given up is gone', async () => {
    const location = await started('given-up')
    expect((await send('DELETE', location, boss)).status).toBe(204)
    await expectFailure(await send('GET', location, ci), 404, 'BLOB_UPLOAD_UNKNOWN')
  })

  test('an upload whose connection breaks in the middle of a part is gone, and another one succeeds', async () => {
    const location = await started('broken')
    const content = 'x'.repeat(100_000)
    const headers = { ...octets(), 'Content-Length': content.length }
    const broken = request(new URL(location, registry.url), { method: 'PATCH', headers })
    broken.once('error', () => {})
    broken.write(content.slice(0, 60_000))
    const range = async () => (await send('GET', location, ci)).headers.get('range')
    await until('some of it has arrived', async () => !['0-0', null].includes(await range()))
    await new Promise((closed) => broken.once('close', closed).destroy())
    await until('the upload is gone', async () => (await send('GET', location, ci)).status === 404)
    expect((await send('GET', `/v2/broken/blobs/${sha256(content)}`)).status).toBe(404)
    expect((await putBlob(registry.url, 'broken', Buffer.from(content), ci)).status).toBe(201)
    expect(await (await send('GET', `/v2/broken/blobs/${sha256(content)}`)).text()).toBe(content)
  })

  test('many uploads at once, of the same blob and of others, all arrive', async () => {
    const blobs = Array.from({ length: 24 }, (_, at) => Buffer.alloc(64 * 1024, `blob ${at % 6}`))
    const answers = await Promise.all(blobs.map((blob, at) => putBlob(registry.url, `many/${at % 3}`, blob, ci)))
    expect(answers.map((response) => response.status)).toEqual(blobs.map(() => 201))
    for (const [at, blob] of blobs.entries()) {
      const got = await (await send('GET', `/v2/many/${at % 3}/blobs/${sha256(blob)}`)).bytes()
      expect(sha256(Buffer.from(got))).toBe(sha256(blob))
    }
  })
})
