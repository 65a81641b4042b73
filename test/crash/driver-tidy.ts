/** What a person does with a branch on which a crash left something uncommitted, as the message of the runner says. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './driver-program.ts'

/** Marks without a commit are taken back, work is committed. Nothing of the killed call may be alive any more. */
export function tidy({ root, env }: Place, goal: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env, encoding: 'utf8' })
  // A git that was killed leaves its locks.
  for (const name of readdirSync(join(root, '.git'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.lock')) rmSync(join(root, '.git', name))
  const changed = git('status', '--porcelain', '--untracked-files=all')
  if (changed === '') return
  git('reset', '--quiet')
  git('checkout', '--quiet', '--', 'docs')
  git('add', '--all')
  if (git('status', '--porcelain') !== '') git('commit', '--quiet', '-m', `C2(${goal}): impl what a crash left`)
}
