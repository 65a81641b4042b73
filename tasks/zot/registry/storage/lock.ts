import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another registry keeps its images in the same folder. */
export class StorageInUse extends Error {
  override name = 'StorageInUse'
}

/** Milliseconds to wait for one that is just ending. zot waits 10 s. */
const patience = 2000

/**
 * Makes a storage folder this process's own until it ends, however it ends: a file lock of SQLite's, as zot holds one of
 * bolt's. Throws `StorageInUse`. The answer must be kept: what is collected lets go.
 */
export function lockStorage(root: string): DatabaseSync {
  const path = join(root, '_standin', 'lock')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(path, { timeout: patience })
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return lock
  } catch {
    throw new StorageInUse(`the storage is already in use: ${path}`)
  }
}
