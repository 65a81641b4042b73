import { afterAll, describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

/** The diamond when `base` is done, and a second goal that needs nothing. */
const repository = new TestRepository({
  ...diamond,
  'docs/base.md': card({ title: 'Base', complete: true }),
  'docs/other.md': card({ title: 'Another goal', front: 'branch: mikado/other\n' }),
  'docs/page.md': '# Just a page\n',
})
afterAll(() => repository[Symbol.dispose]())

async function answer(...words: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await repository.mikado(...words, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^\{.*\}\n$/)
  return JSON.parse(repository.steady(stdout))
}

describe('each reading command answers in words', () => {
  test('list, also as the bare command', async () => {
    const text = `exit 0
--- stdout
The goal  goal
  2 of 3 required cards active · ready: left, right
Another goal  other
  requires nothing · ready: other
  branch mikado/other
`
    expect(await repository.tell('list')).toBe(text)
    expect(await repository.tell()).toBe(text)
  })

  test('show', async () => {
    expect(await repository.tell('show', 'docs/goal.md')).toBe(`exit 0
--- stdout
○ goal  The goal
│ docs/goal.md · waits for left, right
├─ ● left  Left
│  │ docs/left.md · ready: all it requires is complete
│  └─ ✓ base  Base  docs/base.md
└─ ● right  Right
   │ docs/right.md · ready: all it requires is complete
   └─ ✓ base  ↑ above

2 of 3 required cards active · ready: left, right
`)
    expect(await repository.tell('show', 'goal', '--order')).toBe(`exit 0
--- stdout
The goal
docs/goal.md

  ✓  base   Base      complete
  ●  left   Left      ready
  ●  right  Right     ready
  ○  goal   The goal  waits for left, right
`)
  })

  test('ready and why', async () => {
    expect(await repository.tell('ready')).toBe(
      'exit 0\n--- stdout\n● left   docs/left.md\n● other  docs/other.md\n● right  docs/right.md\n',
    )
    expect(await repository.tell('why', 'left')).toBe(`exit 0
--- stdout
● left  ready
  docs/left.md
  requires base, which is complete
  required by goal
  work: tasks/left.ts
  proof: 1 checklist line
`)
    expect(await repository.tell('why', 'other')).toBe(`exit 0
--- stdout
● other  ready
  docs/other.md
  work: none, a person does it
  proof: 1 checklist line
`)
  })
})

describe('each reading command answers in one envelope, whole', () => {
  test('list', async () => {
    const goal = { id: 'goal', title: 'The goal', path: 'docs/goal.md', branch: null }
    const other = { id: 'other', title: 'Another goal', path: 'docs/other.md', branch: 'mikado/other' }
    const goals = [
      { ...goal, checkedOut: false, sound: true, active: 2, total: 3, faulty: 0, ready: ['left', 'right'] },
      { ...other, checkedOut: false, sound: true, active: 0, total: 0, faulty: 0, ready: ['other'] },
    ]
    const data = { branch: null, goals, diagnostics: [] }
    expect(await answer('list')).toEqual({ schemaVersion: 1, kind: 'list', data })
  })

  test('show', async () => {
    const shown = {
      base: { status: 'complete', requires: [], requiredBy: ['left', 'right'], ready: false, blockedBy: [] },
      left: { status: 'active', requires: ['base'], requiredBy: ['goal'], ready: true, blockedBy: [] },
      right: { status: 'active', requires: ['base'], requiredBy: ['goal'], ready: true, blockedBy: [] },
      goal: {
        status: 'active',
        requires: ['left', 'right'],
        requiredBy: [],
        ready: false,
        blockedBy: ['left', 'right'],
      },
    }
    const titles = { base: 'Base', left: 'Left', right: 'Right', goal: 'The goal' }
    const cards = (['base', 'left', 'right', 'goal'] as const).map((id) => {
      const more = { branch: null, sound: true, missing: [], text: null }
      return { id, title: titles[id], path: `docs/${id}.md`, ...shown[id], ...more }
    })
    const tree = [
      { id: 'goal', depth: 0, kind: 'card' },
      { id: 'left', depth: 1, kind: 'card' },
      { id: 'base', depth: 2, kind: 'card' },
      { id: 'right', depth: 1, kind: 'card' },
      { id: 'base', depth: 2, kind: 'again' },
    ]
    const data = { goal: 'goal', cards, tree }
    expect(await answer('show', 'goal')).toEqual({ schemaVersion: 1, kind: 'show', data })
  })

  test('ready', async () => {
    const cards = [
      { id: 'left', title: 'Left', path: 'docs/left.md' },
      { id: 'right', title: 'Right', path: 'docs/right.md' },
    ]
    expect(await answer('ready', 'goal')).toEqual({ schemaVersion: 1, kind: 'ready', data: { cards } })
  })

  test('why', async () => {
    expect(await answer('why', 'goal')).toEqual({
      schemaVersion: 1,
      kind: 'why',
      data: {
        id: 'goal',
        title: 'The goal',
        path: 'docs/goal.md',
        status: 'active',
        ready: false,
        blockedBy: [
          { id: 'left', why: 'active' },
          { id: 'right', why: 'active' },
        ],
        requires: ['left', 'right'],
        requiredBy: [],
        task: 'tasks/goal.ts',
        checklist: [{ text: 'It is done', key: 'It is done', checked: false }],
        proof: null,
        failure: null,
        log: null,
      },
    })
  })

  test('plan', async () => {
    const { data } = (await answer('plan', 'goal')) as { data: { goal: string; cards: object[] } }
    const place = (id: string) => ({ path: `docs/${id}.md`, task: `tasks/${id}.ts`, reason: expect.any(String) })
    expect(data).toEqual({
      goal: 'goal',
      cards: [
        { id: 'base', title: 'Base', action: 'prove', after: [], ...place('base') },
        { id: 'left', title: 'Left', action: 'work', after: ['base'], ...place('left') },
        { id: 'right', title: 'Right', action: 'work', after: ['base'], ...place('right') },
        { id: 'goal', title: 'The goal', action: 'work', after: ['left', 'right'], ...place('goal') },
      ],
    })
  })

  test('lint, log and a card’s log, where there is nothing to tell', async () => {
    expect(await answer('lint')).toEqual({ schemaVersion: 1, kind: 'lint', data: { diagnostics: [] } })
    expect(await answer('log')).toEqual({ schemaVersion: 1, kind: 'log', data: { runs: [] } })
    const data = { card: 'base', path: null, lines: [] }
    expect(await answer('log', 'base')).toEqual({ schemaVersion: 1, kind: 'log', data })
  })

  test('nothing of all this writes a file', () => {
    expect(repository.names('.')).toEqual(['docs', 'tasks'])
  })
})

test('lint tells a diagnostic with its place, what explains it, and the next step', async () => {
  using broken = new TestRepository({
    'docs/a.md': card({ requires: ['b'] }),
    'docs/b.md': card({ requires: ['a'] }),
  })
  const { code, stdout } = await broken.mikado('lint', '--json')
  expect(code).toBe(65)
  expect(JSON.parse(stdout).data.diagnostics).toEqual([
    {
      code: 'cycle',
      severity: 'error',
      message: 'cards require each other: a → b → a',
      file: 'docs/a.md',
      line: 5,
      column: 5,
      related: [{ file: 'docs/b.md', line: 5, column: 5, message: '`b` requires `a`' }],
      help: 'Take away the requirement that is not needed first.',
    },
  ])
})

test('-C names a repository, or a folder in it, from elsewhere', async () => {
  const elsewhere = await repository.start(['list', '-C', repository.path('docs')], {}, { cwd: '/' }).ended
  expect(repository.told(elsewhere)).toBe(await repository.tell('list'))
})

test('what became of a run can be read afterwards, by people and by programs', async () => {
  using failed = new TestRepository({
    'docs/goal.md': card({ title: 'The goal', requires: ['base'] }),
    'docs/base.md': card({ title: 'Base' }),
    'tasks/goal.ts': task('goal'),
    'tasks/base.sh*': '#!/bin/sh\necho "out of luck"\nexit 4\n',
  })
  await failed.mikado('run')
  expect(await failed.tell('log')).toBe(`exit 0
--- stdout
TIME  run  goal  failed (base)  0 cards  N s

--- stderr

Every event is in .mikado/journal.jsonl.
`)
  const json = async (...words: string[]) => JSON.parse(failed.steady((await failed.mikado(...words, '--json')).stdout))
  const run = { run: 'RUN', goal: 'goal', command: 'run', started: 'TIME', ended: 'TIME', outcome: 'failed' }
  expect((await json('log')).data).toEqual({ runs: [{ ...run, exitCode: 1, completed: [], failed: 'base' }] })
  const path = '.mikado/log/RUN/base.log'
  expect((await json('log', 'base')).data).toEqual({ card: 'base', path, lines: ['out of luck'] })
  expect((await json('why', 'base')).data).toMatchObject({
    proof: null,
    failure: { time: 'TIME', message: 'exit code 4' },
    log: 'log/RUN/base.log',
  })
  expect((await failed.tell('why', 'base')).split('\n').at(-2)).toBe('  last failed TIME: exit code 4')
})

test('a documents folder without cards is no trouble', async () => {
  using empty = new TestRepository({ 'docs/page.md': '# Just a page\n' })
  const data = { branch: null, goals: [], diagnostics: [] }
  expect(await empty.tell('list', '--json')).toBe(
    `exit 0\n--- stdout\n${JSON.stringify({ schemaVersion: 1, kind: 'list', data })}\n`,
  )
  expect(await empty.tell('ready')).toBe('exit 0\n--- stdout\nNothing is ready.\n')
  expect(await empty.tell('verify')).toBe('exit 0\n--- stdout\nNo complete cards to verify.\n')
})

test('list of a folder without cards says that there are none', async () => {
  using empty = new TestRepository({ 'docs/page.md': '# Just a page\n' })
  const { stdout } = await empty.mikado('list')
  expect(stdout).not.toContain('every card is complete')
})

describe('a goal that requires nothing', () => {
  const alone = { 'docs/alone.md': card({ title: 'Alone' }), 'tasks/alone.ts': task('alone') }

  test.each([
    ['run', 0],
    ['verify', 0],
    ['why', 0],
    ['log', 0],
    ['reopen', 0],
  ])('is still known to %s after its run', async (command, expected) => {
    using repository = new TestRepository(alone)
    await repository.mikado('run')
    expect((await repository.mikado(command, 'alone')).code).toBe(expected)
  })
})
