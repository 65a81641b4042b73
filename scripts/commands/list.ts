import { exit } from '../core/exit.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import { type GoalRow, listText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: '',
  takes: [0, 0],
  about:
    'Lists the goals: active cards that no active card requires. For each, how many of the cards it\nrequires are still active, and which are ready to be worked on.',
  examples: ['mikado', 'mikado list --json'],
  options: {},
  run: async (session: Session) => {
    const { graph } = session
    const goals = graph.goals().map((id): GoalRow => {
      const required = graph.chain(id).filter((other) => other !== id)
      const { title, path, branch } = graph.card(id)
      const active = required.filter((other) => graph.card(other).status === 'active').length
      const ready = graph.chain(id).filter((other) => graph.readiness(other).ready)
      return { id, title, path, branch, active, total: required.length, ready }
    })
    const errors = graph.diagnostics.filter((found) => found.severity === 'error')
    if (session.json) {
      session.printJson('list', { goals, diagnostics: graph.diagnostics })
    } else {
      session.print(listText(goals, graph.cards.size, session.paint))
      if (errors.length > 0) session.remark(`\n${diagnosticsText(errors, session.paintStderr)}`)
    }
    return errors.length > 0 ? exit.documents : exit.ok
  },
}
