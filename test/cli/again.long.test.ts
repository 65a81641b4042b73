import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'

const fails = "if (!existsSync('go')) throw new Error('not yet')"
const goals = {
  'docs/one.md': card({ requires: ['base'] }),
  'docs/two.md': card({ requires: ['base'] }),
  'docs/three.md': card({ requires: ['base'] }),
  'docs/base.md': card({ complete: true }),
  'tasks/one.ts': task('one', fails),
  'tasks/two.ts': task('two'),
  'tasks/three.ts': task('three'),
}

describe('resume without a name', () => {
  test('goes on with the goal of the branch, before any other', async () => {
    using repository = new TestRepository(goals)
    spawnSync('git', ['init', '-q', '-b', 'mikado/three'], { cwd: repository.root })
    await repository.mikado('run', 'one')
    const { code, stderr } = await repository.mikado('resume')
    expect([code, stderr.split('\n')[0], repository.active()]).toEqual([0, 'Resuming three.', ['one', 'two']])
  })

  test('on a branch of no goal goes on with the last run that did not end complete', async () => {
    using repository = new TestRepository(goals)
    spawnSync('git', ['init', '-q', '-b', 'mikado/unknown'], { cwd: repository.root })
    await repository.mikado('run', 'one')
    repository.write({ go: '' })
    const { code, stdout, stderr } = await repository.mikado('resume', '--json')
    expect([code, stderr, repository.active()]).toEqual([0, 'Resuming one.\n', ['three', 'two']])
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ event: 'run-started', goal: 'one', command: 'run' })
  })

  test('goes on with the last unfinished run, though another goal was completed since', async () => {
    using repository = new TestRepository(goals)
    await repository.mikado('run', 'one')
    await repository.mikado('run', 'two')
    repository.write({ go: '' })
    expect((await repository.mikado('resume')).code).toBe(0)
    expect(repository.active()).toEqual(['three'])
  })

  test('takes the only goal there is', async () => {
    using repository = new TestRepository({ 'docs/two.md': card({ checks: [] }), 'tasks/two.sh*': '#!/bin/sh\n' })
    expect((await repository.mikado('resume')).stderr).toMatch(/^Resuming two\.\n/)
  })

  test('has nothing to go on with', async () => {
    using repository = new TestRepository({ 'docs/page.md': '' })
    expect(await repository.tell('resume')).toBe(`exit 64
--- stderr
mikado: nothing to resume: the branch is no \`mikado/<goal>\`, and the last run ended complete
  See \`list\` for the goals there are.
`)
  })
})

const chain = {
  'docs/base.md': card({ title: 'Base', checks: ['It is done', 'A person looked'] }),
  'docs/middle.md': card({ title: 'Middle', requires: ['base'] }),
  'docs/top.md': card({ title: 'Top', requires: ['middle'], front: 'owner: "us"   # odd spacing stays\n' }),
  'tasks/base.ts': task('base'),
  'tasks/middle.ts': task('middle'),
  'tasks/top.ts': task('top'),
}

/** The chain when all of it is done. */
function completed(): TestRepository {
  const done = { 'base.done': '', 'middle.done': '', 'top.done': '' }
  const marked = Object.entries(chain).map(([name, text]) => {
    return [name, text.replace('status: active\n', '').replaceAll('- [ ]', '- [x]')] as const
  })
  return new TestRepository({ ...Object.fromEntries(marked), ...done })
}

const documents = (repository: TestRepository) =>
  repository.names('docs').map((name) => repository.read(`docs/${name}`))

test('reopen walks up to what requires the card, and reopening and running gives back the same bytes', async () => {
  using repository = completed()
  const before = documents(repository)
  expect(await repository.tell('reopen', 'middle', '--json')).toBe(
    'exit 0\n--- stdout\n{"schemaVersion":1,"kind":"reopen","data":{"reopened":["middle","top"]}}\n',
  )
  expect(documents(repository).slice(1)).toEqual([chain['docs/middle.md'], chain['docs/top.md']])
  expect(repository.journal().slice(-2)).toMatchObject([
    { event: 'card-reopened', card: 'middle', because: 'reopened by hand' },
    { event: 'card-reopened', card: 'top', because: 'requires middle' },
  ])
  expect((await repository.mikado('run', 'top')).code).toBe(0)
  expect(documents(repository)).toEqual(before)
  expect(await repository.tell('reopen', 'middle', '--only')).toBe(
    'exit 0\n--- stdout\nreopened middle  docs/middle.md\n',
  )
  expect(await repository.tell('reopen', 'middle', '--only')).toBe(
    'exit 0\n--- stdout\nNothing to reopen: active already.\n',
  )
  expect(repository.active()).toEqual(['middle'])
})

test('a complete card above an active one is told by lint; verify does not ask the active one', async () => {
  using repository = completed()
  await repository.mikado('reopen', 'middle', '--only')
  expect(await repository.tell('lint')).toBe(`exit 0
--- stdout
docs/top.md:4:5: warning: \`top\` is complete although it requires \`middle\`, which is active [complete-too-early]
  Complete \`middle\` first, or reopen \`top\`.
0 errors, 1 warning in 3 cards.
`)
  expect(await repository.tell('verify')).toBe(`exit 0
--- stdout
✓  base  holds, 1 check
✓  top   holds, 1 check

--- stderr
1 active card not asked: middle
`)
})

test('verify asks what is complete, changes no document, and tells what no longer holds', async () => {
  using repository = completed()
  const before = documents(repository)
  expect(await repository.tell('verify', '-v')).toBe(`exit 0
--- stdout
✓  base    holds, 1 check
✓  middle  holds, 1 check
✓  top     holds, 1 check
  base: It is done
  middle: It is done
  top: It is done
`)
  rmSync(repository.path('base.done'))
  const { code, stdout, stderr } = await repository.mikado('verify', 'top', '--json')
  expect([code, stderr]).toEqual([2, ''])
  const check = { check: 'It is done', held: true, detail: null, message: null }
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    kind: 'verify',
    data: {
      goal: 'top',
      cards: [
        {
          id: 'base',
          path: 'docs/base.md',
          verdict: 'drifted',
          message: null,
          checks: [{ ...check, held: false, message: 'base.done is not there' }],
        },
        { id: 'middle', path: 'docs/middle.md', verdict: 'holds', message: null, checks: [check] },
        { id: 'top', path: 'docs/top.md', verdict: 'holds', message: null, checks: [check] },
      ],
    },
  })
  expect(documents(repository)).toEqual(before)
  repository.write({ 'tasks/top.ts': 'throw new Error("broken")\nexport default {}\n' })
  expect((await repository.mikado('verify', 'top')).stdout).toContain(
    '✗  top     cannot be asked: tasks/top.ts:1 cannot be loaded: broken\n',
  )
})

test('close says no to a card of a broken chain, and with --force takes only the word', async () => {
  using repository = new TestRepository(chain)
  expect(await repository.tell('close', 'base', '--yes')).toBe(`exit 1
--- stderr
mikado: base is not closed, its checks do not hold: It is done: base.done is not there
  Run it, or do the work by hand and close it again.
`)
  expect(repository.active()).toEqual(['base', 'middle', 'top'])
  const forced = await repository.mikado('close', 'base', '--yes', '--force', '--json')
  expect(JSON.parse(forced.stdout).data).toEqual({ closed: 'base', by: 'tester', verified: false, ready: ['middle'] })
  expect(repository.journal().at(-1)).toMatchObject({ event: 'card-completed', how: 'confirmed', verified: false })
})

test('close and confirm answer in JSON when asked to, also when they wait for a word', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ checks: [], front: 'confirm: Sure?\n' }),
    'tasks/a.sh*': '#!/bin/sh\n',
  })
  const { code, stdout, stderr } = await repository.mikado('run', '--json')
  expect(code).toBe(3)
  expect(() => JSON.parse((stdout + stderr).split('\n')[0] ?? '')).not.toThrow()
})
