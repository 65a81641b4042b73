import { describe, expect, test } from 'vitest'
import { card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { hasTerminal, openTerminal, type Terminal } from '../rig/terminal.ts'

const files = (work = '') => ({
  'docs/a.md': card({ title: 'A' }),
  'docs/g.md': card({ title: 'G', requires: ['a'] }),
  'tasks/a.ts': task('a', work),
  'tasks/g.ts': task('g'),
})
const byHand = { ...files(), 'docs/a.md': card({ title: 'By hand', checks: ['It is done', 'The cable is in'] }) }

const shows = async (terminal: Terminal, text: string) => await until(`"${text}"`, () => terminal.seen().includes(text))

const bar = '─'.repeat(32)
const ends = '✓ a  done in N s, 1 check held\n✓ g  done in N s, 1 check held\n'
const summary = `g is complete: 2 cards proved in N s
  ✓  a  done  N s  1 check held
  ✓  g  done  N s  1 check held
`

// Without util-linux's `script` there is no way to a terminal from here.
describe.skipIf(!hasTerminal)('on a terminal', () => {
  test('a run shows what works and what waits, and leaves only lines that stay', async () => {
    using repository = new TestRepository(files(`log('nearly there'); ${waitsFor('go')}`))
    const terminal = openTerminal(repository, ['run', 'g'])
    await shows(terminal, 'nearly there')
    expect(terminal.seen()).toBe(`${bar}  0 of 2 cards · N s
▶ a  N s  working
│ check "It is done" does not hold: a.done is not there
│ nearly there
○ g waits for a
f: follow a log · ?: keys
`)
    repository.write({ go: '' })
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen()).toBe(ends + summary)
    expect(terminal.written()).toContain('\u001b[36m')
    expect(terminal.written().lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.written().lastIndexOf('\u001b[?25l'))
  })

  test.each([
    ['y', 0, 'confirmed by tester', ['g']],
    ['yes', 0, 'confirmed by tester', ['g']],
    ['n', 3, 'waits for a person: confirm that this is true', ['a', 'g']],
    ['', 3, 'waits for a person: confirm that this is true', ['a', 'g']],
  ])('a line that no function proves is asked; "%s" is taken for what it is', async (answer, code, told, active) => {
    using repository = new TestRepository(byHand)
    const terminal = openTerminal(repository, ['run', 'a'])
    await shows(terminal, '[y/N]')
    terminal.type(`${answer}\r`)
    expect(await terminal.ended).toBe(code)
    const asked = `By hand  (docs/a.md)\n  Is this true: The cable is in [y/N] ${answer}`.trimEnd()
    expect(terminal.seen()).toContain(`\n${asked}\n`)
    expect(terminal.seen()).toContain(told)
    expect(repository.active()).toEqual(active)
  })

  test('Ctrl-C at a question stops the run', async () => {
    using repository = new TestRepository(byHand)
    const terminal = openTerminal(repository, ['run', 'a'])
    await shows(terminal, '[y/N]')
    terminal.type('\x03')
    expect(await terminal.ended).toBe(130)
  })

  test('confirm asks before anything starts', async () => {
    using repository = new TestRepository({
      ...files(),
      'docs/a.md': card({ title: 'A', front: 'confirm: Is the backup there?\n' }),
    })
    const refused = openTerminal(repository, ['run', 'g'])
    await shows(refused, '[y/N]')
    refused.type('n\r')
    expect(await refused.ended).toBe(3)
    expect(refused.seen()).toContain('a: Is the backup there? [y/N] n\n')
    expect(repository.names('.mikado')).not.toContain('journal.jsonl')
    const granted = openTerminal(repository, ['run', 'g'])
    await shows(granted, '[y/N]')
    granted.type('y\r')
    expect(await granted.ended).toBe(0)
  })

  test('close asks each line that nothing proves', async () => {
    using repository = new TestRepository({ ...byHand, 'a.done': '' })
    const terminal = openTerminal(repository, ['close', 'a'])
    await shows(terminal, '[y/N]')
    terminal.type('y\r')
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen()).toBe(
      'Is this true: The cable is in [y/N] y\n✓ a is complete, on the word of tester; now ready: g\n',
    )
  })

  test('--no-input asks nobody', async () => {
    using repository = new TestRepository(byHand)
    expect(await openTerminal(repository, ['run', 'a', '--no-input']).ended).toBe(3)
  })

  const plainly = '▶ a  A\n✓ a  done in N s, 1 check held\n▶ g  G\n✓ g  done in N s, 1 check held\n'
  test('NO_COLOR takes the colours away, not the picture', async () => {
    using repository = new TestRepository(files())
    const terminal = openTerminal(repository, ['run', 'g'], { NO_COLOR: '1' })
    expect(await terminal.ended).toBe(0)
    expect(terminal.seen()).toBe(ends + summary)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is looked for
    expect(terminal.written()).not.toMatch(/\u001b\[\d*m/)
    expect(terminal.written()).toContain('0 of 2 cards')
  })

  test('a dumb terminal and CI get plain lines, nothing to draw', async () => {
    for (const env of [{ TERM: 'dumb' }, { CI: 'true' }]) {
      using repository = new TestRepository(files())
      const terminal = openTerminal(repository, ['run', 'g', '--output', 'quiet'], env)
      expect(await terminal.ended).toBe(0)
      expect(repository.steady(terminal.written().replaceAll('\r\n', '\n'))).toBe(plainly + summary)
    }
  })

  test('CI gets what tasks print as it comes, and is never asked', async () => {
    using repository = new TestRepository({ ...byHand, 'tasks/a.ts': task('a', "log('hello')") })
    const terminal = openTerminal(repository, ['run', 'a'], { CI: 'true' })
    expect(await terminal.ended).toBe(3)
    expect(terminal.seen()).toContain('│ hello\n? a  waits for a person')
  })

  test('a dumb terminal gets what tasks print as it comes', async () => {
    using repository = new TestRepository(files("log('hello')"))
    const terminal = openTerminal(repository, ['run', 'g'], { TERM: 'dumb' })
    await terminal.ended
    expect(terminal.seen()).toContain('a │ hello')
  })
})
