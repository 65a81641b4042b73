/** Wrong documents and tasks stop a command before anything starts: all of them told, with their places. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { exit, Refusal } from '../core/exit.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import { annotate } from './annotate.ts'
import type { Session } from './command.ts'

/** @throws Refusal (65) when the documents of the goal's chain have errors. */
export function refuseFaults(session: Session, goal: string): void {
  refuse(session, `the chain of \`${goal}\``, session.graph.faults(goal))
}

/** @throws Refusal (65) when there are any; `whose` says what has them. */
export function refuse(session: Session, whose: string, faults: readonly Diagnostic[]): void {
  if (faults.length === 0) return
  annotate(session, faults)
  const told = diagnosticsText(faults, session.paintStderr).trimEnd()
  throw new Refusal(
    exit.documents,
    `${whose} ${whose.startsWith('the tasks') ? 'have' : 'has'} errors, nothing was started\n${told}`,
  )
}
