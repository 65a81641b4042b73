/** Makes files that are not there yet; one that is there is never touched. */
import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from './folder.ts'

/** Whole or not at all. Answers false when something is there already. @throws the system's own error when it cannot be written. */
export function createFile(path: string, text: string, mode = 0o644): boolean {
  if (isThere(path)) return false
  mkdirSync(dirname(path), { recursive: true })
  // A name of its own: others may be making the same file, `mikado init` holds no lock.
  const temporary = temporaryOf(path, process.pid)
  sweep(path)
  try {
    writeFileSync(temporary, text, { mode, flush: true })
    const made = takePlace(temporary, path)
    if (made) syncFolder(dirname(path))
    return made
  } finally {
    rmSync(temporary, { force: true })
  }
}

function temporaryOf(path: string, pid: number): string {
  return join(dirname(path), `.${basename(path)}.${pid}.mikado-tmp`)
}

/** Takes away what was left half written by those who were killed while they made this file. */
function sweep(path: string): void {
  for (const name of readdirSync(dirname(path))) {
    const pid = Number(/\.(\d+)\.mikado-tmp$/.exec(name)?.[1])
    const temporary = temporaryOf(path, pid)
    if (name === basename(temporary) && !lives(pid)) rmSync(temporary, { force: true })
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A link, other than a rename, never replaces what came in between; some file systems have none. */
function takePlace(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    renameSync(temporary, path)
  }
  return true
}

/** Whether something is there: a file, a folder, or a link that leads nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
