/** Folders on disk: a file's name, new or renamed, is there after a power cut only when its folder was synced. */
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { atOnce, type Durable } from './sync.ts'

/** Makes a folder for run data, and the one above it; their names are on disk when this returns. @throws when the disk refuses. */
export function makeFolder(path: string): void {
  if (isFolder(path)) return
  if (!isFolder(dirname(path))) makeOneFolder(dirname(path))
  makeOneFolder(path)
}

/** Makes a folder in one that is there. @throws when the disk refuses. */
export function makeOneFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another run may have made it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path)) throw error
  }
  syncFolder(dirname(path))
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false // Making it will say why.
  }
}

/** Puts the names in a folder on disk. @throws when the disk refuses. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    atOnce(onDisk(folder))
  } finally {
    closeSync(folder)
  }
}

/** Some file systems cannot sync a folder: then it is as durable as they make it. */
export function* onDisk(folder: number): Durable<void> {
  try {
    yield folder
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
