import { exit } from '../core/exit.ts'
import type { Command, Session } from './command.ts'
import { poolOf } from './pool.ts'
import { runUsage } from './run-usage.ts'
import { wordsOf } from './run-words.ts'

export const command: Command = {
  ...runUsage,
  run: async (session) => {
    const { graph, operands } = session
    const none = operands.length === 0 && graph.goals().length === 0 && graph.diagnostics.length === 0
    return await workGoal(session, none ? null : session.goalNamed())
  },
}

/** Works the goal under the lock; wrong words are told before anything is written. Null: there is none. Answers the exit code. */
export async function workGoal(session: Session, goal: string | null): Promise<number> {
  if (goal === null) {
    if (!session.json) session.print('Nothing to do: no card is active.\n')
    return exit.ok
  }
  wordsOf(session, goal)
  const { graph } = session
  // The first process starts while all else is loaded, and the documents are read again.
  if (graph.chain(goal).some((id) => graph.card(id).status === 'active')) poolOf(session).expect(1)
  return await (await import('./goal.ts')).runLocked(session, goal)
}
