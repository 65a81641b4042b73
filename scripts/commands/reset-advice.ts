/** After a discovery: what the branch's rules ask for before the plan may grow. Nothing is reset here. */
import { goalOf, planEnd, positionOf, short } from '../core/branch.ts'
import { branchOf, commitsSinceMain } from '../io/git.ts'
import type { Session } from './command.ts'

export interface Advice {
  /** The commit that the branch must go back to; null: none is needed, or the rules do not apply here. */
  resetTo: string | null
  text: string
}

export async function resetAdvice(session: Session, card: string, path: string): Promise<Advice> {
  const { root, settings } = session.repository
  const goal = goalOf(await branchOf(root))
  if (goal === null) return { resetTo: null, text: `Next: edit ${path}, then commit both documents.\n` }
  const commits = (await commitsSinceMain(root, settings.main)) ?? []
  const position = positionOf(commits)
  const message = `C2(${goal}): plan ${card}`
  if (position === 'empty' || position === 'planning') {
    return { resetTo: null, text: `Next: edit ${path}, then commit both documents as \`${message}\`.\n` }
  }
  const end = planEnd(commits)
  const place = end ? `${short(end.sha)} (${end.subject})` : 'where the branch left main'
  const lines = [
    `The plan of mikado/${goal} may only grow before any work, and there are ${commits.length} commits on it. So, by hand:`,
    '  1. Keep what you have: a branch of another name, and a stash for these two documents and what lies uncommitted.',
    `  2. Take mikado/${goal} back to ${place}.`,
    `  3. Bring the two documents back, edit ${path}, commit both as \`${message}\`.`,
    '  4. Cherry-pick the commits that still hold, or run the goal again: it finds true what is true.',
  ]
  return { resetTo: end?.sha ?? null, text: `${lines.join('\n')}\n` }
}
