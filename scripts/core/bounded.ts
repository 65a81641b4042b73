/** Text kept within bounds, and honest about what is left out. */
import { folded } from './plain.ts'

/** Text of a document for one line: no line break forges a row. */
export function oneLine(text: string, most: number): string {
  return clip(folded(text.slice(0, 8 * most)), most)
}

/** The lines of a message as one, of 600 characters at most. */
export function inOneLine(message: string): string {
  const line = message.replace(/\s*\n\s*/g, ' · ').trim()
  return line.length > 600 ? `${line.slice(0, 600)} …` : line
}

/** The beginning of a text, of `most` characters; an ellipsis says that there is more. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  const kept = text.slice(0, Math.max(0, most - 1))
  // Half of a character of two units is none.
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** The first entries that fit into `room`, and how many are left out. */
export function fitting<T>(
  entries: readonly T[],
  room: number,
  sizeOf: (entry: T) => number,
): { shown: T[]; left: number } {
  let taken = 0
  let used = 0
  for (const entry of entries) {
    used += sizeOf(entry)
    if (used > room) break
    taken++
  }
  return { shown: entries.slice(0, taken), left: entries.length - taken }
}

/** A part of a file, in bytes. */
export interface Excerpt {
  text: string
  /** How many come before it, and how many there are up to its end. */
  before: number
  size: number
}
