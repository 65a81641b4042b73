/** What is wrong with documents, annotated at its place on the page of a forge. */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'
import { annotated, github, inCi } from './rig.ts'

describe('documents', () => {
  const broken = (many: number) =>
    Object.fromEntries(
      Array.from({ length: many }, (_, i) => [`docs/d${String(i).padStart(2, '0')}.md`, card({ requires: ['nope'] })]),
    )

  test('what lint finds is annotated at its place, errors first, and no more than a forge shows', async () => {
    const pages = Array.from({ length: 320 }, (_, i) => [`docs/p${i}.md`, '# P\n'] as const)
    using repository = new TestRepository({ ...broken(12), 'docs/how-to/w.md': '# W\n', ...Object.fromEntries(pages) })
    mkdirSync(repository.path('.mikado'), { mode: 0o700 })
    // A minute later to the program: every file is old, and its answer would be kept.
    const old = { ...github, NODE_OPTIONS: `--import=${resolve(import.meta.dirname, '../rig/later.ts')}` }
    const { code, page, before } = await inCi(repository, ['lint'], old)
    expect(code).toBe(65)
    const errors = page.annotations.filter(({ name }) => name === 'error')
    expect(errors).toHaveLength(10)
    expect(annotated(repository, { page: { ...page, annotations: errors.slice(0, 1) }, before })).toEqual([
      expect.stringMatching(/^error docs\/d00\.md:5 unknown-card: .*nope.* \| {3}- nope$/),
    ])
    expect(page.annotations.findIndex(({ name }) => name === 'warning')).toBe(10)
    expect(page.parts.at(-1)).toMatch(/^No annotation for 2 more errors, .*: a forge shows 10 of a kind\.$/)
    // Kept and told again, it would be without them.
    expect((await inCi(repository, ['lint'], old)).page.annotations).toEqual(page.annotations)
  })

  test('a word of a call that is told in an error commands nothing', async () => {
    using repository = new TestRepository({ 'docs/a.md': card() })
    const { code, stderr } = await inCi(repository, ['run', '##[error]forged'])
    expect([code, stderr]).toEqual([64, expect.stringContaining('no card `## [error]forged`')])
  })

  test('a run that they refuse is annotated too', async () => {
    using repository = new TestRepository({ ...broken(1), 'tasks/d00.ts': task('d00') })
    const { code, page } = await inCi(repository, ['run', 'd00'])
    expect(code).toBe(65)
    expect(page.annotations.map(({ name, properties }) => [name, properties.file, properties.line])).toEqual([
      ['error', 'docs/d00.md', '5'],
    ])
  })

  test('what verify finds no longer true is an error at its line', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ complete: true, checks: ['It stands', 'It is done'] }),
      'tasks/a.ts': task('a', '', { 'It stands': 'return true' }),
      'docs/b.md': card({ complete: true }),
      'tasks/b.ts': "export default { verify: { 'It is done': () => true } }\nthrow new Error('broken')\n",
    })
    const shown = await inCi(repository, ['verify'])
    expect(shown.code).toBe(2)
    expect(annotated(repository, shown)).toEqual([
      'error docs/a.md:10 a: no longer true: It is done: a.done is not there | - [ ] It is done',
      expect.stringMatching(/^error docs\/b\.md:1 b: cannot be asked: .*broken/),
    ])
  })
})
