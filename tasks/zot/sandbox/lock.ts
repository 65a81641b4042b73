import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { SandboxError } from './error.ts'
import { isObject } from './files.ts'

const SQLITE_BUSY = 5

/**
 * Runs `work` while no other process holds the same lock file. The lock is SQLite's exclusive one, which the kernel frees
 * when its holder dies, however it dies. Polls, so the event loop stays free; gives up after `patience` milliseconds.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: { patience?: number; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const deadline = performance.now() + (options.patience ?? 120_000)
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    while (!tryLock(database)) {
      options.signal?.throwIfAborted()
      if (performance.now() > deadline) {
        throw new SandboxError(
          file,
          'another process has been holding this lock for too long',
          'look for another run that starts or stops this sandbox, let it end, then try again',
        )
      }
      await pause(15, undefined, options.signal ? { signal: options.signal } : {})
    }
    return await work()
  } finally {
    database.close()
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (isObject(error) && error.errcode === SQLITE_BUSY) return false
    throw error
  }
}
