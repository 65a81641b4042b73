import { chmodSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'

const files = (work: string) => ({
  'docs/a.md': card({ title: 'A' }),
  'docs/goal.md': card({ title: 'Goal', requires: ['a'] }),
  'tasks/a.ts': task('a', work),
  'tasks/goal.ts': task('goal'),
})

describe('a document that changed while its task ran', () => {
  test('into something else is left alone: 73, and nothing is lost', async () => {
    using repository = new TestRepository(files("writeFileSync('docs/a.md', '---\\nstatus: paused\\n---\\n')"))
    expect(await repository.tell('run', 'goal', '-q')).toBe(`exit 73
--- stdout
goal: 0 of 2 cards complete after N s
  – goal  not started, because of a
  ✗ a  its checks hold, so the next run finds it true, once this is mended: docs/a.md was left alone: its status is no longer \`active\`
    │ check "It is done" does not hold: a.done is not there
    log: .mikado/log/RUN/a.log
To go on: mikado resume goal
`)
    expect(repository.read('docs/a.md')).toBe('---\nstatus: paused\n---\n')
    expect(repository.journal().at(-1)).toMatchObject({ outcome: 'unrecorded', exitCode: 73, failed: 'a' })
  })

  test('into a folder is left alone', async () => {
    using repository = new TestRepository(files('await $`rm docs/a.md; mkdir docs/a.md`'))
    const { code, stdout } = await repository.mikado('run', 'goal', '-q')
    expect([code, stdout]).toEqual([73, expect.stringContaining('docs/a.md is a folder\n')])
  })

  test('in its text keeps both: what the person wrote, and the mark', async () => {
    const edited = `${card({ title: 'Another title' })}\nA new paragraph.\n`
    using repository = new TestRepository(files(`writeFileSync('docs/a.md', ${JSON.stringify(edited)})`))
    expect((await repository.mikado('run', 'goal')).code).toBe(0)
    expect(repository.read('docs/a.md')).toBe(
      edited.replace('status: active\n', '').replace('[ ] It is done', '[x] It is done'),
    )
  })

  test('keeps its mode and its line endings', async () => {
    using repository = new TestRepository(files(''))
    const text = card({ title: 'A' }).replaceAll('\n', '\r\n')
    repository.write({ 'docs/a.md': text })
    chmodSync(repository.path('docs/a.md'), 0o640)
    await repository.mikado('run', 'goal')
    expect(repository.read('docs/a.md')).toBe(text.replace('status: active\r\n', '').replace('[ ]', '[x]'))
    expect(statSync(repository.path('docs/a.md')).mode & 0o777).toBe(0o640)
  })

  test('to be read only is left alone', async () => {
    using repository = new TestRepository(files('await $`chmod 0444 docs/a.md`'))
    repository.giveAway()
    const { code } = await repository.start(['run', 'goal'], {}, { asNobody: true }).ended
    expect([code, repository.active()]).toEqual([73, ['a', 'goal']])
  })
})

test('a documents folder that cannot be written: 73, and the next run finds the work done', async () => {
  using repository = new TestRepository(files("appendFileSync('a.runs', 'x'); await $`chmod 0555 docs`"))
  repository.giveAway()
  const { code, stdout } = await repository.start(['run', 'goal', '-q'], {}, { asNobody: true }).ended
  chmodSync(repository.path('docs'), 0o755)
  expect([code, stdout]).toEqual([
    73,
    expect.stringContaining('docs/a.md cannot be written: EACCES: permission denied\n'),
  ])
  expect([repository.names('docs'), repository.names('.mikado/tmp')]).toEqual([['a.md', 'goal.md'], []])
  const again = await repository.start(['run', 'goal', '-q'], {}, { asNobody: true }).ended
  expect([again.code, repository.active(), repository.read('a.runs')]).toEqual([0, [], 'x'])
})

describe('run data that cannot be written stops a run before it starts', () => {
  test('a file called .mikado', async () => {
    using repository = new TestRepository({ ...files(''), '.mikado': 'mine' })
    expect(await repository.tell('run', 'goal')).toBe(`exit 73
--- stderr
mikado: ROOT/.mikado cannot be written, nothing was started: EEXIST: file already exists, mkdir 'ROOT/.mikado'
  Make room or mend its permissions, then run this again.
`)
    expect([repository.read('.mikado'), repository.active()]).toEqual(['mine', ['a', 'goal']])
    expect((await repository.mikado('list')).code).toBe(0)
    expect((await repository.mikado('log')).stdout).toBe('No runs yet.\n')
  })

  test('a folder .mikado of somebody else', async () => {
    using repository = new TestRepository({ ...files(''), '.mikado/.gitignore': '*\n' })
    chmodSync(repository.path('.mikado'), 0o555)
    repository.giveAway()
    const ran = await repository.start(['run', 'goal'], {}, { asNobody: true }).ended
    expect(repository.told(ran)).toMatch(
      /^exit 73\n--- stderr\nmikado: ROOT\/\.mikado cannot be written, nothing was started: /,
    )
    expect(repository.active()).toEqual(['a', 'goal'])
  })
})
