import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../scripts/view/fit.ts'
import { paintFor } from '../../scripts/view/style.ts'
import { Watched } from './run.ts'

const chain = {
  'prepare-host': [],
  'make-certificates': [],
  'deploy-registry': ['prepare-host', 'make-certificates'],
  'wire-ci': ['deploy-registry'],
  'make-backup': ['deploy-registry'],
  'watch-it': ['deploy-registry'],
  harden: ['wire-ci', 'make-backup', 'watch-it'],
}
const took = { 'prepare-host': 30_000, 'make-certificates': 12_000, 'deploy-registry': 40_000, harden: 5_000 }

/** In the middle: one card is done, one runs and prints. */
const middle = (options = {}) =>
  new Watched(chain, { took, ...options })
    .start('prepare-host', 'make-certificates')
    .wait(12_000)
    .complete('make-certificates')
    .add({ event: 'step-started', card: 'prepare-host', step: 'install the packages', digest: '' })
    .print('prepare-host', 'Reading package lists', 'Unpacking 日本語のパッケージ')
    .print('prepare-host', 'Setting up the thing that has a name much longer than sixty columns')
    .wait(3_400)

/** Two thousand cards of which three hundred are done, six have failed and ten run. */
function crowd(): Watched {
  const ids = Array.from({ length: 2000 }, (_, at) => `card-${at}`)
  const before = (at: number) => (at < 1000 ? [] : [`card-${at - 1000}`, `card-${(at * 7) % 1000}`])
  const run = new Watched(Object.fromEntries(ids.map((id, at) => [id, before(at)])), { jobs: 10, keepGoing: true })
  for (const id of ids.slice(0, 300)) run.start(id).print(id, 'some words').wait(20).complete(id)
  for (const id of ids.slice(300, 306)) run.start(id).fail(id, `no such thing: ${id}`)
  for (const id of ids.slice(306, 316)) run.start(id).print(id, 'first', 'second')
  return run
}

const sizes = [
  [60, 14],
  [100, 29],
  [200, 49],
] as const

describe('the picture of a run', () => {
  it.each(sizes)('begins with what is ready and who waits on whom: %i columns, %i rows', (columns, rows) => {
    expect(new Watched(chain).picture(columns, rows)).toBe(`────────────────────────────────  0 of 7 cards · 0 s
● ready: prepare-host, make-certificates
○ deploy-registry waits for prepare-host, make-certificates
○ wire-ci, make-backup, watch-it wait for deploy-registry
○ harden waits for wire-ci, make-backup, watch-it
f: follow a log · ?: keys
`)
  })

  it('shows what runs, since when and for about how long, what it does and what it printed last', () => {
    const below = `○ deploy-registry waits for prepare-host
○ wire-ci, make-backup, watch-it wait for deploy-registry
○ harden waits for wire-ci, make-backup, watch-it
f: follow a log · ?: keys
`
    expect(middle().picture(60, 14)).toBe(`━━───────────────  1 of 7 cards · 15 s · about 1 m 20 s left
▶ prepare-host  15 s of ~30 s  install the packages
│ Reading package lists
│ Unpacking 日本語のパッケージ
│ Setting up the thing that has a name much longer than six…
${below}`)
    for (const [columns, rows] of sizes.slice(1))
      expect(
        middle().picture(columns, rows),
      ).toBe(`━━━━────────────────────────────  1 of 7 cards · 15 s · about 1 m 20 s left
▶ prepare-host  15 s of about 30 s  install the packages
│ Reading package lists
│ Unpacking 日本語のパッケージ
│ Setting up the thing that has a name much longer than sixty columns
${below}`)
  })

  it('of two thousand cards names those that matter and counts the others: 60 columns, 14 rows', () => {
    expect(crowd().picture(60, 14)).toBe(`━━━─────────────────────  300 of 2000 cards · 6 failed · 6 s
✗ card-300  no such thing: card-300
✗ and 5 more
▶ card-306  0 s  checking what holds already · second
▶ card-307  0 s  checking what holds already · second
▶ 8 more run
● ready: card-316, card-317, card-318, card-319 and 780 more
○ card-1306 waits for card-306
○ 899 more wait
f: follow a log · ?: keys
`)
  })

  it('of two thousand cards names those that matter and counts the others: 100 columns, 29 rows', () => {
    expect(crowd().picture(100, 29)).toBe(`━━━━────────────────────────────  300 of 2000 cards · 6 failed · 6 s
✗ card-300  no such thing: card-300
✗ card-301  no such thing: card-301
✗ and 4 more
▶ card-306  0 s  checking what holds already · second
▶ card-307  0 s  checking what holds already · second
▶ card-308  0 s  checking what holds already · second
▶ card-309  0 s  checking what holds already · second
▶ 6 more run
● ready: card-316, card-317, card-318, card-319, card-320, card-321, card-322, card-323 and 776 more
○ card-1306 waits for card-306
○ card-1758 waits for card-758, card-306
○ 898 more wait
f: follow a log · ?: keys
`)
  })

  it.each(sizes)('of two thousand cards costs next to nothing: %i columns, %i rows', (columns, rows) => {
    const run = crowd()
    const began = performance.now()
    for (let time = 0; time < 20; time++) run.picture(columns, rows)
    expect((performance.now() - began) / 20).toBeLessThan(20)
  })

  it.each(
    [20, 40, 60, 61, 80, 133, 200].flatMap((columns) =>
      [1, 2, 3, 7, 8, 12, 49].map((rows) => [columns, rows] as const),
    ),
  )('fits %i columns and %i rows, whatever happens', (columns, rows) => {
    const odd = {
      名前がとても長いカードですよ: [],
      'a-card-with-a-name-that-goes-on-for-ever-and-ever': [],
      last: ['a'],
    }
    for (const run of [new Watched(chain), middle(), crowd(), new Watched(odd).start(...Object.keys(odd))]) {
      for (const key of ['', '?', 'f', '\t', '\u001b']) {
        run.live.press(key)
        const picture = run.picture(columns, rows).trimEnd()
        expect(picture.split('\n').length).toBeLessThanOrEqual(rows)
        expect(picture.split('\n').filter((line) => rowsOf(line, columns) > 1)).toEqual([])
      }
    }
  })

  it('says nothing of the time that is left where nothing is known, and none of a card that nobody knows', () => {
    const run = new Watched(chain, { took: {} }).start('prepare-host').wait(61_000)
    expect(run.picture(100, 29).split('\n').slice(0, 2)).toEqual([
      '────────────────────────────────  0 of 7 cards · 1 m 01 s',
      '▶ prepare-host  1 m 01 s  checking what holds already',
    ])
  })

  it('keeps what failed and what waits for a person in sight, and says what is not started', () => {
    const run = middle().add({ event: 'card-waiting', card: 'prepare-host', instructions: 'turn the key', lines: [] })
    for (const card of ['deploy-registry', 'wire-ci', 'make-backup', 'watch-it', 'harden'])
      run.add({ event: 'card-skipped', card, because: 'prepare-host' })
    expect(run.picture(100, 29)).toBe(`━━━━────────────────────────────  1 of 7 cards · 15 s · 5 not started
? prepare-host  waits for a person: turn the key
f: follow a log · ?: keys
`)
  })

  it('after a failure that ends the run, says what will not be started and guesses no time', () => {
    const run = new Watched(chain, { took }).start('prepare-host', 'make-certificates').wait(1000)
    run.fail('make-certificates', 'the authority\nrefuses')
    const told = (of: Watched) => of.picture(60, 14).split('\n')
    expect(told(run)).toEqual([
      '─────────────────────────────  0 of 7 cards · 1 failed · 1 s',
      '✗ make-certificates  the authority refuses',
      '▶ prepare-host  1 s of ~30 s  checking what holds already',
      '– 5 cards not started, because of make-certificates',
      'f: follow a log · ?: keys',
      '',
    ])
  })

  it('with --keep-going, says what is still to come', () => {
    const run = new Watched({ a: [], b: [], c: ['b'] }, { keepGoing: true }).start('a').fail('a', 'no')
    expect(run.picture(60, 14)).toContain('✗ a  no\n● ready: b\n○ c waits for b\n')
  })

  it('tells of a task what a terminal would show: no colours, of a line written over and over the last, tabs', () => {
    const run = new Watched({ a: [] }).start('a')
    run.print('a', '\u001b[32mgreen\u001b[0m \u001b]0;title\u0007text', '', '10 %\r20 %\r30 %\r', '\tset in', '   ')
    expect(run.picture(60, 14)).toContain('\n│ green text\n│ 30 %\n│     set in\nf:')
  })

  it('has colours that go with the words: none of them carries what no word says', () => {
    const paint = paintFor('stderr', true, 'always', { TERM: 'xterm-256color' })
    const plain = middle().picture(100, 29)
    const coloured = middle({ paint }).picture(100, 29)
    expect(coloured).toContain('\u001b[36m▶\u001b[39m \u001b[1mprepare-host\u001b[22m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is taken away
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain)
  })
})

describe('keys', () => {
  const two = (options = {}) =>
    new Watched({ a: [], b: [], c: ['a'] }, options).start('a', 'b').print('a', 'of a', 'and more').print('b', 'of b')
  const told = (run: Watched, rows = 14) => run.picture(60, rows).trimEnd().split('\n').slice(1)

  it('f follows the log of the first card that runs, and goes back', () => {
    const run = two()
    const before = run.picture(60, 14)
    run.live.press('f')
    expect([run.live.whole, told(run)]).toEqual([
      true,
      ['▶ a  0 s  checking what holds already', 'of a', 'and more', 'Esc: back · Tab: the next card'],
    ])
    run.live.press('f')
    expect([run.live.whole, run.picture(60, 14)]).toEqual([false, before])
  })

  it('Tab goes to the log of the next card that runs, round and round; Escape goes back', () => {
    const run = two()
    const heads = ['\t', '\t', '\t'].map((key) => {
      run.live.press(key)
      return told(run)[0]
    })
    expect(heads.map((head) => head?.slice(0, 3))).toEqual(['▶ a', '▶ b', '▶ a'])
    run.live.press('\u001b')
    expect(run.live.whole).toBe(false)
  })

  it('a log is as long as the screen is high, its last lines, long ones in several rows', () => {
    const run = new Watched({ a: [] }).start('a')
    run.print('a', ...Array.from({ length: 500 }, (_, at) => `line ${at}`), 'x'.repeat(70))
    run.live.press('f')
    expect(told(run, 7)).toEqual([
      '▶ a  0 s  checking what holds already',
      'line 497',
      'line 498',
      'line 499',
      'x'.repeat(60),
      'x'.repeat(10),
    ])
    expect(told(run, 60)).toHaveLength(59)
  })

  it('a followed card that has ended says so, and Tab goes on to one that runs', () => {
    const run = two()
    run.live.press('f')
    run.wait(2500).complete('a').start('c')
    expect(told(run)).toEqual(['✓ a  done after 2 s', 'of a', 'and more', 'Esc: back · Tab: the next card'])
    run.live.press('\t')
    expect(told(run)[0]).toBe('▶ b  2 s  checking what holds already')
    run.fail('b', 'no')
    run.live.press('\t')
    expect(told(run)).toEqual(['▶ c  0 s  checking what holds already', 'nothing was printed yet', 'Esc: back'])
  })

  it('? explains them, and Escape or ? takes that away', () => {
    const run = two()
    const before = run.picture(60, 14)
    for (const away of ['?', '\u001b']) {
      run.live.press('?')
      expect(told(run).slice(-4)).toEqual([
        'f       follow the log of a card that runs, and back',
        'Tab     the log of the next card that runs',
        'Esc     back to all cards',
        'Ctrl-C  stop the run; once more: kill it at once',
      ])
      run.live.press(away)
      expect(run.picture(60, 14)).toBe(before)
    }
  })

  it('others do nothing, and where none can be pressed none is told of', () => {
    const run = two()
    const before = run.picture(60, 14)
    for (const key of ['x', 'F', '\r', '\u001b[A', 'é', ' ']) run.live.press(key)
    expect(run.picture(60, 14)).toBe(before)
    expect(two({ keys: false }).picture(60, 14)).toBe(before.replace('f: follow a log · ?: keys\n', ''))
  })

  it('nothing is followed where nothing runs', () => {
    const run = new Watched({ a: [] })
    run.live.press('f')
    expect(run.live.whole).toBe(false)
  })
})

it('says on which machine a card is worked, the last one that has it', () => {
  const picture = new Watched(chain)
    .start('prepare-host')
    .add({ event: 'card-placed', card: 'prepare-host', worker: 'indri' })
    .add({ event: 'card-placed', card: 'prepare-host', worker: 'ringtail' })
    .picture(80, 20)
  expect(picture).toContain('▶ prepare-host  0 s  on ringtail · checking what holds already\n')
  expect(picture).not.toContain('indri')
})
