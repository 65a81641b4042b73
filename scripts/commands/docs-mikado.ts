import type { Command } from './command.ts'
import { listGoals } from './list.ts'
import { showGoal } from './show.ts'
import { tellWhere } from './where.ts'

/** For people and agents whose fingers know `mise run docs-mikado`: its arguments, our answers. */
export const command: Command = {
  operands: {
    CARD: 'the card to show. Without it, the goals',
  },
  takes: [0, 1],
  about:
    'Understands what docs-mikado does: without a name `list`; with CARD `show CARD --full`, and `--all` too; with --resume `where [CARD]`.',
  examples: {
    'mikado docs-mikado': 'the goals',
    'mikado docs-mikado harden-zot-registry --all': 'a card and all it requires, in full',
    'mikado docs-mikado --resume': 'where the branch stands',
  },
  options: {
    all: { type: 'boolean', help: 'complete cards in full, too' },
    resume: { type: 'boolean', help: 'where the branch stands, and what comes next' },
  },
  exits: {
    difference: 'with --resume: the card names a branch, and another one is checked out',
    documents: 'a document that matters here has errors',
  },
  see: ['list', 'show', 'where', 'docs/reference/from-docs-mikado.md'],
  run: async (session) => {
    const [word] = session.operands
    if (session.flag('resume')) return await tellWhere(session)
    if (word === undefined) return await listGoals(session)
    return showGoal(session, session.cardNamed(word), { all: session.flag('all'), full: true, order: false })
  },
}
