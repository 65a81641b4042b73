/** A report that other programs read: whole at every moment, old or new. */
import { statSync } from 'node:fs'
import { scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

/** @throws when something else than a file is there, or the system refuses. */
export function writeReport(repository: Repository, path: string, text: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error(`${path} is there and is no file`)
  replaceFile(path, text, scratch(repository))
}
