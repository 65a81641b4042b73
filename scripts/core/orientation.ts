/** Where a branch stands and what comes next: what somebody needs to know who takes over. */
import { type Commit, goalOf, type Position } from './branch.ts'
import { type Card, workedOn } from './card.ts'
import type { CardGraph } from './graph.ts'
import { typed } from './plain.ts'

/** What git says, asked once. */
export interface BranchLook {
  /** Null: on no branch, or outside git. */
  branch: string | null
  git: boolean
  /** Since the branch left main, oldest first; null: outside git, or no main is found. */
  commits: readonly Commit[] | null
  position: Position | null
  /** How many things in those commits are against the rules of a goal's branch. */
  violations: number
  stashes: readonly string[]
}

/** An open pull request. */
export interface PullRequest {
  number: number
  title: string
  /** Empty: the forge gave none that a browser opens. */
  url: string
}

/** What came of asking a forge for a pull request. */
export interface Asked {
  /** Null: there is none, or the forge did not say. */
  pullRequest: PullRequest | null
  /** Why the forge did not say; null: it did. */
  trouble: string | null
}

/** The card that a branch is for: the goal that is worked there, else the one that the branch is named after; null: there is no one card. */
export function cardOfBranch(branch: string | null, graph: CardGraph): string | null {
  const [only, ...others] = graph.goals().filter((id) => workedOn(graph.card(id)) === branch)
  if (only !== undefined && others.length === 0) return only
  const named = goalOf(branch)
  return named !== null && graph.cards.has(named) ? named : null
}

/** Where a card is worked: its own branch, else those of the goals that require it. */
export function homesOf(id: string, graph: CardGraph): string[] {
  const card = graph.card(id)
  if (card.branch !== null) return [card.branch]
  const goals = graph.goalsOf(id)
  const homes = goals.length === 0 ? [id] : goals
  return [...new Set(homes.map((home) => workedOn(graph.card(home))))]
}

/** What is known when somebody asks what to do. */
export interface Situation {
  card: Card
  look: BranchLook
  /** Where the card is worked, and which of these branches are in the repository. */
  homes: readonly string[]
  known: readonly string[]
  /** Nothing of its chain is left to do. */
  complete: boolean
  ready: readonly string[]
  /** Something in its chain has an error. */
  faulty: boolean
}

/** Whether the branch that is checked out is one where the card is worked. */
export function isHere({ branch }: BranchLook, homes: readonly string[]): boolean {
  return branch !== null && homes.includes(branch)
}

/** What to do next, the most urgent first. */
export function nextSteps({ card, look, homes, known, complete, ready, faulty }: Situation): string[] {
  if (faulty) return ['Mend the documents first: `mikado lint` says what is wrong, and where.']
  const steps = setAside(look.stashes)
  if (look.git && !isHere(look, homes)) return [...steps, wayTo(homes, known, card)]
  if (look.position === 'finalized') {
    if (complete) return [...steps, 'Have the branch read and merged: the chain is finished.']
    steps.push('The last commit finalizes the chain, but not every card of it is complete.')
  }
  if (look.violations > 0)
    steps.push(
      'Put the commits of the branch in order: `mikado hook commit-msg` says what each breaks, and the way out.',
    )
  if (complete) return [...steps, `Every card is complete: \`mikado finalize ${typed(card.id)}\` ends the chain.`]
  const [first] = ready
  if (first === undefined)
    return [...steps, `Nothing is ready: \`mikado show ${typed(card.id)}\` says what each card waits for.`]
  if (look.position === 'mid-cycle')
    steps.push(`Finish the card that was begun: \`mikado run ${typed(card.id)}\` proves and closes what is true.`)
  return [
    ...steps,
    `Take ${ready.length === 1 ? 'the ready card' : 'one ready card'}: \`mikado brief ${typed(first)}\`.`,
  ]
}

function setAside(stashes: readonly string[]): string[] {
  return stashes.length === 0
    ? []
    : ['See whether what lies in the stash belongs to it: `git stash show -p stash@{0}`.']
}

/** How to get to a branch. `git switch` refuses where work would be lost; a name that a shell would read otherwise is never in a command. */
function wayTo(homes: readonly string[], known: readonly string[], card: Card): string {
  const home = homes.find((name) => known.includes(name)) ?? homes[0] ?? ''
  if (!/^[A-Za-z0-9][\w./-]*$/.test(home))
    return 'Its branch has a name that is no word: see the `branch` of its document.'
  if (known.includes(home))
    return `Go to its branch: \`git switch ${home}\` (it refuses where uncommitted work would be lost).`
  const name = card.branch === null ? `, and write \`branch: ${home}\` into ${card.path} with the first plan` : ''
  const fetch = card.branch === null ? '' : 'Fetch its branch, which is not here; or '
  return `${fetch}${fetch === '' ? 'Start' : 'start'} it: \`git switch -c ${home}\`${name}.`
}
