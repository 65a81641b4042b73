/** The journal, read: what happened, oldest first. */
import { isUtf8 } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Stamped } from '../core/event.ts'
import type { Repository } from './repository.ts'

export function journalPath(repository: Repository): string {
  return join(repository.data, 'journal.jsonl')
}

/** Every event that can be read, oldest first. @throws when the disk refuses; a journal that is not there is empty. */
export function readJournal(repository: Repository): Stamped[] {
  return [...eventsIn(repository)]
}

/**
 * The same, one by one: a journal may be larger than memory. Lines that a crash cut, or that nobody knows, are passed over.
 * `wanted`: the names of those that are; what the others say is not read.
 */
export function* eventsIn(repository: Repository, wanted: ReadonlySet<string> | null = null): Generator<Stamped> {
  for (const block of blocksOf(journalPath(repository))) {
    for (const line of isUtf8(block) ? block.toString().split('\n') : linesIn(block)) {
      if (wanted !== null && !wanted.has(nameOn(line))) continue
      const event = parseLine(line)
      if (event) yield event
    }
  }
}

/** The event on a line; null: it is none, or cut. */
export function eventIn(line: Buffer): Stamped | null {
  return isUtf8(line) ? parseLine(line.toString()) : null
}

const nameKey = '"event":"'

/** The name of the event on a line, by the first letters that can be one: within a text, its quotes are escaped. */
function nameOn(line: string): string {
  const at = line.indexOf(nameKey) + nameKey.length
  return line.slice(at, line.indexOf('"', at))
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

/** A file in pieces of whole lines, without lines that are too long. Each is good until the next is asked for. */
function* blocksOf(path: string): Generator<Buffer> {
  const file = openIfThere(path)
  if (file === null) return
  try {
    const chunk = Buffer.alloc(2 ** 20)
    /** A line that has begun: its pieces, and how long it is. */
    let begun: Buffer[] = []
    let length = 0
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const fresh = chunk.subarray(0, read)
      const first = fresh.indexOf(newline)
      const last = fresh.lastIndexOf(newline)
      const rest = fresh.subarray(last + 1)
      if (first !== -1) {
        if (length + first <= longestLine) yield Buffer.concat([...begun, fresh.subarray(0, first)])
        if (last > first) yield fresh.subarray(first + 1, last)
        begun = []
        length = 0
      }
      length += rest.length
      if (length <= longestLine) begun.push(Buffer.from(rest))
      else begun = []
    }
    if (length > 0 && length <= longestLine) yield Buffer.concat(begun)
  } finally {
    closeSync(file)
  }
}

/** The lines of a piece of which some are no text. */
function* linesIn(block: Buffer): Generator<string> {
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(newline, from)
    const line = block.subarray(from, end === -1 ? block.length : end)
    if (isUtf8(line)) yield line.toString()
    from += line.length + 1
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

function parseLine(line: string): Stamped | null {
  if (!line.startsWith('{')) return null
  try {
    const event = JSON.parse(line) as Partial<Stamped>
    const known = typeof event.event === 'string' && typeof event.run === 'string' && typeof event.time === 'string'
    return known ? (event as Stamped) : null
  } catch {
    return null
  }
}
