import { exit } from '../core/exit.ts'
import { workedOn } from '../core/orientation.ts'
import { checkedOut } from '../io/head.ts'
import { columnsOf } from '../io/width.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import { type GoalRow, listText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: '',
  takes: [0, 0],
  about:
    'Lists the goals: active cards that no active card requires. For each, how many of the cards it\nrequires are still active, which are ready to be worked on, and the branch it is worked on.',
  examples: ['mikado', 'mikado list --json'],
  options: {},
  run: listGoals,
}

/** Tells all goals. @returns the exit code. */
export async function listGoals(session: Session): Promise<number> {
  const { graph, repository } = session
  const branch = await checkedOut(repository.root)
  const goals = graph.goals().map((id) => goalRow(session, id, branch))
  const errors = graph.diagnostics.filter((found) => found.severity === 'error')
  if (session.json) {
    session.printJson('list', { branch, goals, diagnostics: graph.diagnostics })
  } else {
    session.print(listText(goals, graph, branch, columnsOf(session.system), session.paint))
    if (errors.length > 0) session.remark(`\n${diagnosticsText(errors, session.paintStderr)}`)
  }
  return errors.length > 0 ? exit.documents : exit.ok
}

/** A goal with its numbers. `current`: the branch that is checked out. */
export function goalRow({ graph }: Session, id: string, current: string | null): GoalRow {
  const { title, path, branch, sound } = graph.card(id)
  const checkedOut = current !== null && current === workedOn(graph.card(id))
  return { id, title, path, branch, checkedOut, sound, ...graph.progress(id) }
}
