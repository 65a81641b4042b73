import { workedOn } from '../core/card.ts'
import { exit } from '../core/exit.ts'
import type { CardGraph } from '../core/graph.ts'
import { checkedOut } from '../io/head.ts'
import { columnsOf } from '../io/width.ts'
import { type GoalRow, listText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Lists the goals: active cards that no active card requires. For each, how many of the cards it requires are still active, which are ready to be worked on, and the branch it is worked on.',
  examples: {
    mikado: 'the goals of this repository',
    'mikado list --json': 'the same for a program',
    'mikado list -C ~/infrastructure': 'those of another repository',
  },
  options: {},
  exits: {
    documents: 'some documents have errors; the goals are listed all the same',
  },
  see: ['show', 'where', 'docs/reference/json.md'],
  run: listGoals,
}

/** Tells all goals. @returns the exit code. */
export async function listGoals(session: Session): Promise<number> {
  const { graph, repository } = session
  const branch = await checkedOut(repository.root)
  const goals = goalRows(session, graph.goals(), branch)
  const errors = graph.diagnostics.filter((found) => found.severity === 'error')
  if (session.json) {
    session.printJson('list', { branch, goals, diagnostics: graph.diagnostics })
  } else {
    session.print(listText(goals, graph, branch, columnsOf(session.system), session.paint))
    if (errors.length > 0) {
      const { diagnosticsText } = await import('../view/diagnostics-text.ts')
      session.remark(`\n${diagnosticsText(errors, session.paintStderr)}`)
    }
  }
  return errors.length > 0 ? exit.documents : exit.ok
}

/** Goals with their numbers. `current`: the branch that is checked out. */
export function goalRows({ graph }: Session, ids: readonly string[], current: string | null): GoalRow[] {
  const progress = graph.progress(ids)
  return ids.flatMap((id, at) => {
    const far = progress[at]
    return far ? [{ ...shortly(graph, id, current), ...far }] : []
  })
}

/** One of them. */
export function goalRow({ graph }: Session, id: string, current: string | null): GoalRow {
  const [far = { active: 0, total: 0, faulty: 0, ready: [] }] = graph.progress([id])
  return { ...shortly(graph, id, current), ...far }
}

function shortly(graph: CardGraph, id: string, current: string | null) {
  const { title, path, branch, sound } = graph.card(id)
  return { id, title, path, branch, checkedOut: current !== null && current === workedOn(graph.card(id)), sound }
}
