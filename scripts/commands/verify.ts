import type { Stamped } from '../core/event.ts'
import { exit } from '../core/exit.ts'
import { typed } from '../core/plain.ts'
import { callAgain } from '../io/invocation.ts'
import type { Remark } from '../view/annotations.ts'
import type { Case, Result, Suite } from '../view/junit.ts'
import { columns, count, marks, oneLine, plain } from '../view/style.ts'
import { type Verdict, verifyCard } from '../work.ts'
import { annotateCards } from './annotate.ts'
import type { Command, Session } from './command.ts'
import { withLock } from './locked.ts'
import { jobsOf, junitOption, timeoutOf } from './options.ts'
import { tasksOf } from './preflight.ts'
import { openRecord } from './record.ts'
import { openJunit } from './result-files.ts'
import { worldOf } from './world.ts'

export const command: Command = {
  operands: {
    GOAL: 'the goal, or any card, whose chain is asked. Without it, all cards',
  },
  takes: [0, 1],
  about:
    'Asks the checks of every complete card again, of GOAL and all it requires, or of all cards; of a finalized chain, those that it had. Changes no document. Exit code 2 when something that is marked complete does not hold any more.',
  examples: {
    'mikado verify harden-zot-registry': 'whether a goal still holds, with all it requires',
    'mikado verify --all --json': 'every complete card, for a program',
    'mikado verify deploy -v': 'with the evidence of each check',
  },
  options: {
    all: { type: 'boolean', help: 'every complete card there is (also without GOAL)' },
    jobs: { type: 'string', short: 'j', value: 'N', without: 'the cores', help: 'how many cards at once' },
    timeout: { type: 'string', value: 'TIME', help: 'limit for each card that names none, for instance 5m' },
    junit: junitOption,
  },
  exits: {
    difference: 'something that is marked complete does not hold any more',
    documents: '',
    locked: '',
  },
  see: ['reopen', 'run'],
  completes: 'card',
  run: async (session) => await withLock(session, `verify ${session.operands.join(' ')}`.trim(), () => verify(session)),
}

async function verify(session: Session): Promise<number> {
  const { graph } = session
  const began = session.system.now()
  const [word] = session.operands
  const goal = word === undefined || session.flag('all') ? null : goalOf(session, word)
  const writeJunit = openJunit(session, goal ?? 'all cards')
  const members = goal === null ? [...graph.cards.keys()] : membersOf(session, goal)
  const asked = members.filter((id) => graph.cards.has(id))
  const complete = asked.filter((id) => graph.card(id).status === 'complete' && graph.card(id).sound)
  const { tasks } = tasksOf(session, complete)
  const checks = new Map<string, { check: string; held: boolean; detail: string | null; message: string | null }[]>()
  const record = openRecord(session, 'verify', goal ?? '', complete, (event) => collect(event, checks))
  const world = worldOf(session, record, tasks, (question) => question())
  const verdicts = await eachOf(
    complete,
    jobsOf(session.text('jobs')),
    async (id) => await verifyCard(graph.card(id), world, timeoutOf(session)),
  ).finally(world.close)
  record.close()
  const durationMs = session.system.now() - began

  const rows = complete.map((id) => ({
    id,
    path: graph.card(id).path,
    verdict: verdicts.get(id) ?? unasked,
    checks: checks.get(id) ?? [],
  }))
  const wrong = rows.filter(({ verdict }) => verdict.kind === 'drifted' || verdict.kind === 'unknown')
  if (session.json) {
    const cards = rows.map(({ verdict, ...row }) => ({
      ...row,
      verdict: verdict.kind,
      message: verdict.kind === 'unknown' ? verdict.message : null,
    }))
    session.printJson('verify', { goal, cards })
  } else {
    session.print(textOf(session, rows))
    const active = asked.filter((id) => graph.card(id).status === 'active')
    if (active.length > 0)
      session.remark(`${count(active.length, 'active card')} not asked: ${active.slice(0, 6).join(', ')}\n`)
    if (asked.length < members.length) {
      const gone = members.filter((id) => !graph.cards.has(id))
      session.remark(`of the finalized chain, no checklist is left of ${gone.slice(0, 6).join(', ')}\n`)
    }
    if (wrong.length > 0) {
      const words = `reopen ${wrong.map((row) => typed(row.id)).join(' ')}`
      session.remark(`\nTo mend it: \`${callAgain(session.system, words)}\`, then run the goal again.\n`)
    }
  }
  annotateCards(session, wrong.map(remarkOn))
  writeJunit?.(rows.map(suiteOf), durationMs)
  return wrong.length > 0 ? exit.difference : exit.ok
}

/** A finalized goal without a checklist is no card any more, but is known all the same. */
function goalOf(session: Session, word: string): string {
  return session.history.chains.has(word) ? word : session.cardNamed(word)
}

/** The cards of a chain; finalized ones require nothing any more, so those come from the journal. */
function membersOf({ graph, history }: Session, goal: string): string[] {
  const chain = graph.cards.has(goal) ? graph.chain(goal) : [goal]
  return [...new Set(chain.flatMap((id) => [...(history.chains.get(id) ?? []), id]))]
}

const unasked: Verdict = { kind: 'unknown', message: 'not asked' }

interface Row {
  id: string
  verdict: Verdict
  checks: { check: string; held: boolean; detail: string | null; message: string | null }[]
}

function textOf(session: Session, rows: readonly Row[]): string {
  const { green, red, dim } = session.paint
  const table = rows.map(({ id, verdict, checks }) => {
    if (verdict.kind === 'holds') return [green(marks.done), id, `holds, ${count(checks.length, 'check')}`]
    if (verdict.kind === 'unprovable') return [dim(marks.skipped), id, dim('complete; no check can be asked')]
    if (verdict.kind === 'unknown') return [red(marks.failed), id, red(`cannot be asked: ${oneLine(verdict.message)}`)]
    return [red(marks.failed), id, red(`no longer true: ${verdict.failed.length} of ${count(checks.length, 'check')}`)]
  })
  const details = rows.flatMap(({ id, checks }) =>
    checks
      .filter((entry) => !entry.held)
      .map((entry) => `  ${id}: ${plain(entry.check)}: ${oneLine(entry.message ?? '')}\n`),
  )
  const evidence = rows.flatMap(({ id, checks }) =>
    checks
      .filter((entry) => entry.held)
      .map((entry) =>
        dim(`  ${id}: ${plain(entry.check)}${entry.detail === null ? '' : `: ${oneLine(entry.detail)}`}\n`),
      ),
  )
  if (rows.length === 0) return 'No complete cards to verify.\n'
  return `${columns(table)}\n${details.join('')}${session.verbose ? evidence.join('') : ''}`
}

/** Beside the first line that does not hold. */
function remarkOn({ id, verdict, checks }: Row): Remark {
  const first = checks.find(({ held }) => !held)?.check
  const why = verdict.kind === 'drifted' ? `no longer true: ${verdict.failed.join('; ')}` : 'cannot be asked'
  const message = verdict.kind === 'unknown' ? `${why}: ${verdict.message}` : why
  return { level: 'error', card: id, meant: ({ key }) => key === first, message }
}

/** A case for each check that was asked, and one for a card that could not be. */
function suiteOf({ id, verdict, checks }: Row): Suite {
  const asked = checks.map(({ check, held, message }): Case => {
    const text = message ?? ''
    return { name: check, tookMs: null, result: held ? { kind: 'passed' } : { kind: 'failure', message: text, text } }
  })
  const own = (result: Result): Case => ({ name: '(checks)', tookMs: null, result })
  if (verdict.kind === 'unknown') asked.push(own({ kind: 'error', message: `cannot be asked: ${verdict.message}` }))
  if (verdict.kind === 'unprovable') asked.push(own({ kind: 'skipped', message: 'no check can be asked' }))
  return { name: id, cases: asked, out: '' }
}

function collect(event: Stamped, checks: Map<string, Row['checks']>): void {
  if (event.event !== 'check-passed' && event.event !== 'check-failed') return
  const held = event.event === 'check-passed'
  const entry = { check: event.check, held, detail: held ? event.detail : null, message: held ? null : event.message }
  checks.set(event.card, [...(checks.get(event.card) ?? []), entry])
}

/** Works on so many at once; answers by id. */
async function eachOf<T>(
  ids: readonly string[],
  jobs: number,
  work: (id: string) => Promise<T>,
): Promise<Map<string, T>> {
  const results = new Map<string, T>()
  const left = [...ids]
  const worker = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) results.set(id, await work(id))
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return results
}
