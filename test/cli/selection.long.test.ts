import { describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const complete = Object.fromEntries(
  Object.entries(diamond).map(([name, text]) => [name, text.replace('status: active\n', '').replace('[ ]', '[x]')]),
)
const done = { 'base.done': '', 'left.done': '', 'right.done': '', 'goal.done': '' }

describe('a run of a part of the chain', () => {
  test('--only works one card, and refuses while what it requires is active', async () => {
    using repository = new TestRepository(diamond)
    expect(await repository.tell('run', 'left', '--only', '-q')).toBe(`exit 1
--- stdout
left: 0 of 1 card complete after N s
  – left  not started, because of base
To go on: mikado resume left
`)
    expect((await repository.mikado('run', 'base', '--only')).code).toBe(0)
    expect((await repository.mikado('run', 'left', '--only')).code).toBe(0)
    expect([repository.active(), repository.read('order')]).toEqual([['goal', 'right'], 'base left '])
  })

  test('--from takes what comes before as it is', async () => {
    using repository = new TestRepository({ ...diamond, 'docs/base.md': card({ complete: true }) })
    const { code, stdout } = await repository.mikado('run', 'goal', '--from', 'left', '-j', '1', '-q')
    expect([code, repository.active(), repository.read('order')]).toEqual([1, ['goal', 'right'], 'left '])
    expect(stdout).toContain('  – goal  not started, because of right\n')
  })

  test('--force does a complete card again, whatever its checks say', async () => {
    using repository = new TestRepository({ ...complete, ...done })
    const forced = await repository.mikado('run', 'goal', '--force', 'left', '-j', '1', '--output', 'quiet')
    expect([forced.code, repository.read('order'), repository.active()]).toEqual([0, 'left ', []])
    expect(forced.stderr).toContain('  left: was complete, reopened: asked to do it again\n')
    const also = await repository.mikado('run', 'goal', '--force', 'left', '--downstream', '-j', '1', '-q')
    expect([also.code, repository.read('order'), repository.active()]).toEqual([0, 'left left goal ', []])
  })

  test('a forced card is not said to be unproven', async () => {
    using repository = new TestRepository({ ...complete, ...done })
    const { stderr } = await repository.mikado('run', 'goal', '--force', 'left', '--output', 'quiet')
    expect(stderr).not.toContain('no longer proven')
  })
})

describe('a dry run', () => {
  test('tells what a run would do with each card, and starts nothing', async () => {
    using repository = new TestRepository({
      ...diamond,
      'docs/base.md': card({ complete: true }),
      'docs/left.md': card({ title: 'Left', requires: ['base'], front: 'run: manual\n' }),
      'docs/goal.md': card({ title: 'The goal', requires: ['left', 'right'], front: 'confirm: Sure?\n' }),
    })
    expect(await repository.tell('run', 'goal', '-n', '-j', '1')).toBe(`exit 0
--- stdout
▶  base   complete, but not proved here: ask its 1 check
?  left   a person does it and confirms
▶  right  ask its 1 check, and run unless it holds: tasks/right.ts
▶  goal   ask its 1 check, and run unless it holds: tasks/goal.ts
`)
    expect([repository.active(), repository.names('.').includes('order')]).toEqual([['goal', 'left', 'right'], false])
  })

  test('writes nothing, not even .mikado', async () => {
    using repository = new TestRepository(diamond)
    await repository.mikado('run', '-n')
    expect(repository.names('.')).toEqual(['docs', 'tasks'])
  })
})

test('a run without a name, where all is complete, has nothing to do', async () => {
  using repository = new TestRepository({ ...complete, ...done })
  expect(await repository.tell('run', 'goal')).toMatch(/^exit 0\n/)
  expect(await repository.tell('run', 'goal')).toBe(
    'exit 0\n--- stdout\nNothing to do: goal is complete (4 cards; last proved TIME). `verify` asks again whether it still holds.\n',
  )
})

test('a run without a name, where all is complete, ends with 0', async () => {
  using repository = new TestRepository({ ...complete, ...done })
  expect((await repository.mikado('run')).code).toBe(0)
})

test('the target: a card is proved anew against another one, and proofs of empty variables are one', async () => {
  using repository = new TestRepository({
    'package.json': '{"mikado": {"target": ["URL"]}}',
    'docs/goal.md': card({ requires: ['base'] }),
    'docs/base.md': card(),
    'tasks/goal.ts': task('goal'),
    'tasks/base.ts': task('base'),
  })
  const run = async (URL: string | undefined) => (await repository.start(['run', 'goal', '-q'], { URL }).ended).stdout
  expect(await run(undefined)).toContain('2 cards proved')
  expect(await run('')).toContain('Nothing to do')
  expect(await run('http://elsewhere')).toContain('found true')
  expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'complete' })
  expect(repository.journal().at(-2)).toMatchObject({ event: 'card-completed', target: 'URL=http://elsewhere' })
})
