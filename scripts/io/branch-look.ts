/** What git says about the branch that is checked out, asked at once. */
import { goalOf, positionOf } from '../core/branch.ts'
import type { BranchLook } from '../core/orientation.ts'
import { branchOf, commitsSinceMain, git, stashesOf, violationsIn, workTreeOf } from './git.ts'

/** `main`: the branch that the settings call so; null: the usual one. */
export async function lookAtBranch(root: string, main: string | null): Promise<BranchLook> {
  const nowhere = { branch: null, git: false, commits: null, position: null, violations: 0, stashes: [] }
  if ((await workTreeOf(root)) === null) return nowhere
  const [branch, commits, stashes] = await Promise.all([branchOf(root), commitsSinceMain(root, main), stashesOf(root)])
  const goal = goalOf(branch)
  const position = commits === null ? null : positionOf(commits)
  if (commits === null || goal === null) return { branch, git: true, commits, position, violations: 0, stashes }
  const violations = (await violationsIn(root, commits, goal)).length
  return { branch, git: true, commits, position, violations, stashes }
}

/** Which of these branches there are, here or at a remote. */
export async function branchesKnown(root: string, names: readonly string[]): Promise<string[]> {
  const { stdout } = await git(root, ['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes'])
  const known = new Set(stdout.split('\n').map((ref) => ref.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, '')))
  return names.filter((name) => known.has(name))
}
