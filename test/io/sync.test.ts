/** Waiting for the disk: at once, and together. */
import { closeSync, openSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { atOnce, type Durable, Together } from '../../scripts/io/sync.ts'
import { Folder } from './folder.ts'

let folder: Folder
let files: number[]

beforeEach(() => {
  folder = new Folder({ a: '', b: '' })
  files = ['a', 'b'].map((name) => openSync(folder.path(name), 'r+'))
})

afterEach(() => {
  for (const file of files) closeSync(file)
  folder[Symbol.dispose]()
})

/** Work that waits twice for a file, and writes down how far it is. */
function* work(name: string, file: number, did: string[]): Durable<string> {
  did.push(`${name} begins`)
  yield file
  did.push(`${name} goes on`)
  yield file
  return `${name} is done`
}

it('done at once goes through, and is told of a file that cannot be synced where it waits', () => {
  expect(atOnce(work('a', files[0] ?? -1, []))).toBe('a is done')
  expect(() => atOnce(work('a', 1_000_000, []))).toThrow('EBADF')
})

it('goes step by step beside others, and waits for what else must be on disk before', async () => {
  const did: string[] = []
  const together = new Together(async () => {
    await Promise.resolve()
    did.push('the proof is on disk')
  })
  const ends = files.map((file, at) => together.join(work('ab'[at] ?? '', file, did)))
  expect(await Promise.all(ends)).toEqual(['a is done', 'b is done'])
  expect(did).toEqual(['a begins', 'b begins', 'the proof is on disk', 'a goes on', 'b goes on'])
})

it('that comes while others wait goes with the next, and needs a proof of its own', async () => {
  const did: string[] = []
  const together = new Together(async () => void did.push('proof'))
  const [a = -1, b = -1] = files
  let later: Promise<string> | null = null
  function* first(): Durable<null> {
    later = together.join(work('b', b, did))
    yield a
    did.push('a is done')
    return null
  }
  await together.join(first())
  expect(await later).toBe('b is done')
  expect(did).toEqual(['proof', 'a is done', 'proof', 'b begins', 'b goes on'])
})

it('that a disk refuses ends alone', async () => {
  const together = new Together(async () => {})
  const ends = await Promise.allSettled([
    together.join(work('a', files[0] ?? -1, [])),
    together.join(work('b', 1e6, [])),
  ])
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})
