import { exit } from '../core/exit.ts'
import { TaskFolder } from '../io/tasks.ts'
import { whyText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {
    CARD: 'the card: its id, or the path of its document',
  },
  takes: [1, 1],
  about:
    'Says why a card is ready, or what it waits for; what works it, what requires it, and what is known of its last proof and its last failure.',
  examples: {
    'mikado why wire-ci-registry-auth': 'what this card waits for',
    'mikado why docs/how-to/zot/wire-ci-registry-auth.md': 'the same, named by its document',
  },
  options: {},
  exits: {
    documents: '',
  },
  see: ['brief', 'show'],
  run: async (session: Session) => {
    const { graph, history } = session
    const id = session.cardNamed(session.operands[0] ?? '')
    const card = graph.card(id)
    const task = new TaskFolder(session.repository).of(card)
    const path = task !== null && 'file' in task && 'kind' in task ? task.path : null
    const known = history.cards.get(id)
    if (session.json) {
      const { ready, blockedBy } = graph.readiness(id)
      const { title, path: file, status, checklist } = card
      session.printJson('why', {
        id,
        title,
        path: file,
        status,
        ready,
        blockedBy,
        requires: graph.requires(id),
        requiredBy: graph.requiredBy(id),
        task: path,
        checklist: checklist.map(({ text, key, checked }) => ({ text, key, checked })),
        proof: known?.proof ?? null,
        failure: known?.failure ?? null,
        log: known?.log ?? null,
      })
    } else {
      session.print(whyText(id, graph, known, path, session.paint))
    }
    return exit.ok
  },
}
