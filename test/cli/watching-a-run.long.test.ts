/** A run as a person watches it: screen by screen, on a real pseudo-terminal. */
import { describe, expect, test } from 'vitest'
import { cut } from '../../scripts/view/fit.ts'
import { card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { hasTerminal } from '../rig/terminal.ts'
import { bar, done, files, letGo, overview, stands, summary, watch, working } from './watched.ts'

// Without util-linux's `script` there is no way to a terminal from here.
describe.skipIf(!hasTerminal)('a run that is watched', { timeout: 60_000 }, () => {
  test('shows what runs and what waits, card by card, and leaves only lines that stay', async () => {
    using repository = new TestRepository(files)
    const terminal = watch(repository)
    await stands(terminal, overview)
    letGo(repository, 'right')
    await stands(
      terminal,
      `${done('right')}${bar(10)}  1 of 3 cards · N s
▶ left  N s  working
│ check "It is done" does not hold: left.done is not there
│ left speaks
○ goal waits for left
f: follow a log · ?: keys
`,
    )
    letGo(repository, 'left')
    await stands(
      terminal,
      `${done('right')}${done('left')}${bar(21)}  2 of 3 cards · N s
▶ goal  N s  working
│ check "It is done" does not hold: goal.done is not there
f: follow a log · ?: keys
`,
    )
    letGo(repository, 'goal')
    expect(await terminal.ended).toBe(0)
    const proved = summary.replace(/( {2}✓ {2}left.*\n)(.*\n)/, '$2$1')
    expect(terminal.seen()).toBe(done('right') + done('left') + done('goal') + proved)
    // tmux keeps in its scrollback what is erased from the first row on to the last.
    for (const erased of ['', '0', '2', '3']) expect(terminal.written()).not.toContain(`\u001b[${erased}J`)
  })

  test('tells the next time about how long it takes', async () => {
    using repository = new TestRepository(files)
    letGo(repository, 'left', 'right', 'goal')
    expect((await repository.mikado('run', 'goal')).code).toBe(0)
    // As if it had taken longer than a test may.
    const journal = repository.read('.mikado/journal.jsonl').replace(/"durationMs":\d+/g, '"durationMs":90000')
    repository.write({ '.mikado/journal.jsonl': journal })
    for (const name of ['left', 'right', 'goal']) repository.remove(`${name}.done`, `go-${name}`)
    await repository.mikado('reopen', 'left', 'right')
    const terminal = watch(repository)
    await until('the expected time', () => /left {3}N s of about 1 m N s {2}working/.test(terminal.screen()))
    expect(terminal.screen().split('\n')[0]).toBe(`${bar(0)}  0 of 3 cards · N s · about 3 m N s left`)
    letGo(repository, 'left', 'right', 'goal')
    expect(await terminal.ended).toBe(0)
  })

  test('follows a log and goes back, and the scrollback knows nothing of it', async () => {
    using repository = new TestRepository({
      ...files,
      'tasks/left.ts': task('left', `for (let n = 1; n < 60; n++) log('line ' + n); ${waitsFor('go-left')}`),
    })
    const terminal = watch(repository, [], { columns: 60, rows: 12 })
    await until('the last line', () => terminal.screen().includes('│ line 59'))
    const before = terminal.screen()
    terminal.type('f')
    const lines = Array.from({ length: 9 }, (_, at) => `line ${51 + at}\n`).join('')
    const top = `${bar(0)}  0 of 3 cards · N s\n`
    await stands(terminal, `${top}▶ left  N s  working\n${lines}Esc: back · Tab: the next card\n`)
    terminal.type('\t')
    const log = 'check "It is done" does not hold: right.done is not there\nright speaks\n'
    await stands(terminal, `${top}▶ right  N s  working\n${log}Esc: back · Tab: the next card\n`)
    letGo(repository, 'right')
    await stands(
      terminal,
      `${bar(10)}  1 of 3 cards · N s\n✓ right  done after N s\n${log}Esc: back · Tab: the next card\n`,
    )
    terminal.type('\x1b')
    await until('all cards', () => terminal.screen().includes('○ goal waits for left\n'))
    expect(terminal.screen().split('\n')[0]).toBe('✓ right  done in N s, 1 check held')
    expect(before).toContain('○ goal waits for left, right\n')
    letGo(repository, 'left', 'goal')
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen()).toBe(
      done('right') + done('left') + done('goal') + summary.replace(/( {2}✓ {2}left.*\n)(.*\n)/, '$2$1'),
    )
  })

  test('explains its keys, and ends while a log is followed', async () => {
    using repository = new TestRepository(files)
    const terminal = watch(repository)
    await stands(terminal, overview)
    terminal.type('?')
    await until('the keys', () => terminal.screen().includes('\nEsc     back to all cards\n'))
    terminal.type('x\x1b[Aé?')
    await stands(terminal, overview)
    terminal.type('f')
    await until('the log', () => terminal.screen().includes('\nEsc: back'))
    letGo(repository, 'left')
    await until('left is done', () => !repository.active().includes('left'))
    letGo(repository, 'right', 'goal')
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen()).toBe(done('left') + done('right') + done('goal') + summary)
  })

  test('fits a window that becomes narrower, lower, and larger again, and leaves nothing of its pictures', async () => {
    const long = '名前がとても長い and words that go on and on, much further than sixty columns can hold'
    using repository = new TestRepository({
      ...files,
      'tasks/left.ts': task('left', `log('${long}'); log('${long}'); ${waitsFor('go-left')}`),
    })
    const terminal = watch(repository)
    await until('the picture', () => terminal.screen().includes(`${long}\n▶ right`))
    for (const [columns, rows] of [
      [60, 30],
      [50, 20],
      [120, 20],
      [70, 36],
    ] as const) {
      await terminal.resize({ columns, rows })
      await until(`${columns} columns`, () => terminal.screen().includes(`\n${cut(`│ ${long}`, columns)}\n▶ right`))
      const lines = terminal.screen().split('\n')
      expect(lines[0]).toMatch(/^─+ {2}0 of 3 cards · N s$/)
      expect(lines.filter((line) => line.includes('of 3 cards'))).toHaveLength(1)
    }
    letGo(repository, 'left')
    await until('left is done', () => terminal.screen().startsWith(done('left')))
    await terminal.resize({ columns: 50, rows: 24 })
    letGo(repository, 'right', 'goal')
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen()).toBe(done('left') + done('right') + done('goal') + summary)
  })

  test('a window that changes its size while a log is followed shows the log, and then the cards again', async () => {
    using repository = new TestRepository(files)
    const terminal = watch(repository)
    letGo(repository, 'right')
    await until('right is done', () => terminal.screen().startsWith(done('right')))
    terminal.type('f')
    await until('the log', () => terminal.screen().includes('\nleft speaks\n'))
    await terminal.resize({ columns: 60, rows: 10 })
    await until('the log', () => terminal.screen().startsWith(`${bar(10)}  1 of 3 cards · N s\n▶ left`))
    await terminal.resize({ columns: 90, rows: 24 })
    terminal.type('f')
    await until('the cards', () => terminal.screen().includes('○ goal waits for left\n'))
    letGo(repository, 'left', 'goal')
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen().split('\n').slice(0, 4)).toEqual([
      ...[done('right'), done('left'), done('goal')].map((line) => line.trimEnd()),
      'goal is complete: 3 cards proved in N s',
    ])
  })

  test('makes way for a question; what happens meanwhile is told when it is answered', async () => {
    using repository = new TestRepository({
      ...files,
      'docs/left.md': card({ title: 'By hand', checks: ['The cable is in'] }),
      'tasks/left.ts': 'export default { apply: async () => {} }\n',
    })
    const terminal = watch(repository)
    await until('the question', () => terminal.screen().includes('[y/N]'))
    const question = '\nBy hand  (docs/left.md)\n  Is this true: The cable is in [y/N]'
    expect(terminal.screen()).toBe(`${question}\n`)
    letGo(repository, 'right')
    await until('right is done', () => !repository.active().includes('right'))
    expect(terminal.screen()).toBe(`${question}\n`)
    terminal.type('fy\x7f\x7fy\r')
    await stands(
      terminal,
      `${question} y
${done('right')}✓ left  confirmed by tester in N s, not verified
${bar(21)}  2 of 3 cards · N s
▶ goal  N s  working
│ check "It is done" does not hold: goal.done is not there
f: follow a log · ?: keys
`,
    )
    letGo(repository, 'goal')
    expect(await terminal.ended).toBe(0)
  })

  test('keeps a failure in sight until the end, where it stands last', async () => {
    using repository = new TestRepository({
      ...files,
      'tasks/left.ts': task('left', "log('the last word'); throw new Error('the disk is full')"),
    })
    const terminal = watch(repository)
    const failed = '✗ left  failed after N s: the disk is full\n'
    await until('the failure', () => terminal.screen().startsWith(failed))
    const progress = `${bar(0)}  0 of 3 cards · 1 failed · N s · 1 not started\n`
    await stands(
      terminal,
      `${failed}${progress}✗ left  the disk is full\n${working('right')}f: follow a log · ?: keys\n`,
    )
    letGo(repository, 'right')
    expect(await terminal.ended).toBe(1)
    expect(terminal.seen()).toBe(`${failed}${done('right')}goal: 1 of 3 cards complete after N s
  ✓  right  done  N s  1 check held
  – goal  not started, because of left
  ✗ left  the disk is full
    │ check "It is done" does not hold: left.done is not there
    │ the last word
    │ Error: the disk is full
    │     at Object.apply (file://ROOT/tasks/left.ts:4:33)
    log: .mikado/log/RUN/left.log
If something else must be true first: mikado discover "TITLE" --for left
To go on: mikado resume goal
`)
  })
})
