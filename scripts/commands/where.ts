import { exit } from '../core/exit.ts'
import { type BranchLook, cardOfBranch, homesOf, isHere, nextSteps } from '../core/orientation.ts'
import { branchesKnown, lookAtBranch } from '../io/branch-look.ts'
import { remoteUrlOf } from '../io/git.ts'
import { findPullRequest } from '../io/pull-request.ts'
import { columnsOf } from '../io/width.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import type { GoalRow } from '../view/graph-text.ts'
import { type AboutCard, lastCommits, orientationText } from '../view/orientation-text.ts'
import type { Command, Session } from './command.ts'
import { goalRow, goalRows } from './list.ts'

export const command: Command = {
  operands: {
    CARD: 'the card that is asked about. Without it, the goal of the branch',
  },
  takes: [0, 1],
  about:
    'Says where you are: the goal of the branch that is checked out, how far it is, where the branch stands between plan and end, the last commits, what lies in the stash, the pull request, and what to do next. With CARD, of that card; exit code 2 when the branch its document names is not the one checked out. Changes nothing.',
  examples: {
    'mikado where': 'where this branch stands, and what comes next',
    'mikado where harden-zot-registry': 'whether this is the branch of that card',
    'mikado where --json': 'the same for a program',
  },
  options: {},
  exits: {
    difference: 'the card names a branch, and another one is checked out',
    documents: 'a document that matters here has errors',
  },
  see: ['resume', 'hook', 'docs/reference/branch-discipline.md'],
  run: tellWhere,
}

/** Tells where the branch and its goal stand. @returns the exit code. */
export async function tellWhere(session: Session): Promise<number> {
  const { graph, repository } = session
  const [word] = session.operands
  const named = word === undefined ? null : session.cardNamed(word)
  const { main } = repository.settings
  const look = await lookAtBranch(repository.root, main)
  const goals = goalRows(session, graph.goals(), look.branch)
  const id = named ?? (look.git ? cardOfBranch(look.branch, graph) : onlyOf(graph.goals()))
  const about = id === null ? null : await aboutCard(session, id, look)
  const faults =
    id === null ? graph.diagnostics.filter(({ severity }) => severity === 'error') : session.graph.faults(id)
  if (session.json) session.printJson('where', orientationJson(look, about, goals))
  else {
    session.print(orientationText({ look, about, goals, graph }, columnsOf(session.system), session.paint))
    if (faults.length > 0) session.remark(`\n${diagnosticsText(faults, session.paintStderr)}`)
  }
  if (faults.length > 0) return exit.documents
  const elsewhere = look.git && named !== null && graph.card(named).branch !== null && about?.here === false
  return elsewhere ? exit.difference : exit.ok
}

function onlyOf(goals: readonly string[]): string | null {
  const [only = null] = goals
  return goals.length === 1 ? only : null
}

/** What is to be said of a card on this branch. */
async function aboutCard(session: Session, id: string, look: BranchLook): Promise<AboutCard> {
  const { graph, repository, system, stop } = session
  const card = graph.card(id)
  const homes = homesOf(id, graph)
  const here = isHere(look, homes)
  const row = goalRow(session, id, look.branch)
  const { root } = repository
  const [known, asked] = await Promise.all([
    look.git ? branchesKnown(root, homes) : [],
    look.git ? findPullRequest(await remoteUrlOf(root), homes[0] ?? '', system.env, stop) : null,
  ])
  const complete = card.status === 'complete' && row.active + row.faulty === 0
  const faulty = graph.faults(id).length > 0
  const next = nextSteps({ card, look, homes, known, complete, ready: row.ready, faulty })
  return { card: { ...row, status: card.status }, homes, here, asked, next }
}

function orientationJson(look: BranchLook, about: AboutCard | null, goals: readonly GoalRow[]): object {
  const { git, branch, commits, position, violations, stashes } = look
  return {
    git,
    branch,
    card: about?.card ?? null,
    homes: about?.homes ?? [],
    here: about?.here ?? false,
    position,
    violations,
    commitsSinceMain: commits?.length ?? null,
    commits: (commits ?? []).slice(-lastCommits).map(({ sha, subject, verb, description }) => {
      return { sha, subject, verb, description }
    }),
    stashes,
    pullRequest: about?.asked?.pullRequest ?? null,
    pullRequestTrouble: about?.asked?.trouble ?? null,
    next: about?.next ?? [],
    goals,
  }
}
