/** The branch that is checked out, read where git keeps it: calling git takes longer than most commands. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Null: on no branch, or outside git. Whatever is not as usual is left to git itself. */
export async function checkedOut(root: string): Promise<string | null> {
  const own = process.env.GIT_DIR ? null : gitFolderOf(root)
  if (own === undefined) return null
  const head = own === null ? null : firstLine(join(own, 'HEAD'))
  const branch = head === null ? undefined : /^ref: refs\/heads\/(.+)$/.exec(head)?.[1]
  if (branch !== undefined && branch !== '.invalid') return branch
  if (head !== null && /^[0-9a-f]{40,64}$/.test(head)) return null
  return await (await import('./git.ts')).branchOf(root)
}

/** The folder where git keeps what is this working tree's own; undefined: there is none; null: it cannot be read. */
function gitFolderOf(root: string): string | null | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git')
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory()) return path
    if (found) {
      const named = /^gitdir: (.+)$/.exec(firstLine(path) ?? '')?.[1]
      return named === undefined ? null : resolve(folder, named)
    }
    if (dirname(folder) === folder) return undefined
  }
}

function firstLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0] ?? null
  } catch {
    return null
  }
}
