/** A run of a goal of which nothing was left to do: while nothing has changed since, that is told again without reading it all. */
import { holds, type Kept } from '../io/answers.ts'
import { standsAt } from '../io/history.ts'
import type { Session } from './command.ts'
import { withLock } from './locked.ts'
import { openRecord } from './record.ts'

/** Tells it, as a run of its own. @returns null: it must be run. */
export async function runAgain(session: Session, kept: Kept): Promise<number | null> {
  const { settled, said, code } = kept
  if (!settled) return null
  const began = session.system.now()
  return await withLock(session, `run ${settled.goal}`, async () => {
    if (!standsAt(session.repository, settled.journal) || !holds(kept)) return null
    const record = openRecord(session, 'run', settled.goal)
    const durationMs = session.system.now() - began
    record.emit({ event: 'run-ended', durationMs, outcome: 'complete', exitCode: code, failed: null })
    record.close()
    for (const [stream, text] of said) session.system[stream].write(text)
    return code
  })
}
