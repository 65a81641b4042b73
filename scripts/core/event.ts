/** What happens in a run, for people, logs and programs. Plain JSON; documents end up the same if nobody listens. */
import type { Json } from '../index.ts'
import type { Verb } from './branch.ts'

export const schemaVersion = 1

/** When a check was asked: before the work, after it, or by `verify`. */
export type Phase = 'before' | 'after' | 'verify'
export type How = 'found-true' | 'ran' | 'confirmed'
/** `outputs`: the work is done, but what it hands on could not be kept. `unrecorded`: its document could not be marked. */
export type FailureReason = 'task' | 'threw' | 'exited' | 'timeout' | 'checks' | 'outputs' | 'unrecorded'
export type RunOutcome = 'complete' | 'failed' | 'waiting' | 'unrecorded' | 'stopped'

export type RunEvent =
  | { event: 'run-started'; goal: string; command: string; target: string; cards: string[] }
  /** `anew`: what an earlier try has finished does not count. */
  | { event: 'card-started'; card: string; title: string; log: string; digest: string; anew: boolean }
  /** A machine has it: the name of its worker. More than once when one is lost. */
  | { event: 'card-placed'; card: string; worker: string }
  | { event: 'check-passed'; card: string; check: string; phase: Phase; detail: string | null }
  | { event: 'check-failed'; card: string; check: string; phase: Phase; message: string }
  | { event: 'check-waiting'; card: string; check: string; phase: Phase; instructions: string }
  | { event: 'step-started'; card: string; step: string; digest: string }
  | { event: 'step-done'; card: string; step: string; digest: string; result: Json; replayed: boolean }
  | { event: 'output'; card: string; stream: 'stdout' | 'stderr'; text: string }
  | { event: 'note'; card: string; text: string }
  | { event: 'card-retried'; card: string; attempt: number; delayMs: number; message: string }
  | {
      event: 'card-completed'
      card: string
      how: How
      verified: boolean
      by: string | null
      durationMs: number
      target: string
    }
  | {
      event: 'card-failed'
      card: string
      reason: FailureReason
      message: string
      exitCode: number | null
      durationMs: number
    }
  | { event: 'card-waiting'; card: string; instructions: string; lines: string[] }
  | { event: 'card-skipped'; card: string; because: string }
  | { event: 'card-stopped'; card: string }
  | { event: 'card-reopened'; card: string; because: string }
  | { event: 'card-discovered'; card: string; for: string }
  | { event: 'commit'; card: string; verb: Verb; sha: string }
  | { event: 'warning'; card: string | null; message: string }
  | { event: 'run-ended'; outcome: RunOutcome; exitCode: number; durationMs: number; failed: string | null }

/** An event as it is written: on a line of its own, in the journal and for `--json`. */
export type Stamped = { schemaVersion: number; time: string; run: string } & RunEvent
