/** Writes a file so that it is either old or new, never mixed, whatever happens in between. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Replaces the file's content: temporary file, sync, rename, sync of the folder. Keeps the mode of an existing file (`mode` is
 * for a new one) and writes through a symbolic link. The temporary file stands in `scratch`, where a crash leaves no litter
 * between documents. @throws the system's own error when the disk refuses; the old content is then untouched.
 */
export function replaceFile(path: string, text: string, scratch: string, mode = 0o644): void {
  const target = follow(path)
  const kept = modeOf(target) ?? mode
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  let temporary = join(scratch, `${basename(target)}.${process.pid}`)
  try {
    write(temporary, text, kept)
    try {
      renameSync(temporary, target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
      rmSync(temporary, { force: true })
      temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
      write(temporary, text, kept)
      renameSync(temporary, target)
    }
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(target))
}

function write(path: string, text: string, mode: number): void {
  const file = openSync(path, 'w', mode)
  try {
    fchmodSync(file, mode)
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function follow(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function modeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? null
}

/** A rename is on disk only when its folder is. Some file systems cannot sync a folder: then it is as durable as they make it. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    closeSync(folder)
  }
}
