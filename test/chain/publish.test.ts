import { describe, expect, test } from 'vitest'
import { smallImage } from '../../tasks/zot/lib/image.ts'
import { RegistryClient, RegistryError } from '../../tasks/zot/lib/oci.ts'
import { decide, publish, TagTaken } from '../../tasks/zot/lib/publish.ts'
import { parseReference } from '../../tasks/zot/lib/reference.ts'

const image = smallImage('ours')
const ours = image.manifest.digest
const theirs = smallImage('theirs').manifest.digest

test('a free tag is pushed, the same digest is there, another one takes it', () => {
  expect(decide(undefined, ours)).toBe('push')
  expect(decide(ours, ours)).toBe('already-there')
  expect(decide(theirs, ours)).toBe('taken')
})

test('a tag that may move is pushed over another digest, and still not over the same', () => {
  expect(decide(undefined, ours, true)).toBe('push')
  expect(decide(ours, ours, true)).toBe('already-there')
  expect(decide(theirs, ours, true)).toBe('push')
})

/** A registry that shows these digests one after the other, and answers a push with this status. */
class Scripted extends RegistryClient {
  readonly #status: number
  readonly #seen: (string | undefined)[]
  pushes = 0
  constructor(status: number, ...seen: (string | undefined)[]) {
    super('http://registry.test')
    this.#status = status
    this.#seen = seen
  }
  override async digest(): Promise<string | undefined> {
    return this.#seen.shift()
  }
  override async push(): Promise<void> {
    this.pushes++
    if (this.#status === 201) return
    throw new RegistryError('take app:v1', {
      url: new URL(this.url),
      status: this.#status,
      headers: new Headers(),
      body: Buffer.from(''),
    })
  }
}

const published = (registry: Scripted, move = false) => publish(registry, 'app', 'v1', image, { move })

describe('a push that the registry refuses with 403', () => {
  test('is a success when the tag now holds the same image', async () => {
    expect(await published(new Scripted(403, undefined, ours))).toEqual({ outcome: 'already-there' })
  })
  test('is a taken tag when it holds another', async () => {
    await expect(published(new Scripted(403, undefined, theirs))).rejects.toBeInstanceOf(TagTaken)
  })
  test('is what the registry said when the tag is still free', async () => {
    await expect(published(new Scripted(403, undefined, undefined))).rejects.toBeInstanceOf(RegistryError)
  })
  test('is what the registry said when the tag may not move', async () => {
    await expect(published(new Scripted(403, theirs, theirs), true)).rejects.toBeInstanceOf(RegistryError)
  })
  test('never happens when looking already tells', async () => {
    const registry = new Scripted(403, theirs)
    await expect(published(registry)).rejects.toThrow(`${theirs}, and this image is ${ours}`)
    expect(registry.pushes).toBe(0)
  })
})

describe('a push that the registry takes', () => {
  test('is a success when the tag holds the image', async () => {
    expect(await published(new Scripted(201, undefined, ours))).toEqual({ outcome: 'pushed' })
  })
  test('is a taken tag when another push at the same moment was taken too, and came later', async () => {
    await expect(published(new Scripted(201, undefined, theirs))).rejects.toBeInstanceOf(TagTaken)
  })
  test('says what a tag left that moved', async () => {
    expect(await published(new Scripted(201, theirs), true)).toEqual({ outcome: 'pushed', left: theirs })
    expect(await published(new Scripted(201, undefined), true)).toEqual({ outcome: 'pushed' })
  })
})

test.each([
  ['127.0.0.1:5000/mikado/app:v1.0', { url: 'http://127.0.0.1:5000', repository: 'mikado/app', tag: 'v1.0' }],
  ['localhost/app:1', { url: 'http://localhost', repository: 'app', tag: '1' }],
  ['registry.test/a/b-c/d__e:V_1', { url: 'https://registry.test', repository: 'a/b-c/d__e', tag: 'V_1' }],
  ['[::1]:5000/app:1', { url: 'http://[::1]:5000', repository: 'app', tag: '1' }],
])('%s is an image', (name, reference) => {
  expect(parseReference(name)).toEqual(reference)
})

test.each([
  'app:v1',
  'registry.test/app',
  'registry.test/App:v1',
  'registry.test/app@sha256:00',
  'https://registry.test/app:v1',
  'registry.test/app:-v1',
  'registry.test/a/../b:v1',
  'registry.test/a//b:v1',
  'registry.test/../b:v1',
])('%s is not', (name) => {
  expect(parseReference(name)).toBeUndefined()
})
