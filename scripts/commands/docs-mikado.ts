import type { Command } from './command.ts'
import { listGoals } from './list.ts'
import { showGoal } from './show.ts'
import { tellWhere } from './where.ts'

/** For people and agents whose fingers know `mise run docs-mikado`: its arguments, our answers. */
export const command: Command = {
  operands: '[CARD]',
  takes: [0, 1],
  about:
    'Understands what docs-mikado does: without a name `list`; with CARD `show CARD --full`, and `--all` too; with --resume\n`where [CARD]`.',
  examples: ['mikado docs-mikado', 'mikado docs-mikado harden-zot-registry --all', 'mikado docs-mikado --resume'],
  options: {
    all: { type: 'boolean', help: 'complete cards in full, too' },
    resume: { type: 'boolean', help: 'where the branch stands, and what comes next' },
  },
  run: async (session) => {
    const [word] = session.operands
    if (session.flag('resume')) return await tellWhere(session)
    if (word === undefined) return await listGoals(session)
    return showGoal(session, session.cardNamed(word), { all: session.flag('all'), full: true, order: false })
  },
}
