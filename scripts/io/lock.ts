/** A lock that the kernel frees when its holder dies, however it dies: SQLite's lock on an empty database file. */

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { makeFolder } from './folder.ts'
import { quietly } from './quietly.ts'
import { sha256 } from './sha256.ts'

export interface Lock {
  /** Whether it keeps others out: it does not when its file was deleted or replaced. */
  held: () => boolean
  release: () => void
}

/** Who holds a lock, as the holder wrote it down. */
export interface Holder {
  pid: number
  host: string
  since: string
  what: string
}

const busy = 5 // SQLITE_BUSY, the lowest byte of all its kinds
const noDatabase = 26 // SQLITE_NOTADB

/** How long somebody may stand in the door, in milliseconds: it takes one or two, unless the process is suspended there. */
const patience = 2000

/**
 * Takes the lock, or answers null when somebody has it; asks for so many milliseconds, and does nothing else meanwhile.
 * @throws when the file cannot be made or is no lock.
 */
export function tryLock(path: string, milliseconds = 0): Lock | null {
  makeFolder(dirname(path))
  for (;;) {
    const before = identityOf(path)
    const database = begin(path, 'BEGIN EXCLUSIVE', milliseconds)
    if (database === null) return null
    // Between being opened and being locked it may have been deleted: nobody is kept out then.
    if (before !== null && before === identityOf(path)) {
      return { held: () => identityOf(path) === before, release: () => database.close() }
    }
    database.close()
  }
}

/** Holds the lock together with all who share it; null: somebody has it alone. @throws when the file cannot be made or is no lock. */
export function shareLock(path: string): Pick<Lock, 'release'> | null {
  makeFolder(dirname(path))
  const database = begin(path, 'BEGIN; SELECT 1 FROM sqlite_master', 0)
  return database && { release: () => database.close() }
}

/**
 * Waits for the lock; asks again every 40 ms. Who waits longest does not come first, but nobody who has just released it comes
 * before one who waits. @throws the signal's reason when it is aborted first.
 */
export async function waitForLock(path: string, signal: AbortSignal): Promise<Lock> {
  const turn = await askFor(`${path}.turn`, signal)
  try {
    return await askFor(path, signal)
  } finally {
    turn.release()
  }
}

async function askFor(path: string, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    signal.throwIfAborted()
    const lock = tryLock(path)
    if (lock) return lock
    await new Promise<void>((resolve) => setTimeout(resolve, 40))
  }
}

/** Where the lock of that name is: any text names one, of its own. */
export function lockNamed(data: string, name: string): string {
  return join(data, 'locks', sha256(name).slice(0, 32))
}

/** Shared by every process that works a card, for as long as it lives. */
export function tasksLock(data: string): string {
  return join(data, 'locks', 'tasks')
}

/**
 * `before`: who had it last and did not sign off, because it was killed. `leave` releases the lock; what a killed one left is told
 * to the next holder when it is named once more.
 */
export type Claim =
  | { lock: Lock; before: Holder | null; leave: (killed: Holder | null) => void }
  | { lock: null; holder: Holder | null }

/**
 * Takes the lock and writes down who has it, or tells who does. The note is written and believed in a door that lets one through
 * at a time: it is never that of an earlier holder.
 */
export function claimLock(path: string, what: string, now: number): Claim {
  const door = tryLock(doorOf(path), patience)
  if (door === null) return { lock: null, holder: null }
  try {
    const lock = tryLock(path)
    if (lock === null) return { lock, holder: holderOf(path) }
    const before = holderOf(path)
    sign(path, { pid: process.pid, host: hostname(), since: new Date(now).toISOString(), what })
    return { lock, before, leave: (killed) => leave(path, lock, killed) }
  } finally {
    door.release()
  }
}

/** In the door, too: whoever finds the lock taken finds the note. */
function leave(path: string, lock: Lock, killed: Holder | null): void {
  let door: Lock | null = null
  try {
    door = tryLock(doorOf(path), patience)
  } catch {
    // The note stays: it is believed only while the lock is taken.
  }
  if (door !== null && lock.held()) sign(path, killed)
  lock.release()
  door?.release()
}

/** Who holds the lock now; null: nobody, or nobody knows. In the door, so that nobody who wants it finds it taken by the question. */
export function whoHolds(path: string): Holder | null {
  if (!existsSync(path)) return null
  try {
    const door = tryLock(doorOf(path), patience)
    if (door === null) return null
    try {
      const lock = tryLock(path)
      lock?.release()
      return lock ? null : holderOf(path)
    } finally {
      door.release()
    }
  } catch {
    return null // Who may not take the lock cannot look either.
  }
}

/** Writes down who holds it, or takes the note away; a courtesy, so a disk that refuses is no trouble. */
function sign(path: string, holder: Holder | null): void {
  try {
    rmSync(noteOf(path), { force: true })
    if (holder !== null) writeFileSync(noteOf(path), JSON.stringify(holder))
  } catch {
    // Others then learn only that somebody works here.
  }
}

/** Who said to hold it last. Only to be believed while the lock is taken. */
export function holderOf(path: string): Holder | null {
  try {
    const { pid, host, since, what } = JSON.parse(readFileSync(noteOf(path), 'utf8')) as Record<string, unknown>
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string' || typeof what !== 'string')
      return null
    return { pid, host, since, what }
  } catch {
    return null
  }
}

const noteOf = (path: string) => `${path}.holder`
const doorOf = (path: string) => join(dirname(path), 'locks', 'door')

/** Begins a transaction that is the lock; null: others have it. */
function begin(path: string, words: string, timeout: number): DatabaseSync | null {
  // Node 22 warns that its SQLite is experimental; the part used here has not changed since.
  const { DatabaseSync } = quietly(() => process.getBuiltinModule('node:sqlite'))
  const database = new DatabaseSync(path, { timeout })
  try {
    database.exec(words)
    return database
  } catch (error) {
    database.close()
    const { errcode = 0, message } = error as { errcode?: number; message: string }
    if (errcode % 256 === busy) return null
    const stranger =
      errcode === noDatabase ? '; something else was written there, take it away while nobody works here' : ''
    throw new Error(`${path}: ${message}${stranger}`, { cause: error })
  }
}

/** Which file it is, whatever its name; null: none. */
function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found ? `${found.dev}:${found.ino}` : null
}
