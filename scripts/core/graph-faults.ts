/** What may be wrong in how documents go together, in words. */
import type { Card, Reference } from './card.ts'
import { type Diagnostic, problem } from './diagnostic.ts'
import { didYouMean } from './suggest.ts'

export function doubled(card: Card, rivals: readonly Card[]): Diagnostic {
  const related = rivals
    .filter((other) => other.path !== card.path)
    .map((other) => ({ ...other.place, message: 'the other one' }))
  const help = 'Rename one of them, and the `requires` that mean it.'
  return problem('doubled-card', card.place, `more than one document is called \`${card.id}\``, { related, help })
}

/** `near`: the names among which the one that was meant is looked for. */
export function unknown(reference: Reference, byId: ReadonlyMap<string, unknown>, near: Iterable<string>): Diagnostic {
  // Also of a path or a name with `.md` only the stem can be meant.
  const stem = reference.id.replace(/^.*\//, '').replace(/\.md$/i, '')
  const meant = stem !== reference.id && byId.has(stem) ? `Did you mean \`${stem}\`?` : null
  const help = meant ?? didYouMean(stem, near) ?? `Write ${stem}.md, or take the line away.`
  return problem('unknown-card', reference, `no document is called \`${reference.id}\``, { help })
}

export function cycle(ring: string[], cards: ReadonlyMap<string, Card>): Diagnostic {
  const edges = ring.map((id, at) => {
    const required = ring[(at + 1) % ring.length] ?? id
    const reference = cards.get(id)?.requires.find((entry) => entry.id === required)
    return { id, required, place: reference ?? cards.get(id)?.place ?? { file: id, line: 1, column: 1 } }
  })
  const related = edges.slice(1).map(({ id, required, place: { file, line, column } }) => {
    return { file, line, column, message: `\`${id}\` requires \`${required}\`` }
  })
  const place = edges[0]?.place ?? { file: '', line: 1, column: 1 }
  const help = 'Take away the requirement that is not needed first.'
  return problem('cycle', place, `cards require each other: ${[...ring, ring[0]].join(' → ')}`, { related, help })
}
