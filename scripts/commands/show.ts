import { exit } from '../core/exit.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import { showText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: '[GOAL]',
  takes: [0, 1],
  about:
    'Shows a goal and everything it requires, directly or not, in the order a run takes: what is complete,\nwhat is ready, what waits for which card. Without a name, the only goal there is.',
  examples: ['mikado show harden-zot-registry', 'mikado show harden-zot-registry --json'],
  options: {},
  run: async (session: Session) => {
    const { graph } = session
    const goal = session.goalNamed()
    const faults = graph.faults(goal)
    if (session.json) {
      const cards = graph.chain(goal).map((id) => {
        const { title, path, status } = graph.card(id)
        const { ready, blockedBy } = graph.readiness(id)
        const blockers = blockedBy.map((blocker) => blocker.id)
        return {
          id,
          title,
          path,
          status,
          requires: graph.requires(id),
          requiredBy: graph.requiredBy(id),
          ready,
          blockedBy: blockers,
        }
      })
      session.printJson('show', { goal, cards })
    } else {
      session.print(showText(goal, graph, session.paint))
    }
    if (faults.length === 0) return exit.ok
    if (!session.json) session.remark(`\n${diagnosticsText(faults, session.paintStderr)}`)
    return exit.documents
  },
}
