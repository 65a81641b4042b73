/** What tasks start: nothing that stays in their session is left, however the card and the runner end. */
import { spawn, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alive, card, type Started, TestRepository, until } from '../rig/repository.ts'
import { Brood, endsOf, hasProc, module } from './rig.ts'

const loop = 'while :; do sleep 1; done'
/** Each starts something that would go on for five minutes, or for ever. */
const families = {
  group: 'sleep 300 &',
  // A process group of its own, as `timeout` makes one for itself.
  apart: 'timeout 300 sleep 300 &',
  jobs: 'set -m; sleep 300 & sleep 300 | cat &',
  daemon: '( ( sleep 300 & ) & )',
  deaf: `( trap '' TERM INT HUP; ${loop} ) &`,
  mute: 'sleep 300 > /dev/null 2>&1 < /dev/null &',
}
/** Tasks that hear nothing of a stop. */
const busy = module(
  `spawn('timeout', ['300', 'sleep', '300']); process.removeAllListeners('disconnect'); writeFileSync('busy.ready', ''); for (;;) {}`,
  'return false',
)

const working = Object.keys(families)
const scripts = (end: string) =>
  Object.fromEntries(
    Object.entries(families).flatMap(([id, text]) => [
      [`docs/${id}.md`, card({ checks: [] })],
      [`tasks/${id}.sh*`, `#!/bin/bash\n${text}\ntouch ${id}.ready\n${end}\n`],
    ]),
  )
const goal = (...ids: string[]) => ({ 'docs/goal.md': card({ requires: ids, checks: [] }) })

async function ready(repository: TestRepository, ids: readonly string[]): Promise<void> {
  const there = () => ids.filter((id) => repository.names('.').includes(`${id}.ready`))
  await until('every task works', () => there().length === ids.length, 60)
}

const gone = async (brood: Brood) =>
  await until(`nothing is left, but there is ${brood.commands().join('; ')}`, () => brood.living().size === 0, 20)

describe.skipIf(!hasProc)('what a task leaves in its session', () => {
  test.each([
    ['completes', 'exit 0', 0],
    ['fails', 'exit 1', 1],
    ['kills itself', 'kill -9 $$', 1],
    ['kills its parent', 'kill -9 $PPID; sleep 5', 1],
    ['kills its whole group', 'kill -9 0', 1],
  ])('ends when the card %s', { timeout: 120_000 }, async (_, end, code) => {
    using brood = new Brood()
    using repository = new TestRepository({ ...goal(...working), ...scripts(end), 'tasks/goal.sh*': '#!/bin/sh\n' })
    const running = repository.start(['run', 'goal', '-k', '-q'], brood.env)
    expect((await running.ended).code).toBe(code)
    await gone(brood)
    expect(repository.names('.').filter((name) => name.endsWith('.ready'))).toHaveLength(working.length)
    expect(Object.values(endsOf(repository)).filter((how) => how === 'completed')).toHaveLength(
      code === 0 ? working.length + 1 : 0,
    )
  })

  async function allAtWork(repository: TestRepository, brood: Brood): Promise<Started> {
    const running = repository.start(['run', 'goal', '-j', '9'], brood.env)
    await ready(repository, [...working, 'busy'])
    return running
  }
  const files = { ...goal(...working, 'busy'), ...scripts(loop), 'docs/busy.md': card(), 'tasks/busy.ts': busy }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends when the run is stopped by %s', { timeout: 120_000 }, async (signal, code) => {
    using brood = new Brood()
    using repository = new TestRepository(files)
    const running = await allAtWork(repository, brood)
    running.child.kill(signal)
    expect((await running.ended).code).toBe(code)
    await gone(brood)
    expect(endsOf(repository)).toEqual(Object.fromEntries([...working, 'busy'].map((id) => [id, 'stopped'])))
    expect(repository.active()).toEqual([...working, 'busy', 'goal'].sort())
    expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'stopped', exitCode: code })
  })

  test.each(['SIGKILL', 'SIGQUIT', 'SIGABRT'] as const)(
    'ends when the runner is killed by %s',
    { timeout: 120_000 },
    async (signal) => {
      using brood = new Brood()
      using repository = new TestRepository(files)
      const running = await allAtWork(repository, brood)
      running.child.kill(signal)
      expect((await running.ended).signal).toBe(signal)
      await gone(brood)
      expect(repository.active()).toEqual([...working, 'busy', 'goal'].sort())
      expect(repository.journal().map(({ event }) => event)).not.toContain('run-ended')
    },
  )

  test('ends when a task kills the runner', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': module(
        `spawn('timeout', ['300', 'sleep', '300']); process.kill(process.ppid, 'SIGKILL'); for (;;) {}`,
        'return false',
      ),
    })
    expect((await repository.start(['run'], brood.env).ended).signal).toBe('SIGKILL')
    await gone(brood)
    expect(repository.active()).toEqual(['a'])
  })

  test('ends when the runner was gone before the task was loaded', { timeout: 60_000 }, async () => {
    using brood = new Brood()
    using repository = new TestRepository({
      'busy.ts': `(await import('node:child_process')).spawn('timeout', ['300', 'sleep', '300'])\nfor (;;) {}\n`,
    })
    // The word names a runner that has died. The channel stays open.
    const worker = spawn(process.execPath, [resolve('scripts/worker/main.ts'), String(spawnSync('true').pid)], {
      cwd: repository.root,
      env: { ...process.env, ...brood.env },
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    onTestFinished(() => void worker.kill('SIGKILL'))
    worker.send({ type: 'ask', id: 1, questions: [{ type: 'inspect', files: [repository.path('busy.ts')] }] })
    await until('the task is gone', () => !alive(worker.pid ?? 0), 20)
    await gone(brood)
  })
})
