import { join, relative } from 'node:path'
import { lastAttempt } from '../core/attempt.ts'
import { type Brief, briefWithin, type Material } from '../core/brief.ts'
import { exit } from '../core/exit.ts'
import { historyOf } from '../core/history.ts'
import { readText } from '../io/documents.ts'
import { callAgain } from '../io/invocation.ts'
import { whoHolds } from '../io/lock.ts'
import { copyLog } from '../io/output.ts'
import { TaskFolder } from '../io/tasks.ts'
import { briefText } from '../view/brief-text.ts'
import { plainPaint } from '../view/style.ts'
import type { Command, Session } from './command.ts'

/** Characters of a brief: under 2,000 tokens. */
const limit = 7500
/** Of a log, at most so many last lines; the log itself is named beside them. */
const lastLines = 20

export const command: Command = {
  operands: {
    CARD: 'the card: its id, or the path of its document',
  },
  takes: [1, 1],
  about:
    'All that is needed to work one card, on one screen: which goals it serves, what it says, what it requires and how that was proved, its task, what its checks said last, the last failure, who works here now, and what may be done next. Longer parts are cut, and say where the rest is. Changes nothing.',
  examples: {
    'mikado brief wire-ci-registry-auth': 'all that is needed to work this card',
    'mikado brief wire-ci-registry-auth --json': 'the same for a program',
  },
  options: {},
  exits: {
    documents: '',
  },
  see: ['why', 'log', 'docs/reference/agents.md'],
  run: async (session) => {
    const { repository, system } = session
    const material = await materialOf(session, session.cardNamed(session.operands[0] ?? ''))
    const data = relative(system.cwd, repository.data) || '.'
    const call = callAgain(system, '…')
    const brief = briefWithin(material, limit, (draft: Brief) => briefText(draft, data, call, plainPaint).length)
    if (session.json) session.printJson('brief', brief)
    else session.print(briefText(brief, data, call, session.paint))
    return exit.ok
  },
}

async function materialOf(session: Session, id: string): Promise<Material> {
  const { graph, repository, target } = session
  const card = graph.card(id)
  const task = new TaskFolder(repository).of(card)
  const events = [...session.events()]
  const last = lastAttempt(events, id)
  return {
    graph,
    id,
    text: readText(join(repository.root, card.path)) ?? '',
    task: task === null ? null : 'kind' in task ? { path: task.path, kind: task.kind } : task.message,
    events,
    histories: historyOf(events).cards,
    target,
    printed: last === null ? { lines: [], before: 0 } : endOfLog(join(repository.data, last.log)),
    running: whoHolds(join(repository.data, 'lock')),
  }
}

function endOfLog(path: string): Material['printed'] {
  const lines: string[] = []
  let before = 0
  copyLog(path, (line) => {
    lines.push(line)
    if (lines.length <= lastLines) return
    lines.shift()
    before++
  })
  return { lines, before }
}
