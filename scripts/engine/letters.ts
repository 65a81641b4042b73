/** What a run and a worker say to each other about a job. All of it travels sealed. */
import type { Question, Reply } from '../core/protocol.ts'
import type { Answer } from '../io/answer.ts'
import type { Stream } from '../io/task-process.ts'
import type { Numbered } from './line.ts'

/** What a run says. `go`, `attach` and `unwanted` stand outside the order of the others. */
export type Order =
  | { type: 'ask'; id: number; questions: readonly Question[] }
  | { type: 'acknowledge'; id: number }
  | { type: 'end'; grace: number }
  | { type: 'kill' }

/** What a worker says in order. */
export type Report =
  /** `to`: the row of questions that it answers. */
  | { type: 'answer'; to: number; answer: Answer }
  | { type: 'reply'; reply: Reply }
  | { type: 'print'; stream: Stream; data: string }
  | { type: 'ended'; code: number | null; signal: NodeJS.Signals | null; error: string | null }

/** What has no place in the order: who works the job, and whether at all. */
export type Notice =
  /** A run asks for a job that the worker has from an earlier one. */
  | { type: 'attach'; run: string; desk: string }
  /**
   * What the worker calls `stint` counts its jobs. `epoch`: that in which it worked the job last; 0: it has not begun. `said`: what
   * came of the questions that the offer brought; null: they were not asked for this run.
   */
  | { type: 'taken'; name: string; stint: number; epoch: number; said: readonly Numbered<Report>[] | null }
  /** `heard`: how much of what was said the run has taken, and goes on from; null: it asks from the beginning. */
  | { type: 'go'; stint: number; epoch: number; heard: number | null }
  | { type: 'unwanted'; stint: number; why: string }
  | { type: 'refused'; why: string; help: string }
  | { type: 'busy'; run: string; host: string }
  | { type: 'gone'; epoch: number }
  /** Another worker has it in a later epoch. */
  | { type: 'superseded'; epoch: number }

/** One thing said, with the job it is about. */
export type Word =
  | { job: string; notice: Notice }
  | { job: string; epoch: number; seq: number; say: Order | Report }
  /** All up to that number was heard. */
  | { job: string; epoch: number; heard: number }
