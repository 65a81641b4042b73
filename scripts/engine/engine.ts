/**
 * What carries cards to other machines: jobs that one worker takes, parcels between two, and who is there. All that is asked of
 * an engine is here; BullMQ is behind it in `bullmq.ts` and `shift.ts`, and another could take its place.
 */
import type { Member } from '../core/member.ts'

/** Work for whoever serves the queue. The engine does not look into the body. */
export interface Job {
  queue: string
  id: string
  body: Buffer
}

/** What becomes of a job that a worker had: it is over, or is put back for another one. */
export type Verdict = 'over' | 'back'

/** A worker's taking of jobs. */
export interface Shift {
  /** Takes no more; resolves when none is worked. */
  drain: () => Promise<void>
  /** Takes none for so many milliseconds. */
  rest: (milliseconds: number) => void
}

/** Where somebody announces what they are: runs look at both, workers only at the runs, however many workers there are. */
export type Board = Member['kind']

export interface Engine {
  /** Puts a job up, unless one of that id is there already, taken or not. */
  offer: (job: Job) => Promise<void>
  /** Takes one back, unless somebody has it. */
  withdraw: (queue: string, id: string) => Promise<void>
  /** Takes jobs of these queues, so many at once. When this process dies, the engine gives what it had to another. */
  work: (queues: readonly string[], slots: number, take: (job: Job) => Promise<Verdict>) => Shift
  /** Sends a parcel. It may be lost: who needs an answer sends again. */
  post: (to: string, parcel: Buffer) => void
  /** Hears the parcels for an address in order, from when this resolves. */
  listen: (address: string, hear: (parcel: Buffer) => void) => Promise<void>
  /** Tells all what is at an address; resolves when the engine has it. */
  announce: (board: Board, address: string, words: Buffer) => Promise<void>
  /** Takes an announcement away. */
  leave: (board: Board, address: string) => Promise<void>
  /** What was announced, by address, also by some that are gone. */
  present: (board: Board) => Promise<Map<string, Buffer>>
  /** Nobody answers where the engine should be, though its machine does: then it is the engine that is gone, and not this machine that is cut off. */
  readonly down: boolean
  close: () => Promise<void>
}
