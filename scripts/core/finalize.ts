/** The last edit of a chain: what made its documents cards goes, line by line; the documentation stays as people wrote it. */
import type { Diagnostic } from './diagnostic.ts'
import { type Edit, lineOf, nextLine, readsAsBefore } from './edit.ts'
import { readFrontmatter } from './frontmatter.ts'

const ofCards = ['requires', 'status', 'branch'] as const

/** What `finalize` would take out of a document. */
export function keysOfCards(path: string, text: string): string[] {
  const { fields } = readFrontmatter(path, text, [])
  return ofCards.filter((name) => fields.has(name))
}

/**
 * Takes `requires`, `status` and `branch` out, each with all its lines and the comments among them. A document that has none of
 * them comes back as it is.
 */
export function finalize(path: string, text: string): Edit {
  const faults: Diagnostic[] = []
  const front = readFrontmatter(path, text, faults)
  const [fault] = faults
  if (fault) return refused(`${fault.message} (line ${fault.line})`)
  if (front.fields.get('status')?.value === 'active') return refused('it is active')
  let result = text
  const entries = ofCards.flatMap((name) => front.fields.get(name) ?? [])
  for (const { range } of entries.sort((a, b) => b.range[0] - a.range[0])) {
    const lines = front.block ? linesOf(text, range, front.span?.[1] ?? text.length) : null
    if (!lines) return refused('its `requires`, `status` or `branch` does not stand on lines of its own')
    result = result.slice(0, lines[0]) + result.slice(lines[1])
  }
  return readsAsBefore(path, [text, front], result, ofCards) ? { ok: true, text: result } : broken
}

const broken = refused('its frontmatter could not be read without its `requires`, `status` and `branch`')

function refused(reason: string): Edit {
  return { ok: false, reason }
}

/** The whole lines of an entry, when nothing but a comment shares them, and comments behind it that are indented deeper. */
function linesOf(text: string, range: [number, number], last: number): [number, number] | null {
  const alone = lineOf(text, range)
  if (!alone) return null
  const indent = range[0] - alone.start
  let next = alone.end
  for (let line = text.slice(next, nextLine(text, next)); next < last; line = text.slice(next, nextLine(text, next))) {
    if (!/^[ \t]*#/.test(line) || line.indexOf('#') <= indent) break
    next += line.length
  }
  return [alone.start, next]
}
