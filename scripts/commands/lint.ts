import { byPlace } from '../core/diagnostic.ts'
import { exit } from '../core/exit.ts'
import { diagnosticsText, lintSummary } from '../view/diagnostics-text.ts'
import type { Command } from './command.ts'
import { inspectCards, tasksOf } from './preflight.ts'

export const command: Command = {
  operands: '',
  takes: [0, 0],
  about:
    'Reports everything that makes the graph untrue: unreadable frontmatter, unknown status words, missing or doubled\ncards, cycles, tasks that cannot be loaded, checks that are no line of their checklist. Each with file:line:column.\nTask modules are imported in a process of their own to see their checks.',
  examples: ['mikado lint', 'mikado lint --json'],
  options: {},
  run: async (session) => {
    const { graph } = session
    const ids = [...graph.cards.keys()]
    const { tasks, faults } = tasksOf(session, ids)
    const inspected = await inspectCards(session, ids, tasks)
    const diagnostics = [...graph.diagnostics, ...faults, ...inspected.faults].sort(byPlace)
    if (session.json) session.printJson('lint', { diagnostics })
    else session.print(diagnosticsText(diagnostics, session.paint) + lintSummary(diagnostics, graph.cards.size))
    return diagnostics.some((found) => found.severity === 'error') ? exit.documents : exit.ok
  },
}
