import { join } from 'node:path'
import { subjectOf } from '../core/branch.ts'
import type { Card } from '../core/card.ts'
import { exit, Refusal } from '../core/exit.ts'
import { finalize as edit, keysOfCards } from '../core/finalize.ts'
import type { WriteBack } from '../core/world.ts'
import { readText } from '../io/documents.ts'
import { markFinal } from '../io/marks.ts'
import { columns, count, marks } from '../view/style.ts'
import { openBranch } from './branch.ts'
import type { Command, Session } from './command.ts'
import { refuseFaults } from './faults.ts'
import { withLock } from './locked.ts'
import { commitOption } from './options.ts'
import { openRecord } from './record.ts'

export const command: Command = {
  operands: {
    GOAL: 'the goal whose chain is complete',
  },
  takes: [1, 1],
  about:
    'Ends a chain that is complete: takes `requires`, `status` and `branch` out of its cards, which are documentation from then on. All else in them stays as it is. The journal keeps which cards the chain had: `verify GOAL` goes on asking them all.',
  examples: {
    'mikado finalize harden-zot-registry --dry-run': 'what would be taken out, of which cards',
    'mikado finalize harden-zot-registry --commit': 'take it out, as the last commit of the branch',
  },
  options: {
    commit: commitOption,
    'dry-run': { type: 'boolean', short: 'n', help: 'say what would be taken out; writes nothing' },
  },
  exits: {
    failed: 'a card of the chain is active',
    documents: 'the chain has errors',
    unrecorded: '',
    locked: '',
  },
  see: ['verify', 'docs/reference/branch-discipline.md'],
  completes: 'complete',
  run: async (session) => {
    if (session.flag('dry-run')) return await finalize(session)
    return await withLock(session, `finalize ${session.operands.join(' ')}`, () => finalize(session))
  },
}

/** A card of the chain, with the keys that go. */
interface Row {
  id: string
  path: string
  removed: string[]
}

async function finalize(session: Session): Promise<number> {
  const { graph, history, repository } = session
  const [word = ''] = session.operands
  // What a finalize that was cut off has ended may be no card any more.
  if (!graph.cards.has(word) && history.chains.has(word)) return tell(session, word, [], null)
  const goal = session.cardNamed(word)
  refuseUnfinished(session, goal)
  const chain = graph.chain(goal).map((id) => graph.card(id))
  const rows = chain.map((card) => rowOf(session, card))
  const cards = chain.filter((_, at) => (rows[at]?.removed.length ?? 0) > 0)
  if (session.flag('dry-run') || cards.length === 0) return tell(session, goal, rows, null)

  const branch = session.flag('commit') ? await openBranch(session, goal, ['finalize']) : null
  if (branch && branch.goal !== goal) {
    const message = `nothing was started: a finalize ends a branch, and this one is for ${branch.goal}, not ${goal}`
    throw new Refusal(exit.unrecorded, message, `Do it on mikado/${goal}, or without --commit.`)
  }
  // A finalize that was cut off had the same chain: what it has stripped requires nothing any more.
  const known = session.history.chains.get(goal) ?? []
  const record = openRecord(session, 'finalize', goal, [...new Set([...known, ...chain.map(({ id }) => id)])])
  let sha: string | null = null
  const emit: typeof record.emit = (event) => {
    if (event.event === 'commit') sha = event.sha
    record.emit(event)
  }
  const writeAll = (): WriteBack => {
    for (const { path } of cards) {
      const written = markFinal(repository, path)
      if (!written.ok) return written
    }
    return { ok: true }
  }
  const written = branch
    ? await branch.record(
        'finalize',
        `${count(chain.length, 'card')} as documentation`,
        cards.toReversed(),
        emit,
        writeAll,
      )
    : writeAll()
  record.close()
  if (!written.ok) {
    const help = branch ? 'Nothing was finalized.' : 'Mend that, then run this again: it goes on.'
    throw new Refusal(exit.unrecorded, written.reason, help)
  }
  return tell(session, goal, rows, sha)
}

/** @throws Refusal when the goal is none, its documents have errors (65), or a card of its chain is active (1). */
function refuseUnfinished(session: Session, goal: string): void {
  const { graph } = session
  refuseFaults(session, goal)
  const [above] = graph.requiredBy(goal)
  if (above !== undefined && graph.card(goal).branch === null) {
    const help = `Finalize ${above}, or what requires that; a goal of its own names its \`branch\`.`
    throw new Refusal(exit.usage, `${goal} is no goal: ${above} requires it`, help)
  }
  const active = graph.chain(goal).filter((id) => graph.card(id).status === 'active')
  if (active.length === 0) return
  throw new Refusal(
    exit.failed,
    `${goal} is not finished: ${active.slice(0, 6).join(', ')} ${active.length === 1 ? 'is' : 'are'} active`,
    'Complete the chain first; nothing was changed.',
  )
}

/** @throws Refusal (73) when the edit does not fit, before any document is changed. */
function rowOf({ repository }: Session, { id, path }: Card): Row {
  const text = readText(join(repository.root, path)) ?? ''
  const edited = edit(path, text)
  if (edited.ok) return { id, path, removed: keysOfCards(path, text) }
  throw new Refusal(exit.unrecorded, `${path}: ${edited.reason}; nothing was changed`, 'Take them out by hand.')
}

function tell(session: Session, goal: string, rows: readonly Row[], commit: string | null): number {
  const { paint } = session
  const dry = session.flag('dry-run')
  if (session.json) {
    session.printJson('finalize', { goal, cards: rows, commit })
    return exit.ok
  }
  const changed = rows.filter(({ removed }) => removed.length > 0)
  if (changed.length === 0) session.print(`Nothing to take out: ${goal} is documentation already.\n`)
  else {
    const done = dry ? paint.dim(marks.blocked) : paint.green(marks.done)
    const table = changed.map(({ path, removed }) => [
      done,
      path,
      `${dry ? 'would lose' : 'without'} ${removed.join(', ')}`,
    ])
    session.print(`${columns(table)}\n`)
    if (!dry && commit === null)
      session.remark(`\nOn its branch, commit that as \`${subjectOf(goal, 'finalize', '…')}\`.\n`)
  }
  return exit.ok
}
