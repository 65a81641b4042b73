/** A job that a worker has: asked before its run's word, led by it, and held until the run has heard how it ended. */
import { describe, expect, test } from 'vitest'
import type { Question } from '../../scripts/core/protocol.ts'
import { Duty } from '../../scripts/engine/duty.ts'
import type { Notice, Report } from '../../scripts/engine/letters.ts'
import type { Numbered } from '../../scripts/engine/line.ts'
import type { Workbench } from '../../scripts/engine/workbench.ts'
import { type Answer, Answers, type Death } from '../../scripts/io/answer.ts'
import type { LocalProcess } from '../../scripts/io/task-process.ts'
import { until } from '../rig/repository.ts'
import { description } from './rig.ts'

const open: Question = {
  ...({
    type: 'open',
    file: '/there/goal.ts',
    kind: 'module',
    code: null,
    card: { id: 'goal', title: 'Goal', path: 'p' },
  } as const),
  ...{ root: '/there', data: '/there/.mikado', run: 'RUN', inputs: {}, steps: [], turns: true },
}
const check: Question = { type: 'check', keys: ['It is done'] }
const opening = [open, check]
const work: Question[] = [{ type: 'apply' }, check, { type: 'rest' }]

const opened: Answer = { type: 'opened', works: true, checks: ['It is done'] }
const undone: Answer = { type: 'checked', held: false, message: 'not yet' }
const done: Answer = { type: 'checked', held: true, detail: null }
const applied: Answer = { type: 'applied', outputs: { port: 5000 } }
const rested: Answer = { type: 'rested', clean: true }

/** A process that answers what the test has it answer. */
class Puppet
  implements Pick<LocalProcess, 'ask' | 'kill' | 'rest' | 'holder' | 'used' | 'ended' | 'closed' | 'streams'>
{
  readonly asked: Question[][] = []
  holder: LocalProcess['holder'] = null
  used = 0
  killed = false
  readonly #end = Promise.withResolvers<Death & { error: string | null }>()
  readonly ended = this.#end.promise
  readonly closed = this.ended
  readonly streams = []
  #answers = new Answers()
  ask(...questions: Question[]): Answers {
    this.asked.push(questions)
    this.#answers = new Answers()
    return this.#answers
  }
  die(how: Omit<Death, 'type'> & { error: string | null }): void {
    this.#answers.end({ type: 'died', ...how })
    this.#end.resolve({ type: 'died', ...how })
  }
  kill(): void {
    this.killed = true
  }
  answer(...answers: Answer[]): void {
    for (const answer of answers) this.#answers.add(answer)
  }
  async rest(answers = new Answers()): Promise<boolean> {
    const answer = await answers.next()
    return answer.type === 'rested' && answer.clean
  }
}

type Taken = Extract<Notice, { type: 'taken' }>

function scene() {
  const processes: Puppet[] = []
  const idle: unknown[] = []
  const timers: (() => void)[] = []
  const said: Numbered<Report>[] = []
  const notices: Notice[] = []
  const taken: Taken[] = []
  const pool = {
    take: () => {
      processes.push(new Puppet())
      return processes.at(-1) as unknown as LocalProcess
    },
    give: (process: unknown) => void idle.push(process),
  }
  const task = {
    path: 'tasks/goal.ts',
    file: '/here/goal.ts',
    kind: 'module',
    digest: 't',
    selfContained: true,
  } as const
  const code = 'export default {}'
  const bench = { name: 'indri', root: '/here', data: '/here/.mikado', task, code, pool } as unknown as Workbench
  const wire = {
    now: () => 0,
    after: (_: number, then: () => void) => {
      timers.push(then)
      return () => void timers.splice(timers.indexOf(then), 1)
    },
    say: (_to: string, _epoch: number, seq: number, say: Report) => void said.push({ seq, say }),
    confirm: () => {},
    notice: (_: string, notice: Notice) => {
      notices.push(notice)
      if (notice.type === 'taken') taken.push(notice)
    },
    alive: () => true,
  }
  const duty = new Duty('job', description, 'run-1', 1, wire, bench)
  let over = false
  void duty.over.then(() => {
    over = true
  })
  /** What its run says, one word after the other. */
  let orders = 0
  const ask = (id: number, ...questions: Question[]) => duty.hear(++orders, { type: 'ask', id, questions })
  return {
    duty,
    processes,
    idle,
    said,
    taken,
    notices,
    ask,
    isOver: () => over,
    /** Another run begins to speak. */
    again: () => {
      orders = 0
    },
    pass: () => {
      for (const then of timers.splice(0)) then()
    },
  }
}

const answer = (to: number, what: Answer): Report => ({ type: 'answer', to, answer: what })
const numbered = (from: number, ...reports: Report[]) => reports.map((say, at) => ({ seq: from + at, say }))

/** Its run has heard what came first, and not yet how the work ended. */
async function workedScene() {
  const all = scene()
  const { duty, processes, ask, isOver } = all
  duty.begin(opening)
  processes[0]?.answer(opened, undone)
  await until('it is answered', () => processes[0]?.used === 1)
  duty.go(1, 2)
  ask(2, ...work)
  processes[0]?.answer(applied, done, rested)
  await until('its place is free', isOver)
  return all
}

describe('a job that a worker has', () => {
  test('is asked what its offer brought, and told of with the answers', async () => {
    const { duty, processes, taken, said, ask } = scene()
    duty.begin(opening)
    const [process] = processes
    const here = { file: '/here/goal.ts', code: 'export default {}', root: '/here', data: '/here/.mikado' }
    expect(process?.asked).toEqual([[{ ...open, ...here }, check]])
    process?.answer(opened, undone)
    await until('it is told of', () => taken.length > 0)
    expect(taken).toEqual([
      {
        ...{ type: 'taken', name: 'indri', stint: 1, epoch: 0 },
        said: numbered(1, answer(1, opened), answer(1, undone)),
      },
    ])
    expect(said).toEqual([])
    duty.go(1, 2)
    ask(2, ...work)
    process?.answer(applied)
    await until('it is answered', () => said.length > 0)
    expect(said).toEqual(numbered(3, answer(2, applied)))
  })

  test('that takes a while to answer is told of before, and the rest is said when the run has given its word', async () => {
    const { duty, processes, taken, said, pass } = scene()
    duty.begin(opening)
    processes[0]?.answer(opened)
    await until('it has opened', () => processes[0]?.used === 1)
    expect(taken).toEqual([])
    pass()
    expect(taken.map((notice) => notice.said)).toEqual([numbered(1, answer(1, opened))])
    processes[0]?.answer(undone)
    duty.go(1, 1)
    await until('it is answered', () => said.length > 0)
    expect([said, taken.length]).toEqual([numbered(2, answer(1, undone)), 1])
  })

  test('that is stopped before it was told of is not told of any more', () => {
    const { duty, taken, pass } = scene()
    duty.begin(opening)
    duty.stop()
    pass()
    expect(taken).toEqual([])
  })

  test('is opened anew for a run that does not go on from there: by now more may be done than its offer knew', async () => {
    const { duty, processes, taken, said, ask } = scene()
    duty.begin(opening)
    processes[0]?.answer(opened, undone)
    await until('it is told of', () => taken.length > 0)
    duty.attach('run-2')
    expect(taken.at(-1)?.said).toBeNull()
    duty.go(1, null)
    const since: Question = { ...open, steps: [['first', 1]] }
    ask(1, since, check)
    expect(processes.map(({ killed }) => killed)).toEqual([true, false])
    expect(processes[1]?.asked[0]?.[0]).toMatchObject({ steps: [['first', 1]] })
    processes[1]?.answer(opened, done)
    await until('it is answered', () => said.length === 2)
    expect(said).toEqual(numbered(1, answer(1, opened), answer(1, done)))
  })

  test('whose process died before is worked anew by a run that does not go on from there', async () => {
    const { duty, processes, taken, notices } = scene()
    duty.begin(opening)
    processes[0]?.die({ code: 3, signal: null, error: null })
    await until('it is told of', () => taken.length > 0)
    expect(taken[0]?.said).toEqual(numbered(1, { type: 'ended', code: 3, signal: null, error: null }))
    duty.go(1, null)
    expect([notices.at(-1), duty.ended]).toEqual([{ type: 'gone', epoch: 1 }, true])
  })

  test('leaves its place when its process is as before, and is known until the run has heard that', async () => {
    const { duty, processes, idle, said } = await workedScene()
    expect(said).toEqual(numbered(3, answer(2, applied), answer(2, done), answer(2, rested)))
    expect([idle, duty.ended]).toEqual([processes, false])
    duty.wasHeard(4)
    expect(duty.ended).toBe(false)
    duty.wasHeard(5)
    expect([duty.ended, duty.settled]).toEqual([true, true])
  })

  test('that a run did not hear the end of is told to the next one, and its checks are asked again in another process', async () => {
    const { duty, processes, idle, said, ask, again } = await workedScene()
    said.length = 0
    again()
    duty.attach('run-2')
    duty.go(2, null)
    ask(1, ...opening)
    ask(2, ...work)
    expect(said).toEqual(numbered(1, answer(1, opened), answer(1, undone), answer(2, applied)))
    const [first, second] = processes
    expect([first?.asked.length, second?.asked.map((row) => row.map(({ type }) => type))]).toEqual([
      2,
      [['open', 'check', 'rest']],
    ])
    second?.answer(opened, done, rested)
    await until('it serves others', () => idle.length === 2)
    expect(said.slice(3)).toEqual(numbered(4, answer(2, done), answer(2, rested)))
    duty.wasHeard(5)
    expect(duty.settled).toBe(true)
  })

  test('whose process has more in it keeps it until the run says what is to be done', async () => {
    const { duty, processes, idle, said, ask, isOver } = scene()
    duty.begin([])
    duty.go(1, null)
    ask(1, ...opening)
    processes[0]?.holder?.hear({ type: 'secret', id: 1, value: 'hunter2-hunter2' })
    processes[0]?.answer(opened, done)
    await until('it is opened', () => said.length === 3)
    ask(2, { type: 'rest' })
    processes[0]?.answer(rested)
    await until('it is answered', () => said.length === 4)
    expect(said.at(-1)?.say).toEqual(answer(2, { type: 'rested', clean: false }))
    expect([idle, isOver(), duty.ended]).toEqual([[], false, false])
  })
})
