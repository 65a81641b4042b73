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

/** A registry in which the tag changes hands between looking and pushing. */
class Raced extends RegistryClient {
  readonly #seen: (string | undefined)[]
  pushes = 0
  constructor(...seen: (string | undefined)[]) {
    super('http://registry.test')
    this.#seen = seen
  }
  override async digest(): Promise<string | undefined> {
    return this.#seen.shift()
  }
  override async push(): Promise<void> {
    this.pushes++
    throw new RegistryError('take app:v1', {
      url: new URL(this.url),
      status: 403,
      headers: new Headers(),
      body: Buffer.from(''),
    })
  }
}

describe('a push that the registry refuses with 403', () => {
  test('is a success when the tag now holds the same image', async () => {
    expect(await publish(new Raced(undefined, ours), 'app', 'v1', image)).toBe('already-there')
  })
  test('is a taken tag when it holds another', async () => {
    await expect(publish(new Raced(undefined, theirs), 'app', 'v1', image)).rejects.toBeInstanceOf(TagTaken)
  })
  test('is what the registry said when the tag is still free', async () => {
    await expect(publish(new Raced(undefined, undefined), 'app', 'v1', image)).rejects.toBeInstanceOf(RegistryError)
  })
  test('never happens when looking already tells', async () => {
    const registry = new Raced(theirs)
    await expect(publish(registry, 'app', 'v1', image)).rejects.toThrow(`${theirs}, and this image is ${ours}`)
    expect(registry.pushes).toBe(0)
  })
})

test.each([
  ['127.0.0.1:5000/mikado/app:v1.0', { url: 'http://127.0.0.1:5000', repository: 'mikado/app', tag: 'v1.0' }],
  ['localhost/app:1', { url: 'http://localhost', repository: 'app', tag: '1' }],
  ['registry.test/a/b-c/d__e:V_1', { url: 'https://registry.test', repository: 'a/b-c/d__e', tag: 'V_1' }],
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
])('%s is not', (name) => {
  expect(parseReference(name)).toBeUndefined()
})
