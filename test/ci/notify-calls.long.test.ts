/** `--notify`: a command is told how a run goes; whatever it does, the run goes its way. */
import { describe, expect, test } from 'vitest'
import { alive, card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { githubPage } from './grammar.ts'
import { github } from './rig.ts'

interface Notification {
  schemaVersion: number
  kind: string
  data: { reason: string; card: string | null; message: string; [key: string]: unknown }
}

/** Keeps what it is told, a line each. */
const keeps = 'cat >> told'

function told(repository: TestRepository): Notification['data'][] {
  const lines = repository.read('told').split('\n').filter(Boolean)
  return lines.map((line) => {
    const { schemaVersion, kind, data } = JSON.parse(line) as Notification
    expect([schemaVersion, kind]).toEqual([1, 'notification'])
    return data
  })
}

const chain = {
  'docs/goal.md': card({ requires: ['fails', 'hand', 'worse'] }),
  'tasks/goal.ts': task('goal'),
  'docs/fails.md': card(),
  'tasks/fails.ts': task('fails', "throw new Error('no luck')"),
  'docs/hand.md': card({ checks: ['It is done', 'The cable is in'] }),
  'tasks/hand.ts': task('hand'),
  'docs/worse.md': card(),
  'tasks/worse.ts': task('worse', "throw new Error('none at all')"),
}

describe('a command is told', () => {
  test('the first failure, each card that waits, and the end, in this order', async () => {
    using repository = new TestRepository(chain)
    const { code } = await repository.mikado('run', 'goal', '-k', '-j', '1', '--notify', keeps)
    expect(code).toBe(1)
    const run = expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/)
    const resume = expect.stringMatching(/^node \S+mikado\.mjs resume goal$/)
    const going = { goal: 'goal', outcome: null, exitCode: null, durationMs: null, run, resume }
    expect(told(repository)).toEqual([
      { reason: 'failed', card: 'fails', message: 'no luck', ...going },
      { reason: 'waiting', card: 'hand', message: 'confirm that this is true; The cable is in', ...going },
      {
        ...{ reason: 'ended', card: 'fails', goal: 'goal', outcome: 'failed', exitCode: 1, run, resume },
        ...{ durationMs: expect.any(Number), message: expect.stringMatching(/^goal: 0 of 4 cards complete after /) },
      },
    ])
    expect(new Set(told(repository).map((data) => data.run))).toEqual(new Set([repository.journal()[0]?.run]))
  })

  test('that all is complete, and that there is nothing left to do or to resume', async () => {
    using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a') })
    await repository.mikado('run', 'a', '--notify', keeps)
    await repository.mikado('resume', 'a', '--notify', keeps)
    expect(
      told(repository).map(({ message, outcome, exitCode, card: which, resume }) => [
        repository.steady(message),
        outcome,
        exitCode,
        which,
        resume,
      ]),
    ).toEqual([
      ['a is complete: 1 card proved in N s', 'complete', 0, null, null],
      ['Nothing to do: a is complete', 'complete', 0, null, null],
    ])
  })

  test('that a run was stopped', async () => {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task('a', `await log('here'); ${waitsFor('go')}`),
    })
    const run = repository.start(['run', '--notify', keeps])
    await until('it works', () => run.output.stderr.includes('here'))
    run.child.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
    expect(told(repository)).toMatchObject([{ reason: 'ended', outcome: 'stopped', exitCode: 130 }])
  })

  test('in our environment and folder, while the journal says the same', async () => {
    using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a') })
    const command = 'printf "%s %s" "$ROOM" "$PWD" > where; cp .mikado/journal.jsonl seen'
    await repository.start(['run', '--notify', command], { ROOM: 'kitchen' }).ended
    expect(repository.read('where')).toBe(`kitchen ${repository.root}`)
    expect(repository.read('seen')).toBe(repository.read('.mikado/journal.jsonl'))
  })

  test('no secret, and neither are JUnit, the job summary and the log', async () => {
    const work =
      "await secret('hunter22'); console.log('as hunter22'); note('hunter22'); throw new Error('denied for hunter22')"
    using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a', work) })
    const env = { ...github, GITHUB_STEP_SUMMARY: repository.path('summary.md') }
    const { stdout, stderr } = await repository.start(['run', '--notify', keeps, '--junit', 'report.xml'], env).ended
    expect(told(repository)[0]?.message).toBe('denied for •••')
    for (const text of [...['told', 'report.xml', 'summary.md'].map((name) => repository.read(name)), stdout, stderr]) {
      expect(text).toContain('denied for •••')
      expect(text).not.toContain('hunter22')
    }
  })
})

describe('nothing that it does changes the run', () => {
  const done = { 'docs/a.md': card(), 'tasks/a.ts': task('a') }
  const notified = async (command: string, ...args: string[]) => {
    using repository = new TestRepository(done)
    const { code, stdout, stderr } = await repository.mikado('run', '--notify', command, ...args)
    expect([code, repository.active()]).toEqual([0, []])
    return { stdout, stderr: repository.steady(stderr) }
  }

  test.each([
    ['exit 3', 'it ended with exit code 3'],
    ['kill -TERM $$', 'it was ended by SIGTERM'],
    ['no-such-command', 'it ended with exit code 127'],
  ])('%j: a remark', async (command, remark) => {
    expect((await notified(command)).stderr).toContain(`mikado: --notify (ended): ${remark}\n`)
  })

  test('it need not read, and what it starts may live on', async () => {
    const long = Array.from({ length: 300 }, (_, i) => `${i} ${'is seen by a person '.repeat(20)}`)
    using waiting = new TestRepository({
      'docs/a.md': card({ checks: ['It is done', ...long] }),
      'tasks/a.ts': task('a'),
    })
    const { code: waits, stderr: said } = await waiting.mikado('run', '--notify', 'true')
    expect([waits, said.includes('--notify')]).toEqual([3, false])
    using repository = new TestRepository(done)
    const { code, stderr } = await repository.mikado('run', '--notify', 'sleep 60 & echo $! > pid')
    const pid = Number(repository.read('pid'))
    expect([code, stderr.includes('--notify'), alive(pid)]).toEqual([0, false, true])
    process.kill(pid)
  })

  test('what it prints goes to stderr as plain text, or nowhere when quiet', async () => {
    const command = "printf 'out\\033[2J\\n'; echo err >&2"
    const { stdout, stderr } = await notified(command)
    expect(stdout).not.toContain('out')
    expect(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('notify'))
        .sort(),
    ).toEqual(['notify │ err', 'notify │ out[2J'])
    expect((await notified(command, '-q')).stderr).toBe('')
    expect((await notified('exit 3', '-q')).stderr).toBe('')
  })

  test('in CI it commands nothing either', async () => {
    using repository = new TestRepository(done)
    const { stderr } = await repository.start(['run', '--notify', "echo '::error::x'; echo '##[error]x'"], github).ended
    expect(githubPage(stderr)).toMatchObject({ annotations: [], others: [] })
  })

  test('stdout of --json is events only', async () => {
    const { stdout } = await notified('echo hello; exit 1', '--json')
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .every((line) => 'event' in JSON.parse(line)),
    ).toBe(true)
  })
})

test('a dry run tells nobody', async () => {
  using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a') })
  const { code } = await repository.mikado('run', '-n', '--notify', keeps, '--junit', 'report.xml')
  expect([code, repository.names('.')]).toEqual([0, ['docs', 'tasks']])
})

test('a command without words is refused', async () => {
  using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a') })
  expect(await repository.tell('run', '--notify', ' ')).toBe(
    'exit 64\n--- stderr\nmikado: --notify: there is no command in it\n',
  )
})
