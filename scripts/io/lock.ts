/** A lock that the kernel frees when its holder dies, however it dies: SQLite's lock on an empty database file. */
import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { makeFolder } from './folder.ts'

export interface Lock {
  release: () => void
}

/** Who holds a lock, as the holder wrote it down. */
export interface Holder {
  pid: number
  host: string
  since: string
  what: string
}

const busy = 5 // SQLITE_BUSY

/** Takes the lock, or answers null when another process has it. @throws when the file cannot be made. */
export async function tryLock(path: string): Promise<Lock | null> {
  makeFolder(dirname(path))
  const { DatabaseSync } = await quietSqlite()
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === busy) return null
    throw error
  }
  return { release: () => database.close() }
}

/** Waits for the lock; asks again every 40 ms. @throws the signal's reason when it is aborted first. */
export async function waitForLock(path: string, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    signal.throwIfAborted()
    const lock = await tryLock(path)
    if (lock) return lock
    await new Promise<void>((resolve) => setTimeout(resolve, 40))
  }
}

/** Writes down who holds it, for those who find it taken; a courtesy, so a disk that refuses is no trouble. */
export function sign(path: string, what: string, now: number): void {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date(now).toISOString(), what }
  try {
    writeFileSync(`${path}.holder`, JSON.stringify(holder))
  } catch {
    // Others then learn only that somebody works here.
  }
}

/** Who said to hold it last. Only to be believed while the lock is taken. */
export function holderOf(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(`${path}.holder`, 'utf8')) as Holder
  } catch {
    return null
  }
}

/**
 * Who holds the lock now; null: nobody. Asked without getting in the way of who takes it: only a holder that may still live
 * is asked for at the lock itself, by reading, for less than a millisecond.
 */
export async function whoHolds(path: string): Promise<Holder | null> {
  const holder = holderOf(path)
  if (holder === null || (holder.host === hostname() && !lives(holder.pid))) return null
  const { DatabaseSync } = await quietSqlite()
  const database = new DatabaseSync(path, { open: false, readOnly: true, timeout: 0 })
  try {
    database.open()
    database.exec('SELECT 1 FROM sqlite_master')
    return null
  } catch (error) {
    return (error as { errcode?: number }).errcode === busy ? holder : null
  } finally {
    if (database.isOpen) database.close()
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

/** Node 22 warns that its SQLite is experimental, on the user's terminal; the part used here has not changed since. */
async function quietSqlite(): Promise<typeof import('node:sqlite')> {
  const warn = process.emitWarning
  process.emitWarning = () => {}
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = warn
  }
}
