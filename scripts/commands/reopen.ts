import { exit, Refusal } from '../core/exit.ts'
import type { WriteBack } from '../core/world.ts'
import { markActive } from '../io/marks.ts'
import { openBranch } from './branch.ts'
import type { Command, Session } from './command.ts'
import { withLock } from './locked.ts'
import { commitOption } from './options.ts'
import { openRecord } from './record.ts'

export const command: Command = {
  operands: {
    CARD: 'the cards to make active again',
  },
  takes: [1, Number.POSITIVE_INFINITY],
  about:
    'Makes complete cards active again, together with every complete card that requires them, directly or not: those are no longer proven either. Puts `status: active` back and empties the boxes; nothing else changes. With --commit it is a plan, which a branch takes only before its first impl or close.',
  examples: {
    'mikado reopen wire-ci-registry-auth': 'this card, and all that requires it',
    'mikado reopen wire-ci-registry-auth --only': 'this card alone',
  },
  options: {
    only: { type: 'boolean', help: 'just these cards, not those that require them' },
    commit: commitOption,
  },
  exits: {
    documents: '',
    unrecorded: '',
    locked: '',
  },
  see: ['verify', 'close'],
  completes: 'complete',
  run: async (session) => await withLock(session, `reopen ${namedIn(session).join(' ')}`, () => reopen(session)),
}

function namedIn(session: Session): string[] {
  return session.operands.map((word) => session.cardNamed(word))
}

async function reopen(session: Session): Promise<number> {
  const { graph, repository } = session
  const named = namedIn(session)
  const only = session.flag('only')
  const above = new Set(named.flatMap((id) => [...(only ? [] : graph.dependents([id])), id]))
  const wanted = [...above].toReversed().filter((id) => graph.card(id).status === 'complete')
  const cards = wanted.map((id) => graph.card(id))
  const branch = session.flag('commit') && cards.length > 0 ? await openBranch(session, null, ['plan']) : null
  const record = openRecord(session, 'reopen', named.join(' '))
  const reopened: string[] = []
  const reopenEach = (): WriteBack => {
    // The last first: cut short anywhere, nothing that is complete requires what was opened.
    for (const { id, path } of cards.toReversed()) {
      const written = markActive(repository, path)
      if (!written.ok) return written
      reopened.unshift(id)
    }
    return { ok: true }
  }
  const written = branch
    ? await branch.record('plan', `reopen ${wanted.join(', ')}`, cards, record.emit, reopenEach)
    : reopenEach()
  // A branch puts all of them back when it refuses; without one, those that were written stay.
  for (const id of branch && !written.ok ? [] : reopened) {
    const because = named.includes(id) ? 'reopened by hand' : `requires ${named.join(', ')}`
    record.emit({ event: 'card-reopened', card: id, because })
  }
  record.close()
  if (!written.ok) {
    const help = branch ? null : 'Put `status: active` into its frontmatter by hand.'
    throw new Refusal(exit.unrecorded, written.reason, help)
  }
  if (session.json) session.printJson('reopen', { reopened })
  else if (reopened.length === 0) session.print('Nothing to reopen: active already.\n')
  else session.print(reopened.map((id) => `reopened ${id}  ${session.paint.dim(graph.card(id).path)}\n`).join(''))
  return exit.ok
}
