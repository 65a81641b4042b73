/** Writes a file so that it is either old or new, never mixed, whatever happens in between. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder, syncOpenFolder } from './folder.ts'

/**
 * Replaces the file's content: temporary file, sync, rename, sync of the folder. Keeps the mode of an existing file (`mode` is
 * for a new one) and writes through a symbolic link. The temporary file stands in `scratch`, where a crash leaves no litter
 * between documents. @throws the system's own error when the disk refuses; the old content is then untouched, unless it was the
 * very last sync that was refused: the new content stands then, and may not outlive a power cut.
 */
export function replaceFile(path: string, text: string, scratch: string, mode = 0o644): void {
  const target = follow(path)
  const kept = modeOf(target) ?? mode
  makeFolder(scratch)
  let temporary = join(scratch, `${basename(target)}.${process.pid}`)
  const folder = openSync(dirname(target), 'r')
  try {
    write(temporary, text, kept)
    try {
      renameSync(temporary, target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
      rmSync(temporary, { force: true })
      // On the target's own file system. One name for all runs: what a crash leaves is taken up by the next that writes this file.
      temporary = join(dirname(target), `.${basename(target)}.mikado-tmp`)
      write(temporary, text, kept)
      renameSync(temporary, target)
    }
    syncOpenFolder(folder)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(folder)
  }
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
  } catch (error) {
    // Not there yet. Any other trouble must not let a rename replace a link.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw error
  }
}

function modeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? null
}
