/** Where a job is worked, and who is told. */
import type { Question } from '../core/protocol.ts'
import { type Answer, Answers } from '../io/answer.ts'
import type { Pool } from '../io/pool.ts'
import type { LocalProcess } from '../io/task-process.ts'
import type { TaskFile } from '../io/tasks.ts'
import type { Notice, Report } from './letters.ts'
import { atMost } from './patience.ts'

export interface Workbench {
  /** What the worker is called. */
  name: string
  root: string
  data: string
  task: TaskFile
  /** The text of the task's module as JavaScript, if it is known. */
  code: string | null
  pool: Pool
}

/** Over which the run is reached. */
export interface DutyWire {
  now: () => number
  after: (milliseconds: number, then: () => void) => () => void
  /** `more`: another word follows soon. */
  say: (to: string, epoch: number, seq: number, report: Report, more: boolean) => void
  confirm: (to: string, epoch: number, heard: number) => void
  notice: (to: string, notice: Notice) => void
  /** Whether the run is there. */
  alive: (address: string) => boolean
}

/** In which nothing comes, in milliseconds: then only a service of the task keeps its output open. */
const quiet = 300

/** A question as it is asked here, where the files are in another place than at the run. */
export function here(question: Question, { root, data, task: { file, kind }, code }: Workbench): Question {
  return question.type === 'open' ? { ...question, file, kind, code, root, data } : question
}

/** Whether its answer says that nothing of the card is in the process; all that it printed comes first. */
export async function isAsBefore(process: LocalProcess, answer: Answer): Promise<boolean> {
  const answers = new Answers()
  answers.add(answer)
  return await process.rest(answers)
}

/** Resolves when all that an ended process printed has come, or comes from what it left behind. */
export async function drained(
  process: LocalProcess,
  printed: () => number,
  after: (milliseconds: number, then: () => void) => () => void,
): Promise<void> {
  let open = true
  const closed = process.closed.then(() => {
    open = false
  })
  for (let before = -1; open && before !== printed(); ) {
    before = printed()
    await atMost(closed, quiet, after)
  }
  for (const stream of process.streams) stream.destroy()
}

/** Something to wait for, and what ends the waiting. */
export function later(): { wait: Promise<void>; open: () => void } {
  const { promise: wait, resolve: open } = Promise.withResolvers<void>()
  return { wait, open }
}
