/** Task files that import nothing of ours: only such cards are worked in a process that serves others too. */
import { readFileSync } from 'node:fs'

/** The text of these modules in one, without what they import from each other, and `last` at its end. */
export function oneModule(paths: readonly string[], last: string): string {
  const texts = paths.map((path) => readFileSync(path, 'utf8').replace(/^import .* from '\.[^']*'\n/gm, ''))
  return [...texts, last].join('\n')
}
