/** The journal: append-only evidence of what happened, one event a line. Losing it loses history only. */
import { isUtf8 } from 'node:buffer'
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

export function journalPath(repository: Repository): string {
  return join(repository.data, 'journal.jsonl')
}

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

/** Every event that can be read, oldest first. @throws when the disk refuses; a journal that is not there is empty. */
export function readJournal(repository: Repository): Stamped[] {
  return [...eventsIn(repository)]
}

/** The same, one by one: a journal may be larger than memory. Lines that a crash cut, or that nobody knows, are passed over. */
export function* eventsIn(repository: Repository): Generator<Stamped> {
  for (const line of linesOf(journalPath(repository))) {
    const event = isUtf8(line) ? parseLine(line.toString()) : null
    if (event) yield event
  }
}

/** A journal as it was: its length, and a digest of what stood in it. */
export interface Mark {
  length: number
  digest: string
}

/** The mark of the journal as it is; null: there is none. */
export function markOf(repository: Repository): Mark | null {
  const file = openIfThere(journalPath(repository))
  if (file === null) return null
  try {
    const length = fstatSync(file).size
    return { length, digest: digestOf(file, length) }
  } finally {
    closeSync(file)
  }
}

/** Whether no card is spoken of since the mark: all that stood there stands there still, and runs came that had nothing to do. */
export function standsAt(repository: Repository, { length, digest }: Mark): boolean {
  const file = openIfThere(journalPath(repository))
  if (file === null) return false
  try {
    const since = fstatSync(file).size - length
    if (since < 0 || since > longestLine || digestOf(file, length) !== digest) return false
    const rest = Buffer.alloc(since)
    readSync(file, rest, 0, since, length)
    const lines = rest
      .toString()
      .split('\n')
      .filter((line) => line !== '')
    return lines.every((line) => ['run-started', 'run-ended'].includes(parseLine(line)?.event ?? ''))
  } finally {
    closeSync(file)
  }
}

/** Of the first bytes of a file. */
function digestOf(file: number, length: number): string {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  const chunk = Buffer.alloc(2 ** 20)
  for (let at = 0; at < length; ) {
    const read = readSync(file, chunk, 0, Math.min(chunk.length, length - at), at)
    if (read === 0) break
    hash.update(chunk.subarray(0, read))
    at += read
  }
  return hash.digest('hex')
}

/** No event is as long; what is, is not held in memory. */
const longestLine = 2 ** 26

/** The lines of a file, without those that are too long. */
function* linesOf(path: string): Generator<Buffer> {
  const file = openIfThere(path)
  if (file === null) return
  try {
    const chunk = Buffer.alloc(2 ** 20)
    let begun: Buffer[] = []
    let length = 0
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const rest = chunk.subarray(0, read)
      let from = 0
      for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline, from)) {
        if (length + end - from <= longestLine) yield Buffer.concat([...begun, rest.subarray(from, end)])
        begun = []
        length = 0
        from = end + 1
      }
      length += read - from
      if (length <= longestLine) begun.push(Buffer.from(rest.subarray(from)))
      else begun = []
    }
    if (length > 0 && length <= longestLine) yield Buffer.concat(begun)
  } finally {
    closeSync(file)
  }
}

const newline = '\n'.charCodeAt(0)

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** An event as it stands on its line; null: it is none, or cut. */
export function parseLine(line: string): Stamped | null {
  if (!line.startsWith('{')) return null
  try {
    const event = JSON.parse(line) as Partial<Stamped>
    const known = typeof event.event === 'string' && typeof event.run === 'string' && typeof event.time === 'string'
    return known ? (event as Stamped) : null
  } catch {
    return null
  }
}
