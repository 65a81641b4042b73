/** The journal: append-only evidence of what happened, one event a line. Losing it loses history only. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { RunEvent, Stamped } from '../core/event.ts'
import { makeOneFolder, syncFolder } from './folder.ts'
import { journalPath } from './history.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'
import { synced } from './sync.ts'

export interface Journal {
  /** Writes the line; what is seldom and must last is on disk when this returns. @throws when the disk refuses. */
  append: (event: Stamped) => void
  /** Resolves when all that was written is on disk. Rejects when the disk refuses. */
  synced: () => Promise<void>
  close: () => void
}

/** What is only passing by: kept in the card's log, not here. */
const unrecorded: ReadonlySet<RunEvent['event']> = new Set(['output'])
/** What nobody waits for beside other work. */
const atOnce: ReadonlySet<RunEvent['event']> = new Set(['run-started', 'card-reopened', 'run-ended'])

/** Where files are written before they take their place. Whoever takes the lock empties it. */
export function scratch(repository: Repository): string {
  return join(repository.data, 'tmp')
}

/** Takes away what a crash left half written there. Only for who holds the lock. */
export function emptyScratch(repository: Repository): void {
  // Whoever only reads may be keeping something there just now.
  rmSync(scratch(repository), { recursive: true, force: true, maxRetries: 5, retryDelay: 10 })
}

/** Makes the folder for run data, for its owner only, with a .gitignore of its own: nothing in it belongs into git. */
export function makeDataFolder(repository: Repository): void {
  // Not with what is above: a repository that was moved away meanwhile is not begun anew.
  if (!existsSync(repository.data)) makeOneFolder(repository.data)
  closeToOthers(repository.data)
  const path = join(repository.data, '.gitignore')
  // Whole or not at all: an empty one would stay, and let secrets into git.
  if (!existsSync(path)) replaceFile(path, '*\n', scratch(repository), 0o600)
}

/** A folder that was there before, made by hand or copied, may be open to all. Who does not own it cannot mend that: `doctor` tells. */
function closeToOthers(folder: string): void {
  if ((statSync(folder).mode & 0o077) === 0) return
  try {
    chmodSync(folder, 0o700)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
}

export function openJournal(repository: Repository): Journal {
  makeDataFolder(repository)
  const file = openSync(journalPath(repository), 'a+', 0o600)
  if (fstatSync(file).size === 0) syncFolder(repository.data)
  let torn = endsTorn(file)
  return {
    append: (event) => {
      if (unrecorded.has(event.event)) return
      const line = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(event)}\n`)
      // Until all of it is written: a disk that was full in between may have taken a part.
      torn = true
      for (let at = 0; at < line.length; ) at += writeSync(file, line, at)
      torn = false
      if (atOnce.has(event.event)) fsyncSync(file)
    },
    synced: () => synced(file),
    close: () => closeSync(file),
  }
}

/** A crash may have cut the last line: the next one then starts on a line of its own. */
function endsTorn(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(file, last, 0, 1, size - 1)
  return last.toString() !== '\n'
}
