/** A report that other programs read: whole at every moment, old or new. */
import { lstatSync, realpathSync, statSync } from 'node:fs'
import { scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

/**
 * The file that is meant, for every time that it is written: what a link such as /dev/stdout leads to is another thing once that
 * was replaced. @throws when something else than a file is there.
 */
export function reportFile(path: string): string {
  const file = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(path) : path
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error(`${file} is there and is no file`)
  return file
}

/** @throws when the system refuses. */
export function writeReport(repository: Repository, file: string, text: string): void {
  replaceFile(file, text, scratch(repository))
}
