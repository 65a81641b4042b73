/** A run that is watched, and stopped, suspended, broken, or left alone with its keys. */
import { describe, expect, test } from 'vitest'
import { program, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { hasTerminal, onTerminal, type Terminal } from '../rig/terminal.ts'
import { files, letGo, overview, stands, summary, watch } from './watched.ts'

/** A shell that outlives Ctrl-C tells how the run has ended, and what the terminal does with keys then. */
const inShell = (repository: TestRepository, words: string) =>
  onTerminal(repository, ['sh', '-c', `trap : INT; '${process.execPath}' '${program}' ${words}; echo code $?; stty -a`])
const asBefore = (terminal: Terminal) => {
  const written = terminal.written()
  const last = (code: string) => written.lastIndexOf(`\u001b[${code}`)
  expect(terminal.seen()).toMatch(/(?<!-)icanon /)
  expect(terminal.seen()).toMatch(/(?<!-)echo /)
  expect(terminal.seen()).toMatch(/(?<!-)isig /)
  expect(last('?25h')).toBeGreaterThan(last('?25l'))
  expect(last('?7h')).toBeGreaterThan(last('?7l'))
  expect(last('?1049l')).toBeGreaterThanOrEqual(last('?1049h'))
}

// Without util-linux's `script` there is no way to a terminal from here.
describe.skipIf(!hasTerminal)('a run that is watched', { timeout: 60_000 }, () => {
  test.each(['', 'f', '?'])(
    'Ctrl-C ends it with 130 and leaves the terminal as it was, also after "%s"',
    async (keys) => {
      using repository = new TestRepository(files)
      const terminal = inShell(repository, 'run goal -j 2')
      await stands(terminal, overview)
      terminal.type(keys)
      if (keys !== '') await until('another picture', () => terminal.screen() !== overview)
      terminal.type('\x03')
      await terminal.ended
      // Two that are stopped at once end in either order.
      const seen = terminal.seen()
      const [first, second] = seen.includes('– left  stopped, left as it is\n– right')
        ? ['left', 'right']
        : ['right', 'left']
      expect(seen).toContain(`Stopping: ending what runs; nothing is marked undone. Once more to kill it at once.
– ${first}  stopped, left as it is
– ${second}  stopped, left as it is
goal: 0 of 3 cards complete after N s
  – ${first}  stopped, left active
  – ${second}  stopped, left active
  – goal  not started, because of ${seen.includes('because of left') ? 'left' : 'right'}
To go on: mikado resume goal
code 130
`)
      asBefore(terminal)
      expect(repository.active()).toEqual(['goal', 'left', 'right'])
    },
  )

  test('a second Ctrl-C kills at once, and leaves the terminal as it was', async () => {
    const deaf = { ...files, 'tasks/left.ts': task('left', `signal.throwIfAborted = () => {}; ${waitsFor('go-left')}`) }
    using repository = new TestRepository(deaf)
    const terminal = inShell(repository, 'run goal -j 2')
    await until('the picture', () => terminal.screen().includes('▶ right  N s  working'))
    terminal.type('\x03')
    await until('it stops', () => terminal.screen().includes('Stopping: '))
    terminal.type('\x03')
    await terminal.ended
    expect(terminal.seen()).toMatch(/^Stopping: .*\n(?:– .*\n)*code 130\n/)
    asBefore(terminal)
  })

  test('a bug of the runner takes the picture away, and leaves the terminal as it was', async () => {
    using repository = new TestRepository({
      ...files,
      'bug.mjs': `import { existsSync } from 'node:fs'
if (process.argv[1] === '${program}') {
  const look = setInterval(() => { if (existsSync('bug')) { clearInterval(look); throw new Error('a bug') } }, 10)
  look.unref()
}
`,
    })
    const terminal = onTerminal(repository, [
      'sh',
      '-c',
      `NODE_OPTIONS=--import=./bug.mjs '${process.execPath}' '${program}' run goal -j 2; stty -a`,
    ])
    await stands(terminal, overview)
    repository.write({ bug: '' })
    await terminal.ended
    expect(terminal.seen()).toMatch(/^mikado: Error: a bug\n/)
    asBefore(terminal)
  })

  test('Ctrl-Z suspends it without its picture, fg brings both back, and bg leaves the keys to the shell', async () => {
    using repository = new TestRepository({ ...files, shell: "PS1='ready '\n" })
    const terminal = onTerminal(repository, ['bash', '--rcfile', 'shell', '-i'])
    await until('the shell', () => terminal.screen().startsWith('ready'))
    terminal.type(`'${process.execPath}' '${program}' run goal -j 2\r`)
    await until('the picture', () => terminal.screen().endsWith(overview))
    terminal.type('\x1a')
    const suspended = (times: number) =>
      terminal.seen().split('Stopped').length === times + 1 && terminal.seen().endsWith('\nready\n')
    await until('it is suspended', () => suspended(1))
    expect(terminal.seen()).not.toContain('cards')
    terminal.type('echo typ""ed\r')
    await until('the shell reads', () => terminal.screen().includes('\ntyped\n'))
    terminal.type('fg\r')
    await until('the picture', () => terminal.screen().endsWith(overview))
    terminal.type('f')
    await until('the log', () => terminal.screen().includes('\nEsc: back'))
    terminal.type('\x1a')
    await until('it is suspended', () => suspended(2))
    expect(terminal.seen()).not.toContain('cards')
    terminal.type('bg\r')
    letGo(repository, 'left', 'right', 'goal')
    await until('the run has ended', () => repository.active().length === 0)
    await until('the summary', () => terminal.seen().includes(`\n${summary.split('\n')[0]}\n`))
    terminal.type('exit\r')
    await terminal.ended
  })

  test('in the background it asks for no keys, and goes on', async () => {
    using repository = new TestRepository({ ...files, shell: "PS1='ready '\n" })
    const terminal = onTerminal(repository, ['bash', '--rcfile', 'shell', '-i'])
    await until('the shell', () => terminal.screen().startsWith('ready'))
    terminal.type(`'${process.execPath}' '${program}' run goal -j 2 &\r`)
    await until('the picture', () => terminal.screen().includes('▶ right  N s  working'))
    terminal.type('echo typ""ed\r')
    await until('the shell reads', () => terminal.screen().includes('typed'))
    letGo(repository, 'left', 'right', 'goal')
    await until('the run has ended', () => repository.active().length === 0)
    terminal.type('exit\r')
    await terminal.ended
    expect(terminal.written()).not.toContain('Stopped')
  })

  test('--no-input and -q listen to no keys', async () => {
    using repository = new TestRepository(files)
    const terminal = watch(repository, ['--no-input'])
    await stands(terminal, overview.replace('f: follow a log · ?: keys\n', ''))
    terminal.type('\x03')
    expect(await terminal.ended).toBe(130)
    const quiet = watch(repository, ['-q'])
    await until('it works', () => repository.happened().filter((event) => event === 'card-started right').length === 2)
    expect(quiet.written()).toBe('')
    quiet.type('\x03')
    expect(await quiet.ended).toBe(130)
  })
})
