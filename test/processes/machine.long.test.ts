/** The machine around the run: a container, a limit of processes or memory, an agent's server that is killed. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Agent } from '../mcp/rig.ts'
import {
  alive,
  card,
  isRoot,
  plainEnvironment,
  program,
  TestRepository,
  task,
  until,
  waitsFor,
} from '../rig/repository.ts'
import { Brood, chainOf, endsOf, hasProc, module } from './rig.ts'

const files = {
  'docs/a.md': card(),
  'tasks/a.ts': task('a', `writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`),
}
const works = async (repository: TestRepository) =>
  await until('the task works', () => existsSync(repository.path('pid')) && repository.read('pid') !== '', 30)

const canUnshare = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0

// Needs the right to make a process namespace: root, or a kernel that lets everybody.
test.skipIf(!canUnshare)(
  'as the first process of a container a run completes, and is stopped by SIGTERM',
  { timeout: 60_000 },
  async () => {
    for (const signal of [null, 'SIGTERM'] as const) {
      using brood = new Brood()
      using repository = new TestRepository(files)
      const unshare = spawn('unshare', ['-pf', '--mount-proc', process.execPath, program, 'run', 'a', '-q'], {
        cwd: repository.root,
        env: { ...plainEnvironment(), ...brood.env },
        stdio: 'ignore',
      })
      const ended = new Promise((done) => unshare.once('exit', done))
      await works(repository)
      const first = Number(readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').split(' ')[0])
      if (signal !== null) process.kill(first, signal)
      else repository.write({ go: '' })
      expect(await ended).toBe(signal === null ? 0 : 143)
      await until('nothing is left', () => brood.living().size === 0)
      expect(repository.active()).toEqual(signal === null ? [] : ['a'])
    }
  },
)

// Root may have as many processes as there are; the limit is set for a user of whom there are none.
const canLimit = isRoot && hasProc && spawnSync('prlimit', ['--version']).status === 0
test.skipIf(!canLimit)(
  'where no process can be started any more, nothing is started, and that is told',
  { timeout: 60_000 },
  async () => {
    using repository = new TestRepository(files)
    const nobodyElse = 61_234
    spawnSync('chown', ['-R', `${nobodyElse}:${nobodyElse}`, repository.root])
    // As many as this Node has threads: one more cannot be.
    const status = spawnSync(process.execPath, ['-p', 'fs.readFileSync("/proc/self/status", "utf8")'], {
      encoding: 'utf8',
    })
    const threads = /^Threads:\s+(\d+)/m.exec(status.stdout)?.[1] ?? ''
    const { NODE_COMPILE_CACHE: _, ...env } = plainEnvironment()
    const user = ['--reuid', String(nobodyElse), '--regid', String(nobodyElse), '--clear-groups']
    const command = ['prlimit', `--nproc=${threads}`, process.execPath, program, 'run', 'a']
    const ran = spawnSync('setpriv', [...user, ...command], { cwd: repository.root, env, encoding: 'utf8' })
    expect([ran.status, ran.stderr]).toEqual([65, expect.stringMatching(/cannot be loaded: spawn \S+ EAGAIN/)])
    expect(repository.active()).toEqual(['a'])
  },
)

test('a task that takes all memory, or hands on far too much, fails alone', { timeout: 120_000 }, async () => {
  using brood = new Brood()
  using repository = new TestRepository(
    chainOf({
      greedy: module('const all = []; for (;;) all.push(new Array(1e5).fill(1.5))', 'return false'),
      huge: module("return 'x'.repeat(200 * 1024 * 1024)", "throw 'not yet'"),
      step: module("await step('fill', () => 'x'.repeat(200 * 1024 * 1024))", "throw 'not yet'"),
      words: module(
        "for (let at = 0; at < 30; at++) note('x'.repeat(1e6)); writeFileSync('words', '')",
        "if (!existsSync('words')) throw new Error('x'.repeat(5e7)); return 'x'.repeat(5e7)",
      ),
    }),
  )
  const NODE_OPTIONS = '--max-old-space-size=300'
  const { code } = await repository.start(['run', 'goal', '-k', '-q', '-j', '1'], { ...brood.env, NODE_OPTIONS }).ended
  expect(code).toBe(1)
  const file = 'write it to a file, and hand on where that is'
  expect(endsOf(repository)).toEqual({
    greedy: 'its process was ended by SIGABRT',
    huge: `what \`apply\` returned has 200 MB, more than can be kept: ${file}`,
    step: `the result of step "fill" has 200 MB, more than can be kept: ${file}`,
    words: 'completed',
  })
  // 30 notes and one answer, of ten thousand characters each at most.
  expect(repository.read('.mikado/journal.jsonl').length).toBeLessThan(400_000)
  await until('nothing is left', () => brood.living().size === 0)
})

test.each([
  [
    'that cuts its channel and lives on is ended',
    "process.removeAllListeners('disconnect'); process.disconnect(); writeFileSync('pid', String(process.pid)); await new Promise(() => setInterval(() => {}, 1000))",
  ],
  [
    'that writes garbage into its channel costs the run, and marks nothing',
    `writeFileSync('pid', String(process.pid)); writeFileSync(3, 'garbage\\n'); await new Promise(() => setInterval(() => {}, 1000))`,
  ],
])('a task %s', { timeout: 60_000 }, async (_, work) => {
  using brood = new Brood()
  using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': module(work, 'return false') })
  const { code } = await repository.start(['run', 'a'], brood.env).ended
  expect(code).toBe(work.includes('garbage') ? 70 : 1)
  await until('the task is gone', () => !alive(Number(repository.read('pid'))))
  await until('nothing is left', () => brood.living().size === 0)
  expect(repository.active()).toEqual(['a'])
})

test('an agent’s server that is killed stops its run, as by SIGTERM', { timeout: 60_000 }, async () => {
  using brood = new Brood()
  using repository = new TestRepository(files)
  await using agent = await Agent.connect(repository, { env: brood.env })
  const { plan } = await agent.data<{ plan: string }>('plan', { goal: 'a' })
  const lost = expect(agent.tell('run', { goal: 'a', plan })).rejects.toThrow()
  await works(repository)
  process.kill(agent.pid, 'SIGKILL')
  await lost
  await until('the run has ended', () => repository.journal().at(-1)?.event === 'run-ended', 20)
  expect(repository.journal().at(-1)).toMatchObject({ outcome: 'stopped', exitCode: 143 })
  if (hasProc) await until('nothing is left', () => brood.living().size === 0)
  expect(repository.active()).toEqual(['a'])
})
