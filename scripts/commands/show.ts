import { join } from 'node:path'
import { exit } from '../core/exit.ts'
import { type TreeRow, treeOf } from '../core/tree.ts'
import { readText } from '../io/documents.ts'
import { columnsOf } from '../io/width.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import { progressText, showText } from '../view/graph-text.ts'
import { documentText, treeTexts } from '../view/tree-text.ts'
import type { Command, Session } from './command.ts'
import { goalRow } from './list.ts'

export const command: Command = {
  operands: {
    GOAL: 'the goal, or any card: its id, or the path of its document. Without it, the only goal there is',
  },
  takes: [0, 1],
  about:
    'Shows a goal and everything it requires, directly or not, as a tree: what is complete, why a card is ready, what it waits for. A card that several require is drawn once. Without a name, the only goal there is.',
  examples: {
    'mikado show harden-zot-registry': 'the goal and all it requires, as a tree',
    'mikado show harden-zot-registry --order': 'the same cards in the order of a run',
    'mikado show harden-zot-registry --full': 'with the text of each card that is not done',
  },
  options: {
    all: { type: 'boolean', help: 'complete cards as fully as active ones' },
    full: { type: 'boolean', help: 'the whole text of active cards too; with --all, of every card' },
    order: { type: 'boolean', help: 'one below the other, in the order a run takes' },
  },
  exits: {
    documents: 'a document of the chain has errors; it is shown all the same',
  },
  see: ['why', 'plan', 'docs/reference/json.md'],
  run: async (session) =>
    showGoal(session, session.goalNamed(), {
      all: session.flag('all'),
      full: session.flag('full'),
      order: session.flag('order'),
    }),
}

/** What is shown of a chain, see the options. */
export interface Shown {
  all: boolean
  full: boolean
  order: boolean
}

/** Shows a chain. @returns the exit code. */
export function showGoal(session: Session, goal: string, shown: Shown): number {
  const { graph, repository } = session
  const rows = treeOf(graph, goal)
  const faults = graph.faults(goal)
  const text = (id: string) => {
    const wanted = shown.full && (shown.all || graph.card(id).status === 'active' || !graph.card(id).sound)
    return wanted ? readText(join(repository.root, graph.card(id).path)) : null
  }
  if (session.json) {
    const cards = graph.chain(goal).map((id) => ({ ...cardJson(session, id), text: text(id) }))
    session.printJson('show', { goal, cards, tree: rows.map(({ id, depth, kind }) => ({ id, depth, kind })) })
  } else {
    printGoal(session, goal, shown, rows, text)
  }
  if (faults.length === 0) return exit.ok
  if (!session.json) session.remark(`\n${diagnosticsText(faults, session.paintStderr)}`)
  return exit.documents
}

function cardJson({ graph }: Session, id: string): object {
  const { title, path, status, branch, sound } = graph.card(id)
  const { ready, blockedBy } = graph.readiness(id)
  const requires = graph.requires(id)
  return {
    id,
    title,
    path,
    status,
    requires,
    requiredBy: graph.requiredBy(id),
    ready,
    blockedBy: blockedBy.map((blocker) => blocker.id),
    branch,
    sound,
    missing: requires.filter((other) => !graph.cards.has(other)),
  }
}

function printGoal(
  session: Session,
  goal: string,
  shown: Shown,
  rows: readonly TreeRow[],
  text: (id: string) => string | null,
): void {
  const { graph, paint } = session
  const columns = columnsOf(session.system)
  if (shown.order) {
    session.print(showText(goal, graph, paint, columns))
  } else {
    for (const text of treeTexts(rows, graph, { columns, all: shown.all, paint })) session.print(text)
    const row = goalRow(session, goal, null)
    const done = graph.card(goal).status === 'complete' && row.active + row.faulty === 0
    const progress = done ? ['complete'] : progressText(row, columns, paint)
    session.print(`\n${progress.join('\n')}\n`)
  }
  if (!shown.full) return
  for (const { id } of rows.filter((row) => row.kind === 'card')) {
    const found = text(id)
    if (found !== null) session.print(`\n${documentText(id, found, graph, columns, paint)}`)
  }
}
