/** Writes a file so that it is either old or new, never mixed, whatever happens in between. */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder, onDisk } from './folder.ts'
import { sha256 } from './sha256.ts'
import { atOnce, type Durable } from './sync.ts'

/**
 * Replaces the file's content: temporary file, sync, rename, sync of the folder. Keeps the mode of an existing file (`mode` is
 * for a new one), its owner and group where the system lets us, and writes through a symbolic link. The temporary file stands in
 * `scratch`, where a crash leaves no litter between documents. `still` is asked at the last moment; where it says no, nothing is
 * replaced and the answer is false. @throws the system's own error when the disk refuses; the old content is then untouched,
 * unless it was the very last sync that was refused: the new content stands then, and may not outlive a power cut.
 */
export function* replacing(
  path: string,
  text: string | readonly Uint8Array[],
  scratch: string,
  mode = 0o644,
  still = () => true,
): Durable<boolean> {
  const target = follow(path)
  const like = statSync(target, { throwIfNoEntry: false }) ?? { mode }
  const folder = openSync(dirname(target), 'r')
  function* put(temporary: string): Durable<boolean> {
    try {
      yield* written(temporary, text, like)
      if (!still()) {
        rmSync(temporary, { force: true })
        return false
      }
      renameSync(temporary, target)
      yield* onDisk(folder)
      return true
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  }
  try {
    return yield* put(placeIn(scratch, target, folder))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    return yield* put(placeBeside(target))
  } finally {
    closeSync(folder)
  }
}

/** The same, at once. */
export function replaceFile(...what: Parameters<typeof replacing>): boolean {
  return atOnce(replacing(...what))
}

/** Of no use where it is on another disk than the target, which may also be a full one. */
function placeIn(scratch: string, target: string, folder: number): string {
  try {
    makeFolder(scratch)
    if (statSync(scratch).dev === fstatSync(folder).dev) return join(scratch, `${nameOf(target)}.${process.pid}`)
  } catch {
    // It cannot be had: the target's own folder may still be written.
  }
  return placeBeside(target)
}

/** One name for all runs: what a crash leaves is taken up by the next that writes this file. */
function placeBeside(target: string): string {
  return join(dirname(target), `.${nameOf(target)}.mikado-tmp`)
}

/** A name as long as the system takes would leave no room for an ending. */
function nameOf(path: string): string {
  const name = basename(path)
  if (name.length <= 60) return name
  return `${name.slice(0, 40)}.${sha256(name).slice(0, 16)}`
}

function* written(path: string, text: string | readonly Uint8Array[], like: { mode: number } | Stats): Durable<void> {
  const file = openSync(path, 'w', like.mode)
  try {
    if ('uid' in like) giveTo(file, like)
    fchmodSync(file, like.mode)
    for (const bytes of typeof text === 'string' ? [Buffer.from(text)] : text) {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    }
    yield file
  } finally {
    closeSync(file)
  }
}

/** Only root may give a file away; who belongs to its group can leave it at least that. */
function giveTo(file: number, { uid, gid }: Stats): void {
  const own = fstatSync(file)
  if (own.uid === uid && own.gid === gid) return
  for (const owner of [uid, own.uid]) {
    try {
      fchownSync(file, owner, gid)
      return
    } catch {
      // Then it is ours, as a file is that an editor saves.
    }
  }
}

function follow(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? realpathSync(path) : path
  } catch (error) {
    // Not there yet. Any other trouble must not let a rename replace a link.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw error
  }
}
