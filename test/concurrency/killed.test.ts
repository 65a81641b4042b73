/** A run that was killed, or whose lock was taken away, and the next one: never do both work a card. */
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alive, card, type Started, TestRepository, task, until, waitsFor } from '../rig/repository.ts'

/** Each try writes down its process, and which ones of the tries before it lives. */
const meets = `
    const { readFileSync } = await import('node:fs')
    const lives = (pid) => { try { return !/^State:\\s+Z/m.test(readFileSync('/proc/' + pid + '/status', 'utf8')) } catch { return false } }
    const before = existsSync('tries') ? readFileSync('tries', 'utf8').trim().split('\\n') : []
    appendFileSync('met', before.filter(lives).map((pid) => pid + '\\n').join(''))
    const first = before.length === 0`

const files = (work: string) => ({
  'docs/slow.md': card(),
  'tasks/slow.ts': task('slow', `${meets}\n${work}`),
})

/** Whole lines only: no number is ever 0, which would stand for all processes of the tests. */
const tries = (repository: TestRepository) =>
  existsSync(repository.path('tries'))
    ? [...repository.read('tries').matchAll(/^(.+)\n/gm)].map(([, pid]) => Number(pid))
    : []

/** The first one's process. */
function firstOf(repository: TestRepository): number {
  const [pid] = tries(repository)
  if (pid === undefined) throw new Error('nothing was tried yet')
  return pid
}

/** Its only one; known on Linux only. */
function childOf({ pid }: ChildProcess): number {
  return Number(/^(\d+) $/.exec(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))?.[1])
}

async function working(repository: TestRepository): Promise<Started> {
  const running = repository.start(['run', 'slow'])
  await until('the task works', () => tries(repository).length > 0, 20)
  return running
}

describe.skipIf(process.platform !== 'linux')('after a run that was killed, the next one', () => {
  test('begins no card while a task of the first still works', async () => {
    using repository = new TestRepository(
      files(`appendFileSync('tries', process.pid + '\\n'); if (first) ${waitsFor('never')}`),
    )
    const first = await working(repository)
    const worker = firstOf(repository)
    onTestFinished(() => void (alive(worker) && process.kill(worker, 'SIGKILL')))
    // It would notice that its runner is gone, and end.
    process.kill(worker, 'SIGSTOP')
    first.child.kill('SIGKILL')
    await first.ended
    const second = repository.start(['run', 'slow', '-q'])
    let waits = 0
    await until('the second one waits, or works', () => {
      waits = existsSync(repository.path('.mikado/locks/tasks.turn-journal')) ? waits + 1 : 0
      return waits > 5 || tries(repository).length > 1
    })
    process.kill(worker, 'SIGCONT')
    expect((await second.ended).code).toBe(0)
    expect([tries(repository).length, repository.read('met'), repository.active()]).toEqual([2, '', []])
  })

  test('ends what is left of a task whose process was killed with it', async () => {
    using repository = new TestRepository(
      files(
        `if (first) {
          const { spawn } = await import('node:child_process')
          spawn('sh', ['-c', "trap '' TERM; echo $$ > ours; mv ours tries; while :; do sleep 0.1; done"], { stdio: 'ignore' })
          await new Promise(() => setInterval(() => {}, 1000))
        } else appendFileSync('tries', 'second\\n')`,
      ),
    )
    const running = await working(repository)
    const left = firstOf(repository)
    const worker = childOf(running.child)
    onTestFinished(() => void (alive(left) && process.kill(left, 'SIGKILL')))
    // The task's process first would be noticed, and its rest ended.
    running.child.kill('SIGSTOP')
    process.kill(worker, 'SIGKILL')
    running.child.kill('SIGKILL')
    await running.ended
    expect(alive(left)).toBe(true)
    expect((await repository.mikado('run', 'slow', '-q')).code).toBe(0)
    expect([tries(repository), repository.read('met'), alive(left)]).toEqual([[left, Number.NaN], '', false])
  })
})

test('a run under which the run data is deleted begins and marks nothing more, and says why', async () => {
  using repository = new TestRepository({
    ...files(`appendFileSync('tries', process.pid + '\\n'); ${waitsFor('go')}`),
    'docs/goal.md': card({ requires: ['slow', 'other'] }),
    'docs/other.md': card(),
    'tasks/goal.ts': task('goal'),
    'tasks/other.ts': task('other'),
  })
  const running = repository.start(['run', 'goal', '-j', '1', '-k', '-q'])
  await until('the task works', () => tries(repository).length > 0, 5).catch((e) => {
    console.log(running.output, repository.names('.'))
    throw e
  })
  rmSync(repository.path('.mikado'), { recursive: true })
  const active = repository.active()
  repository.write({ go: '' })
  const { code, stdout } = await running.ended
  expect([code, repository.active(), repository.names('.').includes('other.done')]).toEqual([1, active, false])
  const why = `${repository.path('.mikado/lock')} was deleted or replaced while this run works, so another one may work here too: nothing more is begun or marked. Let both end, then run this again`
  expect(stdout.split(why).length).toBe(3)
})
