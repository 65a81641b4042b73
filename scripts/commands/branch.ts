/** The branch of a goal, judged by its rules. With --commit every change becomes a commit on it. */
import { type Commit, commitOf, goalOf, subjectOf, type Verb } from '../core/branch.ts'
import { exit, Refusal } from '../core/exit.ts'
import { branchOf, commitsSinceMain, isMerging, violationsIn, workTreeOf } from '../io/git.ts'
import { callAgain } from '../io/invocation.ts'
import { violationsText } from '../view/violations-text.ts'
import type { Session } from './command.ts'
import { Branch, listed } from './commits.ts'

/** The commits of the branch that is checked out. @throws Refusal (65) when it cannot be told where it left main. */
export async function commitsOf(session: Session): Promise<Commit[]> {
  const { root, settings } = session.repository
  const { main } = settings
  const commits = await commitsSinceMain(root, main)
  if (commits) return commits
  throw new Refusal(
    exit.documents,
    `no branch is found that could be main${main === null ? '' : `: \`mikado.main\` says ${main}`}`,
    'Fetch it, or name it: "mikado": {"main": "…"} in package.json.',
  )
}

/**
 * The branch to commit on, when commits with these verbs may come next and nothing else lies uncommitted; marks that a run which
 * was cut off has left are committed. `card`: whose chain is worked; null: any. @throws Refusal (73), with nothing started.
 */
export async function openBranch(session: Session, card: string | null, next: readonly Verb[]): Promise<Branch> {
  const { root } = session.repository
  const tree = await workTreeOf(root)
  if (!tree) throw refused('--commit needs a git repository', 'Without --commit the documents are marked all the same.')
  const goal = await goalHere(session, card)
  if (await isMerging(root)) throw refused('a merge waits to be committed', 'Finish it first.')
  const commits = await commitsOf(session)
  const branch = new Branch(session, goal, tree, commits)
  const changed = await branch.changed()
  const marked = next.includes('close') ? await branch.marksAmong(changed) : []
  if (changed.length > marked.length) {
    throw refused(
      `files lie uncommitted, and --commit could not tell whose they are: ${listed(changed)}`,
      `Commit it, work as \`C2(${goal}): impl …\`, a card that is marked as \`C2(${goal}): close …\`, or put it aside; then run this again.`,
    )
  }
  const coming = next.map((verb) => commitOf(null, subjectOf(goal, verb, '…')))
  const violations = await violationsIn(root, [...commits, ...coming], goal)
  if (violations.length > 0) {
    throw refused(
      `the rules of the branch mikado/${goal} are against it\n${violationsText(violations, session.paintStderr).trimEnd()}`,
      `\`${callAgain(session.system, 'hook commit-msg')}\` judges the branch as it is.`,
    )
  }
  for (const mark of marked) {
    const reason = await branch.close(mark, () => {})
    if (reason !== null) throw refused(reason, `${mark.path} is marked, and waits to be committed.`)
    session.remark(`${mark.path} was marked by a run that was cut off: committed as its close.\n`)
  }
  return branch
}

/** Whether all that lies uncommitted on the goal's branch are marks, as a run that was cut off leaves them. */
export async function marksLeft(session: Session, goal: string): Promise<boolean> {
  const { root } = session.repository
  const tree = await workTreeOf(root)
  if (!tree || (await branchOf(root)) !== `mikado/${goal}`) return false
  const branch = new Branch(session, goal, tree, [])
  return (await branch.marksAmong(await branch.changed())).length > 0
}

/** The goal of the branch that is checked out, when the card belongs to its chain. */
async function goalHere({ repository, graph }: Session, card: string | null): Promise<string> {
  const name = await branchOf(repository.root)
  const goal = goalOf(name)
  const chain = goal !== null && graph.cards.has(goal) ? graph.chain(goal) : []
  if (goal !== null && (card === null || card === goal || chain.includes(card))) return goal
  const wanted = `mikado/${card === null ? '<goal>' : (graph.goalsOf(card)[0] ?? card)}`
  throw refused(
    `--commit works on the branch of the goal: this is ${name ?? 'no branch'}, not ${wanted}`,
    `Switch to it, or make it: \`git switch -c ${wanted}\`.`,
  )
}

function refused(message: string, help: string): Refusal {
  return new Refusal(exit.unrecorded, `nothing was started: ${message}`, help)
}
