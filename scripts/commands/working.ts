/** A plan that is worked: what is recorded, who is told, and what is said at the end. Loaded while the tasks are looked at. */
import { relative } from 'node:path'
import { Account } from '../core/account.ts'
import type { StopSignal } from '../core/exit.ts'
import { conclude } from '../core/outcome.ts'
import { jsonOf } from '../core/plain.ts'
import type { Connection } from '../engine/connect.ts'
import { markOf } from '../io/history.ts'
import { callAgain } from '../io/invocation.ts'
import { columnsOf } from '../io/width.ts'
import { run } from '../run.ts'
import { count } from '../view/style.ts'
import { summaryText } from '../view/summary.ts'
import type { Session } from './command.ts'
import type { Branch } from './commits.ts'
import { notifyReporter } from './notify.ts'
import { poolOf } from './pool.ts'
import type { Preflight } from './preflight.ts'
import { openRecord } from './record.ts'
import { type Reporter, together } from './reporter.ts'
import { jobSummaryReporter, junitReporter, type WriteJunit } from './result-files.ts'
import { openRunView } from './run-view.ts'
import type { Words } from './run-words.ts'
import { worldOf } from './world.ts'

/** With a branch, each change becomes a commit there. With an engine, others work the tasks. */
interface How extends Pick<Words, 'options' | 'output'> {
  branch: Branch | null
  engine: Connection | null
  writeJunit: WriteJunit | null
}

/** Works the plan while the caller holds the lock. Answers the exit code. */
export async function workPlan(
  session: Session,
  goal: string,
  { plan, tasks, preflights }: Preflight,
  { options, output, branch, engine, writeJunit }: How,
): Promise<number> {
  const { system, repository } = session
  const began = system.now()
  const cards = plan.map(({ card }) => card)
  const data = relative(system.cwd, repository.data) || '.mikado'
  const callOf = (words: string) =>
    callAgain(system, branch && /^(?:resume|close) /.test(words) ? `${words} --commit` : words)
  const account = new Account()
  const view = openRunView(session, plan, account, { ...options, output, keys: branch === null })
  const elsewhere = [
    writeJunit && junitReporter(writeJunit, cards, account, data),
    jobSummaryReporter(session, goal, cards, account, callOf),
    notifyReporter(session, goal, account, callOf, view.say),
  ].filter((reporter) => reporter !== null)
  const closing: Reporter = {
    end: () => {
      if (session.json) return
      const { paint } = session
      const telling = { callOf, data, expected: options.expected, columns: columnsOf(system), paint }
      if (account.ended.size > 0) return session.print(summaryText(account, goal, telling))
      const journal = branch === null && elsewhere.length === 0 ? markOf(repository) : null
      if (journal) session.settled = { goal, journal }
      session.said = journal && []
      session.print(nothingToDo(session, goal))
    },
  }
  const json: Reporter = session.json ? { see: (event) => session.print(`${jsonOf(event)}\n`) } : {}
  const reporters = together([{ see: (event) => account.add(event) }, json, view, closing, ...elsewhere])

  const ids = cards.map(({ id }) => id)
  const record = openRecord(session, 'run', goal, ids, reporters.see)
  const remote =
    engine &&
    (await (await import('./elsewhere.ts')).openElsewhere(session, engine, record, { cards: ids, preflights }))
  if (!remote) poolOf(session).expect(Math.min(options.jobs, plan.length), plan.length)
  const world = worldOf(session, record, tasks, view.pause, { branch, elsewhere: remote })
  const outcomes = await run(plan, world, options).finally(world.close).finally(reporters.close)
  const ended = conclude(outcomes, session.stop.aborted ? (session.stop.reason as StopSignal) : null)
  record.emit({ event: 'run-ended', durationMs: system.now() - began, ...ended })
  record.close()
  await reporters.end()
  return ended.exitCode
}

function nothingToDo(session: Session, goal: string): string {
  const { graph, history, paint } = session
  const proofs = graph.chain(goal).flatMap((id) => history.cards.get(id)?.proof?.time ?? [])
  const since = proofs.sort().at(-1)
  const when = since === undefined ? '' : `; last proved ${since}`
  const cards = count(graph.chain(goal).length, 'card')
  return `${paint.green(`Nothing to do: ${goal} is complete`)} (${cards}${when}). \`verify\` asks again whether it still holds.\n`
}
