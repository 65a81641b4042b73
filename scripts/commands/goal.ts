/** A goal that is worked: planned, looked at, confirmed, and handed to `working.ts`. Loaded while the first process starts. */
import { exit, Refusal } from '../core/exit.ts'
import type { Plan } from '../core/plan.ts'
import { askYesNo } from '../io/prompt.ts'
import type { Session } from './command.ts'
import type { Branch } from './commits.ts'
import { whileDoing } from './live-view.ts'
import { withLock } from './locked.ts'
import { tellPlan } from './plan.ts'
import { preflight, refuseUnready } from './preflight.ts'
import { openJunit } from './result-files.ts'
import { wordsOf } from './run-words.ts'

/** Works the goal under the lock, or tells what would be done. Answers the exit code. */
export async function runLocked(session: Session, goal: string): Promise<number> {
  if (session.flag('dry-run')) return await runGoal(session, goal)
  return await withLock(session, `run ${goal}`, () => runGoal(session, session.cardNamed(goal)))
}

/** Works the goal while the caller holds the lock, or tells what would be done. Answers the exit code. */
async function runGoal(session: Session, goal: string): Promise<number> {
  const words = wordsOf(session, goal)
  const { selection, output } = words
  const dry = session.flag('dry-run')
  const url = dry ? null : session.text('engine')
  const connecting = url === null ? null : (await import('./elsewhere.ts')).connection(session, url)
  const writeJunit = dry ? null : openJunit(session, goal)
  const looking = 'Looking at the tasks of the chain …'
  const [prepared, working] = await Promise.all([
    whileDoing(session, output, looking, () => preflight(session, selection, connecting !== null)),
    // Another process looks at them: meanwhile this one loads what works them.
    dry ? null : import('./working.ts'),
  ])
  if (working === null) return tellPlan(session, goal, prepared, false)
  const { plan, preflights } = prepared
  const engine = await connecting
  const branch = session.flag('commit') ? await branchFor(session, goal, plan) : null
  const asking = 'Asking whether all is there that the tasks need …'
  if (!engine) await whileDoing(session, output, asking, () => refuseUnready(session, preflights))
  if (!(await confirmed(session, plan))) return exit.waiting
  return await working.workPlan(session, goal, prepared, { ...words, branch, engine, writeJunit })
}

/** The branch on which the run commits; null: there is nothing to commit. */
async function branchFor(session: Session, goal: string, plan: Plan): Promise<Branch | null> {
  const { marksLeft, openBranch } = await import('./branch.ts')
  return plan.length > 0 || (await marksLeft(session, goal)) ? await openBranch(session, goal, ['impl', 'close']) : null
}

/** `confirm:` cards are asked for before the first card starts, all of them. */
async function confirmed(session: Session, plan: Plan): Promise<boolean> {
  if (session.flag('yes')) return true
  for (const { card } of plan) {
    if (card.confirm === null) continue
    if (session.interactive && (await askYesNo(session.system, `${card.id}: ${card.confirm}`, session.stop))) continue
    if (session.json) throw new Refusal(exit.waiting, `${card.path} wants a word first: ${card.confirm}`, 'Say --yes.')
    session.remark(
      `${card.path} wants a word first: ${card.confirm}\nNothing was started. Run it on a terminal to answer, or with --yes.\n`,
    )
    return false
  }
  return true
}
