import { exit } from '../core/exit.ts'
import { readyText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {
    GOAL: 'only cards of the chain of this goal, or of any card',
  },
  takes: [0, 1],
  about:
    'Lists the cards that can be worked on now: active, and all they require complete. With GOAL, only those of its chain.',
  examples: {
    'mikado ready': 'all that can be worked on now',
    'mikado ready harden-zot-registry --json': 'of one chain, for a program',
  },
  options: {},
  exits: {
    documents: '',
  },
  see: ['list', 'why'],
  run: async (session: Session) => {
    const { graph } = session
    const [word] = session.operands
    const chain = word === undefined ? null : new Set(graph.chain(session.cardNamed(word)))
    const ids = graph.ready().filter((id) => chain === null || chain.has(id))
    if (session.json)
      session.printJson('ready', {
        cards: ids.map((id) => ({ id, title: graph.card(id).title, path: graph.card(id).path })),
      })
    else session.print(readyText(ids, graph, session.paint))
    return graph.diagnostics.some((found) => found.severity === 'error') ? remarkErrors(session) : exit.ok
  },
}

function remarkErrors(session: Session): number {
  session.remark('Some documents have errors, so this may not be all: see `mikado lint`.\n')
  return exit.ok
}
