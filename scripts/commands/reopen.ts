import type { RunEvent } from '../core/event.ts'
import { exit, Refusal } from '../core/exit.ts'
import { markActive } from '../io/marks.ts'
import type { Command, Session } from './command.ts'
import { withLock } from './locked.ts'
import { openRecord } from './record.ts'

export const command: Command = {
  operands: 'CARD…',
  takes: [1, Number.POSITIVE_INFINITY],
  about:
    'Makes complete cards active again, together with every complete card that requires them, directly or\nnot: those are no longer proven either. Puts `status: active` back and empties the boxes; nothing else changes.',
  examples: ['mikado reopen wire-ci-registry-auth', 'mikado reopen wire-ci-registry-auth --only'],
  options: { only: { type: 'boolean', help: 'just these cards, not those that require them' } },
  run: async (session: Session) => {
    const { graph, repository } = session
    const named = session.operands.map((word) => session.cardNamed(word))
    const above = session.flag('only') ? [] : graph.dependents(named).toReversed()
    const wanted = [...named, ...above].filter((id) => graph.card(id).status === 'complete')
    return await withLock(session, `reopen ${named.join(' ')}`, async () => {
      const record = openRecord(session, 'reopen', named.join(' '))
      const reopened: string[] = []
      for (const id of wanted) {
        const written = markActive(repository, graph.card(id).path)
        if (!written.ok)
          throw new Refusal(exit.unrecorded, written.reason, 'Put `status: active` into its frontmatter by hand.')
        const because = named.includes(id) ? 'reopened by hand' : `requires ${named.join(', ')}`
        record.emit({ event: 'card-reopened', card: id, because } satisfies RunEvent)
        reopened.push(id)
      }
      record.close()
      if (session.json) session.printJson('reopen', { reopened })
      else if (reopened.length === 0) session.print('Nothing to reopen: active already.\n')
      else session.print(reopened.map((id) => `reopened ${id}  ${session.paint.dim(graph.card(id).path)}\n`).join(''))
      return exit.ok
    })
  },
}
