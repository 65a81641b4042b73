import { exit } from '../core/exit.ts'
import type { Planned } from '../core/plan.ts'
import { columns, count, marks, plain } from '../view/style.ts'
import type { Command, Session } from './command.ts'
import { type Preflight, preflight } from './preflight.ts'

export const command: Command = {
  operands: {
    GOAL: 'the goal, or any card: its id, or the path of its document. Without it, the only goal there is',
  },
  takes: [0, 1],
  about:
    'Says what a run of the goal would do with each card, and why, in run order. Asks no check, runs no task, writes nothing.',
  examples: {
    'mikado plan harden-zot-registry': 'what a run would do with each card',
    'mikado plan harden-zot-registry --exit-code': '2 when there is work left, for scripts',
  },
  options: { 'exit-code': { type: 'boolean', help: 'exit with 2 when there is work left' } },
  exits: {
    difference: 'with --exit-code: there is work left',
    documents: 'the chain or its tasks have errors',
    missing: 'a tool that a card names is not on PATH',
  },
  see: ['run', 'show'],
  run: async (session) => {
    const goal = session.goalNamed()
    const prepared = await preflight(session, { goal, only: false, from: null, force: null, downstream: false })
    return tellPlan(session, goal, prepared, session.flag('exit-code'))
  },
}

type Action = 'work' | 'prove' | 'person' | 'none'

interface PlanRow {
  id: string
  title: string
  path: string
  action: Action
  reason: string
  task: string | null
  after: string[]
}

/** Prints the plan; with `asExitCode`, work left means 2. */
export function tellPlan(session: Session, goal: string, prepared: Preflight, asExitCode: boolean): number {
  const planned = new Map(prepared.plan.map((entry) => [entry.card.id, entry]))
  const rows = session.graph.chain(goal).map((id) => rowOf(session, id, planned.get(id), prepared))
  const left = rows.some((row) => row.action !== 'none')
  if (session.json) session.printJson('plan', { goal, cards: rows })
  else {
    const { paint } = session
    const shown = rows.map((row) => {
      const mark = {
        work: paint.cyan(marks.running),
        prove: paint.cyan(marks.running),
        person: paint.yellow(marks.waiting),
        none: paint.green(marks.done),
      }
      return [mark[row.action], row.id, plain(row.reason)]
    })
    session.print(`${columns(shown)}\n`)
  }
  return left && asExitCode ? exit.difference : exit.ok
}

function rowOf(session: Session, id: string, planned: Planned | undefined, { tasks, checks }: Preflight): PlanRow {
  const { title, path, checklist, run, status } = session.graph.card(id)
  const task = tasks.get(id)?.path ?? null
  const base = { id, title, path, task, after: planned?.after ?? [] }
  if (!planned) {
    return { ...base, action: 'none', reason: status === 'active' ? 'left out of this run' : 'complete' }
  }
  const blocked =
    planned.blockedBy.length > 0 ? `; cannot start, because ${planned.blockedBy.join(', ')} is not complete` : ''
  const proofs = checks.get(id) ?? 0
  const byHand = checklist.length - proofs
  if (planned.start === 'unproven')
    return { ...base, action: 'prove', reason: `complete, but not proved here: ask its ${count(proofs, 'check')}` }
  if (task === null || run === 'manual')
    return { ...base, action: 'person', reason: `a person does it and confirms${blocked}` }
  const ask =
    planned.start === 'forced' || proofs === 0
      ? 'run'
      : `ask its ${count(proofs, 'check')}, and run unless ${proofs === 1 ? 'it holds' : 'they hold'}:`
  const person = byHand > 0 ? `; then a person confirms ${byHand} of ${checklist.length} lines` : ''
  const unverified = checklist.length === 0 ? '; nothing proves it' : ''
  return { ...base, action: 'work', reason: `${ask} ${task}${person}${unverified}${blocked}` }
}
