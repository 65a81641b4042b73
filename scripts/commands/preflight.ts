/** Before anything starts: which cards a run works, with which scripts, and everything that speaks against it, at once. */
import { type Diagnostic, problem } from '../core/diagnostic.ts'
import { exit, Refusal } from '../core/exit.ts'
import { type Plan, planOf, type Selection } from '../core/plan.ts'
import { didYouMean } from '../core/suggest.ts'
import { examineTasks, type Inspection, inspectTasks } from '../io/inspect.ts'
import { Inspected } from '../io/inspected.ts'
import { onPath } from '../io/programs.ts'
import { type TaskFile, TaskFolder } from '../io/tasks.ts'
import { findingsText } from '../view/findings-text.ts'
import type { Session } from './command.ts'
import { refuse, refuseFaults } from './faults.ts'
import { poolOf } from './pool.ts'

export interface Preflight {
  plan: Plan
  /** The script of each card that is asked. */
  tasks: ReadonlyMap<string, TaskFile>
  /** How many checks of a card have a function. */
  checks: ReadonlyMap<string, number>
  /** Task files that look whether all is there that they need. */
  preflights: readonly string[]
}

/** Plans a run of the goal. `elsewhere`: other machines work it, whose tools are theirs to look for. @throws Refusal when the chain, its tasks or the tools they need are not in order. */
export async function preflight(session: Session, selection: Selection, elsewhere = false): Promise<Preflight> {
  const { graph, history, target } = session
  refuseFaults(session, selection.goal)
  const chain = graph.chain(selection.goal)
  const asked = chain.filter((id) => {
    const proof = history.cards.get(id)?.proof
    const proven =
      graph.card(id).status === 'complete' && proof !== null && proof !== undefined && proof.target === target
    return !proven || id === selection.force || selection.downstream
  })
  const { tasks, faults } = tasksOf(session, asked)
  const { checks, preflights, faults: unreadable } = await inspectCards(session, asked, tasks, inspectNew)
  refuse(session, `the tasks of \`${selection.goal}\``, [...faults, ...unreadable])
  const unproven = new Set(asked.filter((id) => graph.card(id).status === 'complete' && (checks.get(id) ?? 0) > 0))
  const plan = planOf(graph, selection, unproven)
  if (!elsewhere) refuseMissingTools(session, plan)
  return { plan, tasks, checks, preflights }
}

/** The task files of these cards, and what is wrong with finding them. */
export function tasksOf(
  session: Session,
  ids: readonly string[],
): { tasks: Map<string, TaskFile>; faults: Diagnostic[] } {
  const folder = new TaskFolder(session.repository)
  const tasks = new Map<string, TaskFile>()
  const faults: Diagnostic[] = []
  for (const id of ids) {
    const found = folder.of(session.graph.card(id))
    if (found === null) continue
    if ('kind' in found) tasks.set(id, found)
    else faults.push(found)
  }
  return { tasks, faults }
}

/** Loads the task modules of these cards once, elsewhere, to see which checks they have. */
export async function inspectCards(
  session: Session,
  ids: readonly string[],
  tasks: ReadonlyMap<string, TaskFile>,
  look = inspect,
): Promise<{ checks: Map<string, number>; proves: Map<string, string[]>; preflights: string[]; faults: Diagnostic[] }> {
  const { graph } = session
  const files = ids.flatMap((id) => tasks.get(id) ?? [])
  const inspected = await look(session, files)
  const checks = new Map<string, number>()
  const proves = new Map<string, string[]>()
  const preflights: string[] = []
  const faults: Diagnostic[] = []
  for (const id of ids) {
    const task = tasks.get(id)
    const found = task && inspected.get(task.file)
    if (!task || !found) continue
    const card = graph.card(id)
    if (!found.ok) {
      const place = { file: task.path, line: found.line ?? 1, column: found.column ?? 1 }
      faults.push(problem('unreadable-task', place, `the task of \`${id}\` cannot be loaded: ${found.message}`))
      continue
    }
    const keys = card.checklist.map((line) => line.key)
    for (const key of found.checks.filter((name) => !keys.includes(name))) {
      const help =
        didYouMean(key, keys) ?? 'Its key must be the text of a line: backticks dropped, a trailing (detail) left out.'
      faults.push(
        problem('unknown-check', card.place, `${task.path} proves "${key}", which is no line of the checklist`, {
          help,
        }),
      )
    }
    checks.set(id, found.checks.length)
    proves.set(id, found.checks)
    if (found.preflight) preflights.push(task.file)
  }
  return { checks, proves, preflights, faults }
}

/** What each file offers. */
function inspect(session: Session, tasks: readonly TaskFile[]): Promise<Map<string, Inspection>> {
  const { system, stop } = session
  return inspectTasks(tasks, { pool: poolOf(session), after: system.after, signal: stop })
}

/** The same, looking only at those that no earlier run has seen as they are. A run, which writes anyway, keeps what it sees. */
async function inspectNew(session: Session, tasks: readonly TaskFile[]): Promise<Map<string, Inspection>> {
  const inspected = new Inspected(session.repository, session.system.env)
  const all = new Map<string, Inspection>()
  for (const task of tasks) {
    const known = inspected.of(task)
    if (known) all.set(task.file, known)
  }
  const news = tasks.filter(({ file }) => !all.has(file))
  const found = await inspect(session, news)
  for (const [file, inspection] of found) all.set(file, inspection)
  if (session.lock) inspected.keep(news, found)
  return all
}

/** @throws Refusal (69) with all that the tasks find missing or wrong. Changes nothing. */
export async function refuseUnready(session: Session, files: readonly string[]): Promise<void> {
  if (files.length === 0) return
  const { repository, system, stop } = session
  const findings = await examineTasks(files, repository.root, system.env, system.after, stop)
  const wrong = findings.filter((finding) => !finding.ok)
  if (wrong.length === 0) return
  throw new Refusal(
    exit.missing,
    `not all is there that the tasks need, nothing was started\n${findingsText(wrong, session.paintStderr)}`,
    '`mikado doctor` looks again.',
  )
}

function refuseMissingTools(session: Session, plan: Plan): void {
  const missing = plan.flatMap(({ card }) =>
    card.needs.filter((tool) => !onPath(tool, session.system.env)).map((tool) => `${card.path} needs \`${tool}\``),
  )
  if (missing.length === 0) return
  throw new Refusal(
    exit.missing,
    `tools are missing, nothing was started: ${missing.join('; ')}`,
    'Install them, or put them on PATH.',
  )
}
