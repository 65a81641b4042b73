/** Makes commits: with git's own identity and hooks, of exactly the files named. Never rewrites, never forces. */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { git } from './git.ts'

/** The commit, or what git or one of its hooks said against it. */
export type Committed = { ok: true; sha: string } | { ok: false; reason: string }

/** What a commit of this file tells: its name, and all it holds, whatever that is; of a link, where it leads. @throws when it cannot be read. */
export function toldBy(top: string, path: string): string {
  const file = join(top, path)
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found?.isSymbolicLink()) return `${path}\n${readlinkSync(file)}`
  return found?.isFile() ? `${path}\n${readFileSync(file, 'utf8')}` : path
}

/** Commits these files (paths from the top of the working tree) as they are now, whatever else is staged; none: an empty commit. */
export async function commitFiles(top: string, message: string, paths: readonly string[]): Promise<Committed> {
  const list = paths.map((path) => `${path}\0`).join('')
  const what = paths.length > 0 ? fromStdin : ['--allow-empty']
  const made = await git(top, ['--literal-pathspecs', 'commit', '--quiet', '--only', '-m', message, ...what], list)
  if (!made.ok) return refused(message, made.message)
  const { stdout } = await git(top, ['rev-parse', 'HEAD'])
  return { ok: true, sha: stdout.trim() }
}

/** The same of files that may be new or gone. After a refusal they stay staged. */
export async function commitChanges(top: string, message: string, paths: readonly string[]): Promise<Committed> {
  const list = paths.map((path) => `${path}\0`).join('')
  const added = await git(top, ['--literal-pathspecs', 'add', '--all', ...fromStdin], list)
  return added.ok ? await commitFiles(top, message, paths) : refused(message, added.message)
}

const fromStdin = ['--pathspec-from-file=-', '--pathspec-file-nul']

function refused(message: string, said: string): Committed {
  const subject = message.split('\n', 1)[0]
  return { ok: false, reason: `git did not take the commit \`${subject}\`: ${stripVTControlCharacters(said)}` }
}
