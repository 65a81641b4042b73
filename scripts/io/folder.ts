/** Folders on disk: a file's name, new or renamed, is there after a power cut only when its folder was synced. */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a folder for run data with all above it; their names are on disk when this returns. @throws when the disk refuses. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made))
}

/** Puts the names in a folder on disk. @throws when the disk refuses. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    syncOpenFolder(folder)
  } finally {
    closeSync(folder)
  }
}

/** Some file systems cannot sync a folder: then it is as durable as they make it. */
export function syncOpenFolder(folder: number): void {
  try {
    fsyncSync(folder)
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
