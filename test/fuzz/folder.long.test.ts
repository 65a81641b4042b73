/** The real program over what is too large for anybody to read: one document, and a folder of them. */
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'
import { expect, it } from 'vitest'
import { card, type Ran, TestRepository } from '../rig/repository.ts'

/** A gigabyte of memory at most, whatever the machine has. */
const within = { NODE_OPTIONS: '--max-old-space-size=1024' }
const call = async (repository: TestRepository, ...args: string[]): Promise<Ran> =>
  await repository.start(args, within).ended

it('a document of a hundred megabytes is shown, checked, completed and opened again', {
  timeout: 600_000,
}, async () => {
  using repository = new TestRepository({ 'docs/a.md': card() })
  const path = repository.path('docs/big.md')
  const file = openSync(path, 'w')
  writeSync(file, card({ title: 'Big', front: 'run: manual\n' }))
  const part = '\n# Words\n\nSome words that go on and on, [[a]] and `code`.\n'.repeat(20_000)
  for (let at = 0; at < 100; at++) writeSync(file, part)
  closeSync(file)
  const { size } = statSync(path)
  expect(size).toBeGreaterThan(100_000_000)
  for (const words of ['list', 'show big', 'brief big', 'lint', 'plan big', 'run big --dry-run']) {
    expect([words, (await call(repository, ...words.split(' '))).code]).toEqual([words, 0])
  }
  expect((await call(repository, 'close', 'big', '--yes')).code).toBe(0)
  expect(statSync(path).size).toBe(size - 'status: active\n'.length)
  expect((await call(repository, 'reopen', 'big')).code).toBe(0)
  expect(statSync(path).size).toBe(size)
})

it('a document that no text can hold is told, and costs no other card anything', async () => {
  using repository = new TestRepository({ 'docs/a.md': card(), 'docs/huge.md': '', 'docs/huger.md': '' })
  truncateSync(repository.path('docs/huge.md'), 600 * 2 ** 20)
  truncateSync(repository.path('docs/huger.md'), 3 * 2 ** 30)
  const { code, stdout, stderr } = await call(repository, 'list')
  expect([code, stdout]).toEqual([65, 'A card  a\n  requires nothing · ready: a\n'])
  expect(stderr).toMatch(/docs\/huge\.md:1:1: error: .*\ndocs\/huger\.md:1:1: error: /)
  expect((await call(repository, 'plan', 'a')).code).toBe(0)
})

it('a folder of a hundred thousand cards is listed, shown, planned and checked', { timeout: 900_000 }, async () => {
  const count = 100_000
  const below = (at: number) => [2 * at + 1, 2 * at + 2].filter((next) => next < count).map((next) => `c${next}`)
  const cards = Array.from({ length: count }, (_, at) => [`docs/c${at}.md`, card({ requires: below(at) })])
  using repository = new TestRepository(Object.fromEntries(cards))
  const list = await call(repository, 'list')
  expect([list.code, list.stdout]).toEqual([
    0,
    expect.stringContaining(`${count - 1} of ${count - 1} required cards active`),
  ])
  expect((await call(repository, 'ready')).stdout.split('\n')).toHaveLength(count / 2 + 1)
  expect((await call(repository, 'show', 'c0')).stdout.split('\n').length).toBeGreaterThan(count)
  expect((await call(repository, 'plan', 'c0')).stdout.split('\n')).toHaveLength(count + 1)
  for (const words of ['brief c0', 'lint'])
    expect([words, (await call(repository, ...words.split(' '))).code]).toEqual([words, 0])
})
