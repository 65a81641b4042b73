/** The runner's own signals and terminal: stopped, stopped often, suspended, left alone by its terminal. */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  card,
  plainEnvironment,
  program,
  type Started,
  TestRepository,
  task,
  until,
  waitsFor,
} from '../rig/repository.ts'
import { hasTerminal, onTerminal, openTerminal, type Terminal } from '../rig/terminal.ts'
import { Brood, endsOf, hasProc } from './rig.ts'

/** `a` says that it works, waits for `go`, and cleans up when it is stopped. */
const files = {
  'docs/a.md': card({ title: 'A' }),
  'tasks/a.ts': task(
    'a',
    `signal.addEventListener('abort', () => writeFileSync('cleaned', String(signal.reason.message)))
    writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`,
  ),
}
const there = async (repository: TestRepository, name: string) =>
  await until(`${name} is there`, () => existsSync(repository.path(name)), 30)

async function working(repository: TestRepository, brood: Brood, ...words: string[]): Promise<Started> {
  const running = repository.start(['run', 'a', ...words], brood.env)
  await there(repository, 'pid')
  return running
}

async function nothingLeft(brood: Brood): Promise<void> {
  if (hasProc) await until('nothing is left', () => brood.living().size === 0, 20)
}

async function completes(repository: TestRepository): Promise<void> {
  repository.write({ go: '' })
  expect((await repository.mikado('resume', 'a', '-q')).code).toBe(0)
  expect(repository.active()).toEqual([])
}

describe('a run', () => {
  const stops = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const

  test.each(stops)(
    'is stopped by %s: the task cleans up, the next run completes',
    { timeout: 60_000 },
    async (signal, code) => {
      using brood = new Brood()
      using repository = new TestRepository(files)
      const running = await working(repository, brood)
      running.child.kill(signal)
      expect((await running.ended).code).toBe(code)
      await nothingLeft(brood)
      expect(repository.read('cleaned')).toBe('the run was stopped')
      expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'stopped', exitCode: code })
      expect(endsOf(repository)).toEqual({ a: 'stopped' })
      await completes(repository)
    },
  )

  test.each(stops)('is ended by %s ten times, one after the other', { timeout: 60_000 }, async (signal, code) => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const running = await working(repository, brood)
    for (let time = 0; time < 10; time++) {
      running.child.kill(signal)
      // Signals that come at once are one to the kernel: only the next turn makes another of it.
      await new Promise((done) => setImmediate(done))
    }
    expect((await running.ended).code).toBe(code)
    await nothingLeft(brood)
    expect(repository.active()).toEqual(['a'])
    await completes(repository)
  })

  test('goes on after SIGPIPE, and without any open stream', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const running = await working(repository, brood)
    running.child.kill('SIGPIPE')
    repository.write({ go: '' })
    expect((await running.ended).code).toBe(0)
  })

  test('that was suspended counts no time limit meanwhile, and goes on', { timeout: 90_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const running = await working(repository, brood, '--timeout', '6s')
    running.child.kill('SIGSTOP')
    // Nothing but time itself can be waited for here: longer than the limit.
    const since = performance.now()
    await until('the limit is over', () => performance.now() - since > 8000, 30)
    running.child.kill('SIGCONT')
    repository.write({ go: '' })
    expect((await running.ended).code).toBe(0)
    expect(endsOf(repository)).toEqual({ a: 'completed' })
  })

  test('that is killed while it was suspended leaves nothing', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const running = await working(repository, brood)
    running.child.kill('SIGSTOP')
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    await nothingLeft(brood)
    await completes(repository)
  })
})

const shows = async (terminal: Terminal, text: string) =>
  await until(`"${text}" in ${terminal.written().slice(-300)}`, () => terminal.written().includes(text), 30)

/** Closes the terminal, as a window is closed: the kernel hangs up on the run. */
async function hangUp(terminal: Terminal): Promise<void> {
  terminal.child.kill('SIGKILL')
  await terminal.ended
}

// Without util-linux's `script` there is no way to a terminal from here.
describe.skipIf(!hasTerminal)('a terminal', () => {
  test('that is closed stops the run: the task cleans up, and the journal says so', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const terminal = openTerminal(repository, ['run', 'a'], brood.env)
    await there(repository, 'pid')
    await hangUp(terminal)
    await until('the run has ended', () => repository.journal().at(-1)?.event === 'run-ended', 20)
    expect(repository.journal().at(-1)).toMatchObject({ outcome: 'stopped', exitCode: 129 })
    expect(repository.read('cleaned')).toBe('the run was stopped')
    await nothingLeft(brood)
    await completes(repository)
  })

  test('that is closed at a question leaves the card to the next run', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository({
      'docs/a.md': card({ checks: ['It is done', 'The cable is in'] }),
      'tasks/a.ts': task('a'),
    })
    const terminal = openTerminal(repository, ['run', 'a'], brood.env)
    await shows(terminal, '[y/N]')
    await hangUp(terminal)
    await until('the run has ended', () => repository.journal().at(-1)?.event === 'run-ended', 20)
    expect(repository.journal().at(-1)).toMatchObject({ outcome: 'stopped', exitCode: 129 })
    await nothingLeft(brood)
    expect(repository.active()).toEqual(['a'])
  })

  /** A shell with job control, in which the run is called. */
  const inShell = (repository: TestRepository, brood: Brood) => {
    repository.write({ shell: "PS1='ready '\n" })
    return onTerminal(repository, ['bash', '--rcfile', 'shell', '-i'], brood.env)
  }

  test('suspends the run with Ctrl-Z and continues it with fg', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const terminal = inShell(repository, brood)
    await shows(terminal, 'ready ')
    terminal.type(`'${process.execPath}' '${program}' run a; echo "code "$?\r`)
    await there(repository, 'pid')
    terminal.type('\x1a')
    await shows(terminal, 'Stopped')
    repository.write({ go: '' })
    await there(repository, 'a.done')
    expect(repository.active()).toEqual(['a'])
    terminal.type('fg\r')
    await until('the card is complete', () => repository.active().length === 0, 30)
    await until('the run has ended', () => repository.journal().at(-1)?.event === 'run-ended', 20)
    expect(repository.journal().at(-1)).toMatchObject({ outcome: 'complete', exitCode: 0 })
    terminal.type('exit\r')
    await terminal.ended
    await nothingLeft(brood)
  })

  test('that lets no background job write suspends the run until fg', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const terminal = inShell(repository, brood)
    await shows(terminal, 'ready ')
    terminal.type(`stty tostop; '${process.execPath}' '${program}' run a &\r`)
    // The first line of progress suspends it, before or after its task is started.
    await until('the job is suspended', () => {
      terminal.type('jobs\r')
      return /Stopped/.test(terminal.written())
    })
    repository.write({ go: '' })
    expect(repository.active()).toEqual(['a'])
    terminal.type('fg\r')
    await until('the card is complete', () => repository.active().length === 0, 30)
    await until('the run has ended', () => repository.journal().at(-1)?.event === 'run-ended', 20)
    terminal.type('exit\r')
    await terminal.ended
    await nothingLeft(brood)
  })
})

test('a bug of the runner ends it with 70, and its tasks with it', { timeout: 60_000 }, async () => {
  using brood = new Brood()
  using repository = new TestRepository({
    ...files,
    'bug.mjs': `import { watch } from 'node:fs'
if (process.argv[1] === '${program}') watch('.', (_, name) => { if (name === 'pid') throw new Error('a bug') }).unref()
`,
  })
  const NODE_OPTIONS = `--import=${repository.path('bug.mjs')}`
  const running = repository.start(['run', 'a', '-q'], { ...plainEnvironment(), ...brood.env, NODE_OPTIONS })
  const { code, stderr } = await running.ended
  expect([code, stderr.split('\n')[0], stderr.split('\n').at(-2)]).toEqual([
    70,
    'mikado: Error: a bug',
    '  This is a bug of mikado. Nothing is lost: please report it.',
  ])
  await nothingLeft(brood)
  expect(repository.active()).toEqual(['a'])
  await completes(repository)
})
