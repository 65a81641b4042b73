/** Kills at moments that chance seldom meets, each brought about by the task itself. */
import { expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'

/** Takes the runner away as nothing else does, and waits for what then comes. */
const kill = `process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {})`
const did = (what: string) => `appendFileSync('did', '${what}\\n')`

test('a card that is done again is active from before its work on: a kill leaves it so, and the next run does it', async () => {
  using repository = new TestRepository({
    'docs/goal.md': card(),
    'tasks/goal.ts': task('goal', `if (existsSync('goal.done')) { rmSync('goal.done'); ${kill} }`).replace(
      'import {',
      'import { rmSync,',
    ),
  })
  await repository.mikado('run', 'goal')
  expect(repository.active()).toEqual([])
  expect((await repository.mikado('run', 'goal', '--force', 'goal')).signal).toBe('SIGKILL')
  expect([repository.active(), repository.names('.').includes('goal.done')]).toEqual([['goal'], false])
  expect((await repository.mikado('run', 'goal')).code).toBe(0)
  expect([repository.active(), repository.names('.').includes('goal.done')]).toEqual([[], true])
})

const steps = `
    await step('one', () => ${did('one')})
    await step('two', async () => { ${did('two')}; if (!existsSync('once')) { writeFileSync('once', ''); ${kill} } })
`

test('after a kill a finished step is not done again, and the one that was cut is', async () => {
  using repository = new TestRepository({ 'docs/goal.md': card(), 'tasks/goal.ts': task('goal', steps) })
  expect((await repository.mikado('run', 'goal')).signal).toBe('SIGKILL')
  expect((await repository.mikado('run', 'goal')).code).toBe(0)
  expect(repository.read('did')).toBe('one\ntwo\ntwo\n')
})

test('after a kill, a run with --force does all steps again, also the finished ones', async () => {
  using repository = new TestRepository({ 'docs/goal.md': card(), 'tasks/goal.ts': task('goal', steps) })
  expect((await repository.mikado('run', 'goal')).signal).toBe('SIGKILL')
  expect((await repository.mikado('run', 'goal', '--force', 'goal')).code).toBe(0)
  expect(repository.read('did')).toBe('one\ntwo\none\ntwo\n')
})

test('a kill between the mark and its record leaves no step that a later round would take for done', async () => {
  const work = `await step('one', () => ${did('one')})`
  using repository = new TestRepository({ 'docs/goal.md': card(), 'tasks/goal.ts': task('goal', work) })
  await repository.mikado('run', 'goal')
  // As the kill leaves it: the document is marked, and the journal ends before it knows.
  const journal = repository.read('.mikado/journal.jsonl')
  repository.write({
    '.mikado/journal.jsonl': journal.slice(0, journal.indexOf('{', journal.lastIndexOf('check-passed'))),
  })
  expect(repository.happened().at(-1)).toBe('check-passed goal')
  repository.write({ 'tasks/gone.sh*': '#!/bin/sh\nrm goal.done\n', 'docs/gone.md': card({ checks: [] }) })
  await repository.mikado('run', 'gone')
  expect((await repository.mikado('run', 'goal')).code).toBe(0)
  expect([repository.read('did'), repository.active()]).toEqual(['one\none\n', []])
})

test('a reopen that is cut short anywhere leaves nothing complete that requires what it opened', async () => {
  // The one in the middle cannot be opened: there the reopen ends, as at a kill.
  const middle = '---\n{title: Middle, requires: [base]}\n---\n\n## Verification\n\n- [x] It is done\n'
  using repository = new TestRepository({
    'docs/base.md': card({ complete: true }),
    'docs/middle.md': middle,
    'docs/top.md': card({ requires: ['middle'], complete: true }),
  })
  const refused = await repository.mikado('reopen', 'base')
  expect([refused.code, refused.stderr]).toEqual([73, expect.stringContaining('docs/middle.md was left alone')])
  expect([repository.active(), repository.read('docs/middle.md')]).toEqual([['top'], middle])
})

test('right after a kill whoever only reads gets an answer, and the log says that the run was cut off', async () => {
  using repository = new TestRepository({ 'docs/goal.md': card(), 'tasks/goal.ts': task('goal', steps) })
  expect((await repository.mikado('run', 'goal')).signal).toBe('SIGKILL')
  const told = await Promise.all(
    [['list'], ['show', 'goal'], ['lint'], ['why', 'goal'], ['log']].map((words) => repository.mikado(...words)),
  )
  expect(told.map(({ code, stderr }) => [code, stderr.replace(/^\nEvery event is .*\n/, '')])).toEqual(
    told.map(() => [0, '']),
  )
  expect(repository.steady(told[4]?.stdout ?? '')).toBe('TIME  run  goal  cut off  0 cards\n')
})

test('a finalize that was killed after its last document says, asked again, that nothing is left', async () => {
  using repository = new TestRepository({ 'docs/goal.md': card({ checks: [], requires: ['base'], complete: true }) })
  repository.write({ 'docs/base.md': card({ checks: [], complete: true }) })
  await repository.mikado('finalize', 'goal')
  expect(await repository.tell('finalize', 'goal')).toBe(
    'exit 0\n--- stdout\nNothing to take out: goal is documentation already.\n',
  )
})
