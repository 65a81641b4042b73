/** The parts of a brief, each whole; what fits is decided elsewhere. */
import { sayings } from './attempt.ts'
import { clip, oneLine } from './bounded.ts'
import type { Brief, Material, Requirement } from './brief.ts'
import type { Card } from './card.ts'
import { type ChecklistLine, headingOf } from './checklist.ts'
import type { Stamped } from './event.ts'
import { readFrontmatter } from './frontmatter.ts'
import type { CardGraph } from './graph.ts'

/** The active goals that need the card, each with a shortest way down to it. */
export function goalsOf(graph: CardGraph, id: string): Brief['goals'] {
  const below = new Map<string, string>()
  const reached = [id]
  for (const at of reached) {
    for (const above of graph.requiredBy(at)) {
      if (above === id || below.has(above)) continue
      below.set(above, at)
      reached.push(above)
    }
  }
  return graph
    .goals()
    .filter((goal) => goal !== id && below.has(goal))
    .map((goal) => {
      const way = [goal]
      for (let at = below.get(goal); at !== undefined; at = below.get(at)) way.push(at)
      const hidden = way.length - 6
      return { id: goal, way: hidden < 2 ? way : [...way.slice(0, 3), `… ${hidden} more`, ...way.slice(-3)] }
    })
}

/** The lines of the document that say what to do: no frontmatter, no checklist (that is told on its own), no run of empty lines. */
export function bodyOf({ path, checklist }: Card, text: string): string[] {
  const { end } = readFrontmatter(path, text, [])
  const [first] = checklist
  const last = checklist.at(-1)
  const before = first ? text.slice(end, text.lastIndexOf('\n', first.box) + 1) : text.slice(end)
  const after = last ? text.slice(itemEnd(text, last)) : ''
  const empty = /^\s*(?:#|$)/.test(after)
  return `${empty ? withoutLastHeading(before) : before}${after}`
    .replace(/^\uFEFF/, '')
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => clip(line.trimEnd(), 600))
    .filter((line, at, lines) => line !== '' || (at > 0 && lines[at - 1] !== ''))
    .filter((line, at, lines) => line !== '' || at < lines.length - 1)
}

/** The heading of the checklist goes when it is left with nothing under it. */
function withoutLastHeading(text: string): string {
  const written = text.trimEnd()
  const line = written.lastIndexOf('\n') + 1
  return headingOf(written.slice(line))?.text.toLowerCase() === 'verification' ? text.slice(0, line) : text
}

/** Where the item ends: before an empty line, or one that is not indented. */
function itemEnd(text: string, { box }: ChecklistLine): number {
  const rest = /\n(?![ \t]+\S)/.exec(text.slice(box))
  return rest === null ? text.length : box + rest.index + 1
}

export function requirements({ graph, id, histories, target }: Material): Requirement[] {
  return graph.requires(id).map((required) => {
    const other = graph.cards.get(required)
    const found = histories.get(required)?.proof ?? null
    const proof = found && {
      time: found.time,
      how: found.how,
      verified: found.verified,
      by: found.by,
      here: found.target === target,
    }
    return { id: required, state: other ? (other.sound ? other.status : 'unsound') : 'missing', proof }
  })
}

export function checksOf(card: Card, events: readonly Stamped[]): Brief['checks'] {
  const said = sayings(events, card.id)
  return card.checklist.map(({ text, key, checked }) => {
    const found = said.get(key)
    const detail = found?.detail ?? null
    return {
      text: oneLine(text, 160),
      checked,
      said: found ? { ...found, detail: detail === null ? null : oneLine(detail, 200) } : null,
    }
  })
}
