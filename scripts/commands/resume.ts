import { goalOf } from '../core/branch.ts'
import { exit, Refusal } from '../core/exit.ts'
import { unfinishedGoals } from '../core/history.ts'
import { branchOf } from '../io/git.ts'
import type { Command, Session } from './command.ts'
import { workGoal } from './run.ts'
import { resumeUsage } from './run-usage.ts'

export const command: Command = {
  ...resumeUsage,
  run: async (session) => {
    const goal = await goalToResume(session)
    session.remark(session.operands.length === 0 ? `Resuming ${goal}.\n` : '')
    return await workGoal(session, goal)
  },
}

async function goalToResume(session: Session): Promise<string> {
  if (session.operands.length > 0) return session.goalNamed()
  const branch = await goalOfBranch(session)
  const found =
    branch ?? unfinishedGoals(session.history).find((goal) => session.graph.cards.get(goal)?.status === 'active')
  if (found !== undefined) return found
  const goals = session.graph.goals()
  const [only] = goals
  if (only !== undefined && goals.length === 1) return only
  throw new Refusal(
    exit.usage,
    'nothing to resume: the branch is no `mikado/<goal>`, and the last run ended complete',
    goals.length > 1 ? `Name a goal: ${goals.slice(0, 8).join(', ')}.` : 'See `list` for the goals there are.',
  )
}

/** The goal that the branch is for: `mikado/<goal>`. */
async function goalOfBranch(session: Session): Promise<string | null> {
  const named = goalOf(await branchOf(session.repository.root))
  return named !== null && session.graph.cards.has(named) ? named : null
}
