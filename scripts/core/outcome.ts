/** How one card's run ended, and what that makes of the whole run. */
import type { FailureReason, How, RunOutcome } from './event.ts'
import { exit, exitOfSignal, type StopSignal } from './exit.ts'

export type Outcome =
  | { kind: 'completed'; how: How; verified: boolean; by: string | null }
  | { kind: 'failed'; reason: FailureReason; message: string; exitCode: number | null }
  | { kind: 'unrecorded'; reason?: 'outputs'; message: string }
  | { kind: 'waiting'; instructions: string; lines: string[] }
  | { kind: 'skipped'; because: string }
  | { kind: 'stopped' }

/** The run's outcome and exit code, worst first; `failed` is the card that failed first. */
export function conclude(
  outcomes: ReadonlyMap<string, Outcome>,
  stopped: StopSignal | null,
): { outcome: RunOutcome; exitCode: number; failed: string | null } {
  const first = (kind: Outcome['kind']) => {
    for (const [id, outcome] of outcomes) if (outcome.kind === kind) return id
    return null
  }
  if (stopped) return { outcome: 'stopped', exitCode: exitOfSignal(stopped), failed: first('failed') }
  const cut = first('stopped')
  const failed = first('failed')
  if (failed === null && cut !== null) return { outcome: 'stopped', exitCode: exit.failed, failed: null }
  if (failed !== null) return { outcome: 'failed', exitCode: exit.failed, failed }
  const unrecorded = first('unrecorded')
  if (unrecorded !== null) return { outcome: 'unrecorded', exitCode: exit.unrecorded, failed: unrecorded }
  if (first('waiting') !== null) return { outcome: 'waiting', exitCode: exit.waiting, failed: null }
  const skipped = first('skipped')
  if (skipped !== null) return { outcome: 'failed', exitCode: exit.failed, failed: null }
  return { outcome: 'complete', exitCode: exit.ok, failed: null }
}
