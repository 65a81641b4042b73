import { cpus } from 'node:os'
import { relative } from 'node:path'
import { Account } from '../core/account.ts'
import { parseDuration } from '../core/duration.ts'
import { exit, Refusal, type StopSignal } from '../core/exit.ts'
import { conclude } from '../core/outcome.ts'
import { jsonOf } from '../core/plain.ts'
import type { Plan, Selection } from '../core/plan.ts'
import { markOf } from '../io/history.ts'
import { callAgain } from '../io/invocation.ts'
import { askYesNo } from '../io/prompt.ts'
import { columnsOf } from '../io/width.ts'
import { type RunOptions, run } from '../run.ts'
import type { OutputChoice } from '../view/progress.ts'
import { count } from '../view/style.ts'
import { summaryText } from '../view/summary.ts'
import { marksLeft, openBranch } from './branch.ts'
import type { Command, Session } from './command.ts'
import { connection, offeredAtOnce, openElsewhere } from './elsewhere.ts'
import { whileDoing } from './live-view.ts'
import { withLock } from './locked.ts'
import { notifyReporter } from './notify.ts'
import { tellPlan } from './plan.ts'
import { poolOf } from './pool.ts'
import { preflight, refuseUnready } from './preflight.ts'
import { openRecord } from './record.ts'
import { type Reporter, together } from './reporter.ts'
import { jobSummaryReporter, junitReporter, openJunit } from './result-files.ts'
import { runUsage } from './run-usage.ts'
import { openRunView, usualOutput } from './run-view.ts'
import { worldOf } from './world.ts'

export const command: Command = {
  ...runUsage,
  run: async (session) => {
    const { graph, operands } = session
    const none = operands.length === 0 && graph.goals().length === 0 && graph.diagnostics.length === 0
    return await lockAndRun(session, none ? null : session.goalNamed())
  },
}

/** Runs the goal under the lock; wrong words are told before anything is written. Null: there is no goal to run. */
export async function lockAndRun(session: Session, goal: string | null): Promise<number> {
  if (goal === null) {
    if (!session.json) session.print('Nothing to do: no card is active.\n')
    return exit.ok
  }
  wordsOf(session, goal)
  const { graph } = session
  // The process that looks at the tasks starts while the documents are read again.
  if (graph.chain(goal).some((id) => graph.card(id).status === 'active')) poolOf(session).expect(1)
  if (session.flag('dry-run')) return await runGoal(session, goal)
  return await withLock(session, `run ${goal}`, () => runGoal(session, session.cardNamed(goal)))
}

/** Works the goal while the caller holds the lock. Answers the exit code. */
async function runGoal(session: Session, goal: string): Promise<number> {
  const { system, repository } = session
  const { selection, options, output } = wordsOf(session, goal)
  const dry = session.flag('dry-run')
  const connecting = dry ? null : connection(session)
  const writeJunit = dry ? null : openJunit(session, goal)
  const looking = 'Looking at the tasks of the chain …'
  const prepared = await whileDoing(session, output, looking, () => preflight(session, selection, connecting !== null))
  const { plan, tasks } = prepared
  const engine = await connecting
  if (dry) return tellPlan(session, goal, prepared, false)
  const commits = session.flag('commit') && (plan.length > 0 || (await marksLeft(session, goal)))
  const branch = commits ? await openBranch(session, goal, ['impl', 'close']) : null
  const asking = 'Asking whether all is there that the tasks need …'
  if (!engine) await whileDoing(session, output, asking, () => refuseUnready(session, prepared.preflights))
  if (!(await confirmed(session, plan))) return exit.waiting

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
  const remote = engine && (await openElsewhere(session, engine, record))
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

/** `confirm:` cards are asked for before the first card starts, all of them. */
async function confirmed(session: Session, plan: Plan): Promise<boolean> {
  if (session.flag('yes')) return true
  for (const { card } of plan) {
    if (card.confirm === null) continue
    if (session.interactive && (await askYesNo(session.system, `${card.id}: ${card.confirm}`, session.stop))) continue
    if (session.json) throw new Refusal(exit.waiting, `${card.path} wants a word first: ${card.confirm}`, 'Say --yes.')
    session.remark(
      `${card.path} wants a word first: ${card.confirm}\nNothing was started. Run it on a terminal to answer, or with --yes.\n`,
    )
    return false
  }
  return true
}

/** What the options ask for. @throws Refusal (64) when they cannot be meant. */
function wordsOf(
  session: Session,
  goal: string,
): {
  selection: Selection
  options: Required<RunOptions>
  output: OutputChoice
} {
  const commit = session.flag('commit')
  const usual = commit ? '1' : session.text('engine') === null ? null : String(offeredAtOnce)
  const jobs = jobsOf(session.text('jobs') ?? usual)
  if (commit && jobs > 1) {
    const help = 'Leave one of them out.'
    throw new Refusal(exit.usage, '--commit works one card after the other, so that each commit is one card’s', help)
  }
  if (session.text('notify')?.trim() === '') throw new Refusal(exit.usage, '--notify: there is no command in it')
  const options = {
    jobs,
    keepGoing: session.flag('keep-going'),
    timeoutMs: timeoutOf(session) ?? session.repository.settings.timeoutMs,
    expected: (id: string) => session.history.cards.get(id)?.tookMs ?? null,
  }
  const output = (session.text('output') as OutputChoice | null) ?? usualOutput(session)
  return { selection: selectionOf(session, goal), options, output }
}

function selectionOf(session: Session, goal: string): Selection {
  const from = session.text('from')
  const force = session.text('force')
  const only = session.flag('only')
  const downstream = session.flag('downstream')
  if (downstream && force === null)
    throw new Refusal(exit.usage, '--downstream needs --force', 'It does again what requires the forced card.')
  if (only && from !== null) throw new Refusal(exit.usage, '--only and --from exclude each other')
  const inChain = (word: string): string => {
    const id = session.cardNamed(word)
    if (session.graph.chain(goal).includes(id)) return id
    throw new Refusal(exit.usage, `\`${id}\` is not in the chain of \`${goal}\``, `See \`show ${goal}\`.`)
  }
  return {
    goal,
    only,
    downstream,
    from: from === null ? null : inChain(from),
    force: force === null ? null : inChain(force),
  }
}

export function jobsOf(text: string | null): number {
  if (text === null) return Math.max(1, cpus().length)
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1) return jobs
  throw new Refusal(exit.usage, `--jobs ${text}: must be a whole number from 1`)
}

export function timeoutOf(session: Session): number | null {
  const text = session.text('timeout')
  if (text === null) return null
  const parsed = parseDuration(text)
  if (parsed === null) throw new Refusal(exit.usage, `--timeout ${text}: no duration`, 'For instance 90s, 5m or 1h.')
  return parsed
}
