import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { formatDuration } from '../core/duration.ts'
import { exit, Refusal } from '../core/exit.ts'
import type { RunHistory } from '../core/history.ts'
import { journalPath } from '../io/history.ts'
import { copyLog, linesOf } from '../io/output.ts'
import { columns, count, plain } from '../view/style.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {
    CARD: 'the card whose output is shown. Without it, the runs are listed',
  },
  takes: [0, 1],
  about: 'Lists past runs, the latest last. With CARD: what its task printed the last time, secrets masked.',
  examples: {
    'mikado log': 'the last runs',
    'mikado log wire-ci-registry-auth': 'what the task of this card printed last',
    'mikado log --last 3 --json': 'the last three runs, for a program',
  },
  options: { last: { type: 'string', value: 'N', default: '20', help: 'how many runs to list' } },
  exits: {
    documents: '',
  },
  see: ['why', 'brief'],
  run: async (session) => {
    const [word] = session.operands
    return word === undefined ? tellRuns(session) : await tellCard(session, session.cardNamed(word))
  },
}

function tellRuns(session: Session): number {
  const last = Number(session.text('last'))
  if (!Number.isInteger(last) || last < 1) throw new Refusal(exit.usage, '--last must be a whole number from 1')
  const runs = session.history.runs.slice(-last)
  if (session.json) session.printJson('log', { runs })
  else if (runs.length === 0) session.print('No runs yet.\n')
  else session.print(`${columns(runs.map((entry) => rowOf(entry)))}\n`)
  const path = relative(session.system.cwd, journalPath(session.repository))
  if (!session.json && runs.length > 0) session.remark(`\nEvery event is in ${path}.\n`)
  return exit.ok
}

function rowOf(entry: RunHistory): string[] {
  const took = entry.ended === null ? '' : formatDuration(Date.parse(entry.ended) - Date.parse(entry.started))
  const outcome = entry.outcome ?? (entry.command === 'run' ? 'cut off' : '')
  const failed = entry.failed === null ? '' : ` (${entry.failed})`
  return [entry.started, entry.command, entry.goal, `${outcome}${failed}`, count(entry.completed.length, 'card'), took]
}

async function tellCard(session: Session, id: string): Promise<number> {
  const log = session.history.cards.get(id)?.log ?? null
  const path = log === null ? null : join(session.repository.data, log)
  const found = path !== null && existsSync(path)
  if (session.json) {
    const lines: string[] = []
    if (found) copyLog(path, (line) => lines.push(line))
    session.printJson('log', { card: id, path: found ? relative(session.repository.root, path) : null, lines })
  } else if (found) {
    for (const lines of linesOf(path)) {
      session.print(plain(`${lines.join('\n')}\n`))
      await session.system.room()
    }
  } else {
    session.remark(`${id} has printed nothing yet.\n`)
  }
  return exit.ok
}
