/** The rules of a branch `mikado/<goal>`: which commits may stand on it, and in which order. */
import { readFrontmatter } from './frontmatter.ts'
import { plainLine } from './plain.ts'

/** In the order in which a branch has them: the plan, then work and closings in turns, then one last word. */
export const verbs = ['plan', 'impl', 'close', 'finalize'] as const
export type Verb = (typeof verbs)[number]

/** A commit of the branch; `chain`, `verb` and `description` are null when its subject does not follow the convention. */
export interface Commit {
  /** Null: the commit that is being made. */
  sha: string | null
  subject: string
  chain: string | null
  verb: Verb | null
  description: string | null
}

/** What is broken: the convention, the goal, the order of plan, close or finalize, or a card in an impl. */
export type Rule = 'convention' | 'chain' | 'plan-first' | 'impl-before-close' | 'finalize-last' | 'no-card-in-impl'

export interface Violation {
  rule: Rule
  /** Null: the commit that is being made. */
  sha: string | null
  subject: string
  message: string
  /** The way out. */
  help: string
}

/** Where a branch stands; the words are those of docs-mikado. */
export type Position =
  | 'empty'
  | 'unconventional'
  | 'planning'
  | 'mid-cycle'
  | 'between-cycles'
  | 'finalized'
  | 'invariant-violation'

const subjectOfGoal = /^C2\(([^)]+)\):\s+(plan|impl|close|finalize)\s+(.+)$/s

/** The goal that a branch is for; null: the rules do not apply to it. */
export function goalOf(branch: string | null): string | null {
  return branch?.startsWith('mikado/') && branch !== 'mikado/' ? branch.slice('mikado/'.length) : null
}

/** Reads a commit's subject. */
export function commitOf(sha: string | null, subject: string): Commit {
  const [, chain = null, verb = null, description = null] = subjectOfGoal.exec(subject) ?? []
  return { sha, subject, chain, verb: verb as Verb | null, description }
}

/** A subject as the convention wants it, on one line whatever the words hold. */
export function subjectOf(goal: string, verb: Verb, words: string): string {
  return `C2(${goal}): ${verb} ${plainLine(words)}`
}

/** Where the branch stands after these commits, oldest first. */
export function positionOf(commits: readonly Commit[]): Position {
  if (commits.length === 0) return 'empty'
  const seen = commits.flatMap(({ verb }) => verb ?? [])
  const last = seen.at(-1)
  if (last === undefined) return 'unconventional'
  if (last === 'finalize') return 'finalized'
  if (!seen.includes('impl') && !seen.includes('close')) return 'planning'
  return last === 'close' ? 'between-cycles' : last === 'impl' ? 'mid-cycle' : 'invariant-violation'
}

/** The last commit of the plan, where the branch must go back to before the plan can grow; null: to where it left main. */
export function planEnd(commits: readonly Commit[]): Commit | null {
  const worked = commits.findIndex(({ verb }) => verb !== null && verb !== 'plan')
  return (worked === -1 ? commits : commits.slice(0, worked)).at(-1) ?? null
}

/**
 * Everything that is against the rules in these commits of the goal's branch, oldest first. `cardsIn`: paths of the cards
 * that a commit touches, asked of impl commits only.
 */
export function violationsOf(
  commits: readonly Commit[],
  goal: string,
  cardsIn: (commit: Commit) => readonly string[],
): Violation[] {
  const found: Violation[] = []
  let worked = false
  let implemented = false
  for (const [at, commit] of commits.entries()) {
    const { sha, subject, chain, verb } = commit
    const report = (rule: Rule, message: string, help: string) => found.push({ rule, sha, subject, message, help })
    if (verb === null) {
      report('convention', 'its subject is not `C2(<goal>): <verb> <description>`', wording(commit, goal))
      continue
    }
    if (chain !== goal) {
      const help = `Write \`C2(${goal}): ${verb} …\`, or do this work on the branch \`mikado/${chain}\`.`
      report('chain', `it is for \`${chain}\`, the branch is for \`${goal}\``, help)
    }
    if (verb === 'plan' && worked) {
      report('plan-first', 'the plan may not change after an impl or a close', replanning(commits))
    }
    if (verb === 'close' && !implemented) {
      const help =
        'Commit the work first, as an impl; if nothing in the repository had to change, an empty one that says so.'
      report('impl-before-close', 'a card is closed before any impl', help)
    }
    if (verb === 'finalize' && at < commits.length - 1) {
      const help = 'What is still to do comes before it; what comes after a finished chain has a branch of its own.'
      report('finalize-last', 'nothing may come after a finalize', help)
    }
    for (const path of verb === 'impl' ? cardsIn(commit) : []) {
      const help = 'Leave the card out of it: a card changes in a plan, before any work, or in a close.'
      report('no-card-in-impl', `an impl may not touch a card, and this one touches ${path}`, help)
    }
    worked ||= verb === 'impl' || verb === 'close'
    implemented ||= verb === 'impl'
  }
  return found
}

function wording({ sha }: Commit, goal: string): string {
  const how = sha === null ? 'Write' : 'Reword it, in an interactive rebase of the branch,'
  return `${how} \`C2(${goal}): <${verbs.join('|')}> <description>\`; what belongs to no card, on a branch of its own.`
}

/** How a plan grows once work has begun: the branch goes back, and what still holds comes after. */
function replanning(commits: readonly Commit[]): string {
  const end = planEnd(commits)
  const place = end?.sha ? `${short(end.sha)}, the last of its plan` : 'where it left main'
  return (
    `The branch must go back first: keep what you have (a branch of another name, a stash), return to ${place}, commit the ` +
    'plan there, and cherry-pick what still holds.'
  )
}

/** A commit as messages name it. */
export function short(sha: string | null): string {
  return sha === null ? 'this commit' : sha.slice(0, 8)
}

/**
 * Whether a Markdown text is a card to the branch's rules: its frontmatter has `requires`, `status` or a `branch` of ours, by
 * its lines (also where it is not YAML, or they stand inside another key) or by its entries (also on one line or in quotes).
 */
export function isCard(text: string): boolean {
  const lines = /^\uFEFF?---\s*\n(.*?)\n---/s.exec(text.replace(/\r\n?/g, '\n'))?.[1]?.split('\n') ?? []
  if (lines.some((line) => /^\s*(?:requires:|status:|branch:.*mikado\/)/.test(line))) return true
  const { fields } = readFrontmatter('', text, [])
  const branch = fields.get('branch')?.value
  return fields.has('requires') || fields.has('status') || (typeof branch === 'string' && branch.includes('mikado/'))
}
