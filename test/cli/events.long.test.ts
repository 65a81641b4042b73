import { expect, test } from 'vitest'
import { card, eventsOf, TestRepository, task, waitsFor } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

test('with -j 1 the whole event stream is the same each time, and the journal keeps all but the output', async () => {
  using repository = new TestRepository({
    'docs/goal.md': card({ title: 'The goal', requires: ['base'], checks: ['It is done'] }),
    'docs/base.md': card({ title: 'Base', checks: ['It is done', 'It is `so` (really)'] }),
    'tasks/goal.ts': task('goal', "note('know this'); throw new Error('no luck')"),
    'tasks/base.ts': `import { existsSync, writeFileSync } from 'node:fs'
export default {
  apply: async ({ step, log }) => { await step('one', () => ({ n: 1 })); await log('hello'); writeFileSync('done', '') },
  verify: { 'It is done': () => existsSync('done'), 'It is so': () => 'seen' },
}
`,
  })
  const { code, stdout, stderr } = await repository.mikado('run', '--json', '-j', '1')
  expect([code, stderr]).toEqual([1, ''])
  const events = eventsOf(stdout)
  const kept = events.filter(({ event }) => event !== 'output')
  expect(repository.journal()).toEqual(kept)

  const stamp = {
    schemaVersion: 1,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    run: kept[0]?.run,
  }
  const number = expect.any(Number)
  const digest = expect.stringMatching(/^[0-9a-f]{16}$/)
  const started = (id: string, title: string) => {
    return { event: 'card-started', card: id, title, log: `log/${kept[0]?.run}/${id}.log`, digest, anew: false }
  }
  const base = { card: 'base' }
  const goal = { card: 'goal' }
  expect(kept).toEqual(
    [
      { event: 'run-started', goal: 'goal', command: 'run', target: '', cards: ['base', 'goal'] },
      started('base', 'Base'),
      { event: 'check-failed', ...base, check: 'It is done', phase: 'before', message: 'it answered false' },
      { event: 'check-passed', ...base, check: 'It is so', phase: 'before', detail: 'seen' },
      { event: 'step-started', ...base, step: 'one', digest },
      { event: 'step-done', ...base, step: 'one', digest, result: { n: 1 }, replayed: false },
      { event: 'check-passed', ...base, check: 'It is done', phase: 'after', detail: null },
      { event: 'check-passed', ...base, check: 'It is so', phase: 'after', detail: 'seen' },
      { event: 'card-completed', ...base, how: 'ran', verified: true, by: null, durationMs: number, target: '' },
      started('goal', 'The goal'),
      { event: 'check-failed', ...goal, check: 'It is done', phase: 'before', message: 'goal.done is not there' },
      { event: 'note', ...goal, text: 'know this' },
      { event: 'card-failed', ...goal, reason: 'threw', message: 'no luck', exitCode: null, durationMs: number },
      { event: 'run-ended', durationMs: number, outcome: 'failed', exitCode: 1, failed: 'goal' },
    ].map((event) => ({ ...stamp, ...event })),
  )
  expect(
    events.filter(({ event }) => event === 'output').map(({ card: id, stream, text }) => [id, stream, text]),
  ).toEqual(
    expect.arrayContaining([
      ['base', 'stdout', 'hello'],
      ['goal', 'stderr', 'Error: no luck'],
    ]),
  )
})

test('with -j 2 two cards that do not need one another run side by side, with -j 1 they do not', async () => {
  // Each of the two waits for the other to have begun; alone it would wait until its time is up.
  const meets = (own: string, other: string) =>
    task(own, `writeFileSync('${own}.began', ''); ${waitsFor(`${other}.began`)}`)
  const files = { ...diamond, 'tasks/left.ts': meets('left', 'right'), 'tasks/right.ts': meets('right', 'left') }
  using together = new TestRepository(files)
  expect((await together.mikado('run', '-j', '2')).code).toBe(0)
  expect(together.active()).toEqual([])
  expect(together.happened().at(-1)).toBe('run-ended')
  const left = card({ title: 'Left', requires: ['base'], front: 'timeout: 1s\n' })
  using alone = new TestRepository({ ...files, 'docs/left.md': left })
  const { code, stdout } = await alone.mikado('run', '-j', '1', '-q')
  expect([code, stdout]).toEqual([1, expect.stringContaining('✗ left  timed out: not done within 1.0 s\n')])
  expect(alone.names('.')).not.toContain('right.began')
})

test('with a failure nothing new is started; with --keep-going what does not need the failed card is', async () => {
  const files = {
    'docs/goal.md': card({ title: 'Goal', requires: ['bad', 'good', 'above'] }),
    'docs/bad.md': card({ title: 'Bad' }),
    'docs/good.md': card({ title: 'Good' }),
    'docs/above.md': card({ title: 'Above', requires: ['bad'] }),
    'tasks/bad.ts': task('bad', "throw new Error('no luck')"),
    'tasks/good.ts': task('good'),
    'tasks/above.ts': task('above'),
    'tasks/goal.ts': task('goal'),
  }
  using halted = new TestRepository(files)
  expect(await halted.tell('run', '-j', '1', '-q')).toBe(`exit 1
--- stdout
goal: 0 of 4 cards complete after N s
  – above  not started, because of bad
  – goal  not started, because of bad
  – good  not started, because of bad
  ✗ bad  no luck
    │ check "It is done" does not hold: bad.done is not there
    │ Error: no luck
    │     at Object.apply (file://ROOT/tasks/bad.ts:4:11)
    log: .mikado/log/RUN/bad.log
If something else must be true first: mikado discover "TITLE" --for bad
To go on: mikado resume goal
`)
  expect(halted.active()).toEqual(['above', 'bad', 'goal', 'good'])
  using going = new TestRepository(files)
  const { code, stdout } = await going.mikado('run', '-j', '1', '-k', '-q')
  expect([code, stdout.split('\n')[1]?.trim()]).toEqual([1, expect.stringMatching(/^✓ {2}good {2}done/)])
  expect(going.active()).toEqual(['above', 'bad', 'goal'])
})

test('what is true already is found true: no work is done', async () => {
  using repository = new TestRepository({
    ...diamond,
    'base.done': '',
    'left.done': '',
    'right.done': '',
    'goal.done': '',
  })
  expect(await repository.tell('run', '-j', '1', '-v')).toBe(`exit 0
--- stdout
goal is complete: 4 cards proved in N s
  ✓  base   found true  N s  1 check held
  ✓  left   found true  N s  1 check held
  ✓  right  found true  N s  1 check held
  ✓  goal   found true  N s  1 check held

--- stderr
▶ base  Base
  base: holds: It is done
✓ base  found true, nothing to do in N s, 1 check held
▶ left  Left
  left: holds: It is done
✓ left  found true, nothing to do in N s, 1 check held
▶ right  Right
  right: holds: It is done
✓ right  found true, nothing to do in N s, 1 check held
▶ goal  The goal
  goal: holds: It is done
✓ goal  found true, nothing to do in N s, 1 check held
`)
  expect([repository.active(), repository.names('.').includes('order')]).toEqual([[], false])
})

test('what tasks print comes as it comes, or when a card ends, or not at all', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ title: 'A', checks: [] }),
    'tasks/a.sh*': '#!/bin/sh\necho one\necho two\n',
  })
  const shown = async (...words: string[]) => {
    repository.write({ 'docs/a.md': card({ title: 'A', checks: [] }) })
    return repository.steady((await repository.mikado('run', ...words)).stderr)
  }
  const end = '✓ a  done in N s, not verified\n'
  expect(await shown()).toBe(`▶ a  A\na │ one\na │ two\n${end}`)
  expect(await shown('--output', 'group')).toBe(`▶ a  A\n│ one\n│ two\n${end}`)
  expect(await shown('--output', 'quiet')).toBe(`▶ a  A\n${end}`)
  expect(await shown('-q')).toBe('')
})
