import { describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'

describe('a program of any kind does a card’s work', () => {
  test.each([
    ['a.sh*', '#!/bin/sh\necho "$MIKADO_CARD in $MIKADO_ROOT: $(pwd)"\n'],
    [
      'a.py*',
      '#!/usr/bin/env python3\nimport os\nprint(os.environ["MIKADO_CARD"], "in", os.environ["MIKADO_ROOT"] + ":", os.getcwd())\n',
    ],
    [
      'a.ts',
      'const { MIKADO_CARD, MIKADO_ROOT } = process.env as Record<string, string>\nconsole.log(MIKADO_CARD + " in " + MIKADO_ROOT + ": " + process.cwd())\n',
    ],
    [
      'a.mjs',
      "import { cwd, env } from 'node:process'\nconsole.log(env.MIKADO_CARD + ' in ' + env.MIKADO_ROOT + ': ' + cwd())\n",
    ],
    [
      'a.cjs',
      "const { cwd, env } = require('node:process')\nconsole.log(env.MIKADO_CARD + ' in ' + env.MIKADO_ROOT + ': ' + cwd())\n",
    ],
  ])('%s', async (name, text) => {
    using repository = new TestRepository({ 'docs/a.md': card({ title: 'A', checks: [] }), [`tasks/${name}`]: text })
    expect(await repository.tell('run')).toBe(`exit 0
--- stdout
a is complete: 1 card proved in N s
  ✓  a  done  N s  not verified

--- stderr
▶ a  A
a │ a in ROOT: ROOT
✓ a  done in N s, not verified
`)
    expect(repository.read('docs/a.md')).toBe(card({ title: 'A', checks: [], complete: true }))
    expect(repository.journal().at(-2)).toMatchObject({ event: 'card-completed', how: 'ran', verified: false })
  })

  test('a command of a task is no login shell: what a person’s ~/.bashrc does is not done each time', async () => {
    using repository = new TestRepository({
      'home/.bashrc': 'echo read > "$HOME/seen"\n',
      'docs/a.md': card({ title: 'A' }),
      'tasks/a.ts': task(
        'a',
        "await $`true`; await new Promise(async (done) => (await import('node:child_process')).spawn('bash', ['-c', 'true']).on('close', done))",
      ),
    })
    for (const level of [undefined, '0']) {
      const ran = await repository.start(['run', '--force', 'a'], { HOME: repository.path('home'), SHLVL: level }).ended
      expect([ran.code, repository.names('home')]).toEqual([0, ['.bashrc']])
    }
  })

  test('its log is where it is said to be, also when it prints nothing', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A', checks: [] }),
      'tasks/a.sh*': '#!/bin/sh\nexit 7\n',
    })
    const [, path = ''] = / log: (\S+)/.exec((await repository.mikado('run')).stdout) ?? []
    expect(repository.read(path)).toBe('')
  })

  test('its exit code is told and kept', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A', checks: [] }),
      'tasks/a.sh*': '#!/bin/sh\necho oh dear\nexit 7\n',
    })
    expect(await repository.tell('run')).toBe(`exit 1
--- stdout
a: 0 of 1 card complete after N s
  ✗ a  exit code 7
    │ oh dear
    log: .mikado/log/RUN/a.log
If something else must be true first: mikado discover "TITLE" --for a
To go on: mikado resume a

--- stderr
▶ a  A
a │ oh dear
✗ a  failed after N s: exit code 7
`)
    expect(repository.journal().at(-2)).toMatchObject({ event: 'card-failed', reason: 'exited', exitCode: 7 })
    expect(repository.active()).toEqual(['a'])
  })

  test('one that cannot be started is told', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ checks: [] }),
      'tasks/a.sh*': '#!/nowhere/interpreter\n',
    })
    const { code, stdout } = await repository.mikado('run', '-q')
    expect([code, stdout]).toEqual([1, expect.stringContaining('✗ a  cannot be started: spawn ')])
  })

  test('a checklist then waits for a person: nothing has proved it', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ checks: ['The page `/` answers'] }),
      'tasks/a.sh*': '#!/bin/sh\n',
    })
    const { code, stdout } = await repository.mikado('run', '-q')
    expect([code, stdout]).toEqual([
      3,
      expect.stringContaining('  ? a  confirm that this is true\n      The page `/` answers\n'),
    ])
    expect(repository.active()).toEqual(['a'])
  })
})

test.each([
  ['a.cjs', "module.exports = { apply: () => require('node:fs').writeFileSync('applied', '') }\n"],
  ['a.ts', "import { writeFileSync } from 'node:fs'\nexport const apply = () => writeFileSync('applied', '')\n"],
])('a task in %s that is never applied does not complete its card', async (name, text) => {
  using repository = new TestRepository({ 'docs/a.md': card({ checks: [] }), [`tasks/${name}`]: text })
  await repository.mikado('run')
  expect([repository.names('.').includes('applied'), repository.active().length === 0]).not.toEqual([false, true])
})

describe('a person does what no program can', () => {
  test('a card with `run: manual` is not worked, though its checks are asked', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'Plug it in', front: 'run: manual\n' }),
      'docs/goal.md': card({ requires: ['a'] }),
      'tasks/a.ts': task('a'),
      'tasks/goal.ts': task('goal'),
    })
    expect(await repository.tell('run', 'goal', '-q')).toBe(`exit 3
--- stdout
goal: 0 of 2 cards complete after N s
  – goal  not started, because of a
  ? a  do this by hand
      It is done: a.done is not there
    When it is true, say so on a terminal, or: mikado close a
To go on: mikado resume goal
`)
    expect(repository.names('.')).not.toContain('a.done')
    repository.write({ 'a.done': '' })
    expect((await repository.mikado('resume')).stdout).toContain('  ✓  a     found true  ')
  })

  test('a line without a function waits when the work is done and the others hold; close then asks for that one only', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A', checks: ['It is done', 'And the team knows'] }),
      'docs/goal.md': card({ requires: ['a'] }),
      'tasks/a.ts': task('a'),
      'tasks/goal.ts': task('goal'),
    })
    const { code, stdout } = await repository.mikado('run', 'goal', '-q')
    expect([code, stdout]).toEqual([
      3,
      expect.stringContaining('  ? a  confirm that this is true\n      And the team knows\n'),
    ])
    expect(repository.journal().find(({ event }) => event === 'card-waiting')).toMatchObject({
      card: 'a',
      instructions: 'confirm that this is true',
      lines: ['And the team knows'],
    })
    expect(await repository.tell('close', 'a')).toBe(
      'exit 3\n--- stderr\nNot closed: this needs your word for\n  And the team knows\nAnswer on a terminal, or say --yes.\n',
    )
    const closed = { closed: 'a', by: 'tester', verified: true, ready: ['goal'] }
    expect(JSON.parse((await repository.mikado('close', 'a', '--yes', '--json')).stdout)).toEqual({
      schemaVersion: 1,
      kind: 'close',
      data: closed,
    })
    expect(repository.read('docs/a.md')).toContain('- [x] It is done\n- [x] And the team knows\n')
    expect(await repository.tell('close', 'a')).toBe('exit 0\n--- stdout\na is complete already.\n')
  })

  test('a check can leave its line to a person, with what to look at; the others are proved all the same', async () => {
    const lines = ['It is done', 'It is so']
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A', checks: lines }),
      'tasks/a.ts': task('a', '', {
        'It is so':
          "const { needsPerson } = await import(process.env.ENTRY); needsPerson('no password is set: try it in a browser')",
      }),
    })
    const entry = { ENTRY: new URL('../../scripts/index.ts', import.meta.url).href }
    const { code, stdout } = await repository.start(['run', '-q'], entry).ended
    expect([code, stdout]).toEqual([
      3,
      expect.stringContaining(
        '  ? a  confirm that this is true\n      It is so: no password is set: try it in a browser\n',
      ),
    ])
    expect(repository.journal().filter(({ event }) => event.startsWith('check-'))).toMatchObject([
      { event: 'check-failed', check: 'It is done', phase: 'before' },
      { event: 'check-waiting', check: 'It is so', phase: 'before' },
      { event: 'check-passed', check: 'It is done', phase: 'after' },
      { event: 'check-waiting', check: 'It is so', phase: 'after' },
    ])
    const closed = await repository.start(['close', 'a', '--yes', '--json'], entry).ended
    expect(JSON.parse(closed.stdout).data).toMatchObject({ closed: 'a', by: 'tester', verified: true })
    expect((await repository.start(['verify', '--all'], entry).ended).code).toBe(0)
  })

  test('a task can ask for a person, with instructions of its own', async () => {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task(
        'a',
        "const { needsPerson } = await import(process.env.ENTRY); needsPerson('Approve request 7 at the front desk.')",
      ),
    })
    const entry = { ENTRY: new URL('../../scripts/index.ts', import.meta.url).href }
    const { code, stdout } = await repository.start(['run', '-q'], entry).ended
    expect([code, stdout]).toEqual([3, expect.stringContaining('  ? a  Approve request 7 at the front desk.\n')])
  })
})
