/** What an edit would change, as people know it from git: lines taken away and added, with two lines around them. */
import type { Paint } from './style.ts'
import { plain } from './style.ts'

/** `before` null: a new file. The two texts differ in one place. */
export function diffText(path: string, before: string | null, after: string, paint: Paint): string {
  const old = before === null ? [] : linesOf(before)
  const now = linesOf(after)
  let first = 0
  while (first < Math.min(old.length, now.length) && old[first] === now[first]) first++
  let same = 0
  while (same < Math.min(old.length, now.length) - first && old.at(-1 - same) === now.at(-1 - same)) same++
  const line = (mark: string) => (text: string) => `${mark}${plain(text)}`
  const body = [
    ...old.slice(Math.max(0, first - 2), first).map(line(' ')),
    ...old.slice(first, old.length - same).map((text) => paint.red(line('-')(text))),
    ...now.slice(first, now.length - same).map((text) => paint.green(line('+')(text))),
    ...old.slice(old.length - same, old.length - same + 2).map(line(' ')),
  ]
  return `${paint.bold(`${before === null ? 'new file' : 'changed'} ${path}`)}\n${body.join('\n')}\n`
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
