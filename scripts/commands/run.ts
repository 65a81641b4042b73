import { exit, Refusal } from '../core/exit.ts'
import type { Plan, Selection } from '../core/plan.ts'
import { askYesNo } from '../io/prompt.ts'
import type { RunOptions } from '../run.ts'
import type { OutputChoice } from '../view/progress.ts'
import type { Command, Session } from './command.ts'
import type { Branch } from './commits.ts'
import { usualOutput, whileDoing } from './live-view.ts'
import { withLock } from './locked.ts'
import { jobsOf, offeredAtOnce, timeoutOf } from './options.ts'
import { tellPlan } from './plan.ts'
import { poolOf } from './pool.ts'
import { preflight, refuseUnready } from './preflight.ts'
import { openJunit } from './result-files.ts'
import { runUsage } from './run-usage.ts'

export const command: Command = {
  ...runUsage,
  run: async (session) => {
    const { graph, operands } = session
    const none = operands.length === 0 && graph.goals().length === 0 && graph.diagnostics.length === 0
    return await workGoal(session, none ? null : session.goalNamed())
  },
}

/** Works the goal under the lock; wrong words are told before anything is written. Null: there is none. Answers the exit code. */
export async function workGoal(session: Session, goal: string | null): Promise<number> {
  if (goal === null) {
    if (!session.json) session.print('Nothing to do: no card is active.\n')
    return exit.ok
  }
  wordsOf(session, goal)
  const { graph } = session
  // The first process starts while the documents are read again.
  if (graph.chain(goal).some((id) => graph.card(id).status === 'active')) poolOf(session).expect(1)
  if (session.flag('dry-run')) return await runGoal(session, goal)
  return await withLock(session, `run ${goal}`, () => runGoal(session, session.cardNamed(goal)))
}

/** Works the goal while the caller holds the lock, or tells what would be done. Answers the exit code. */
async function runGoal(session: Session, goal: string): Promise<number> {
  const words = wordsOf(session, goal)
  const { selection, output } = words
  const dry = session.flag('dry-run')
  const url = dry ? null : session.text('engine')
  const connecting = url === null ? null : (await import('./elsewhere.ts')).connection(session, url)
  const writeJunit = dry ? null : openJunit(session, goal)
  const looking = 'Looking at the tasks of the chain …'
  const [prepared, working] = await Promise.all([
    whileDoing(session, output, looking, () => preflight(session, selection, connecting !== null)),
    // Another process looks at them: meanwhile this one loads what works them.
    dry ? null : import('./working.ts'),
  ])
  if (working === null) return tellPlan(session, goal, prepared, false)
  const { plan, preflights } = prepared
  const engine = await connecting
  const branch = session.flag('commit') ? await branchFor(session, goal, plan) : null
  const asking = 'Asking whether all is there that the tasks need …'
  if (!engine) await whileDoing(session, output, asking, () => refuseUnready(session, preflights))
  if (!(await confirmed(session, plan))) return exit.waiting
  return await working.workPlan(session, goal, prepared, { ...words, branch, engine, writeJunit })
}

/** The branch on which the run commits; null: there is nothing to commit. */
async function branchFor(session: Session, goal: string, plan: Plan): Promise<Branch | null> {
  const { marksLeft, openBranch } = await import('./branch.ts')
  return plan.length > 0 || (await marksLeft(session, goal)) ? await openBranch(session, goal, ['impl', 'close']) : null
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

/** What the words of the call ask for. */
export interface Words {
  selection: Selection
  options: Required<RunOptions>
  output: OutputChoice
}

/** @throws Refusal (64) when they cannot be meant. */
function wordsOf(session: Session, goal: string): Words {
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
