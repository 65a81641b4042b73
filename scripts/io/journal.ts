/** The journal: append-only evidence of what happened, one event a line. Losing it loses history only. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { RunEvent, Stamped } from '../core/event.ts'
import type { Repository } from './repository.ts'

export interface Journal {
  /** Writes the line; events that later work rests on are on disk when this returns. @throws when the disk refuses. */
  append: (event: Stamped) => void
  close: () => void
}

/** What is only passing by: kept in the card's log, not here. */
const unrecorded: ReadonlySet<RunEvent['event']> = new Set(['output'])
/** What must be on disk before anything that follows from it. */
const durable: ReadonlySet<RunEvent['event']> = new Set([
  'run-started',
  'card-started',
  'step-started',
  'step-done',
  'card-completed',
  'card-reopened',
  'run-ended',
])

export function journalPath(repository: Repository): string {
  return join(repository.data, 'journal.jsonl')
}

/** Makes the folder for run data, with a .gitignore of its own: nothing in it belongs into git. */
export function makeDataFolder(repository: Repository): void {
  mkdirSync(repository.data, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(join(repository.data, '.gitignore'), '*\n', { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

export function openJournal(repository: Repository): Journal {
  makeDataFolder(repository)
  const file = openSync(journalPath(repository), 'a+', 0o600)
  let torn = endsTorn(file)
  return {
    append: (event) => {
      if (unrecorded.has(event.event)) return
      const line = `${torn ? '\n' : ''}${JSON.stringify(event)}\n`
      // Until all of it is written: a disk that was full in between may have taken a part.
      torn = true
      writeSync(file, line)
      torn = false
      if (durable.has(event.event)) fsyncSync(file)
    },
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

/** Every event that can be read, oldest first. Lines that a crash cut, or that nobody knows, are passed over. */
export function readJournal(repository: Repository): Stamped[] {
  let text: string
  try {
    text = readFileSync(journalPath(repository), 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    const event = parseLine(line)
    return event ? [event] : []
  })
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
