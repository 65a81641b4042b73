/** What may be wrong in how documents go together, in words. */
import type { Card } from './card.ts'
import { type Diagnostic, problem } from './diagnostic.ts'
import { didYouMean } from './suggest.ts'

/** How many documents of one name are told beside each. */
const shown = 8
/** For how many names a near one is looked for. */
const suggestions = 200

/** On many disks names that differ in case only are one: one card would be taken for the other. */
export function doubled(card: Card, rivals: readonly Card[], but = ''): Diagnostic {
  const related = rivals
    .slice(0, shown + 1)
    .filter((other) => other.path !== card.path)
    .slice(0, shown)
    .map((other) => ({ ...other.place, message: 'the other one' }))
  const help = 'Rename one of them, and the `requires` that mean it.'
  return problem('doubled-card', card.place, `more than one document is called \`${card.id}\`${but}`, { related, help })
}

/** Requirements that no document is called. */
export function unknown(documents: readonly Card[], byId: ReadonlyMap<string, unknown>): Diagnostic[] {
  const references = documents.flatMap(({ requires }) => requires.filter(({ id }) => !byId.has(id)))
  let asked = 0
  return [...Map.groupBy(references, ({ id }) => id)].flatMap(([id, places]) => {
    const help = meantBy(id, byId, asked++ < suggestions)
    return places.map((place) => problem('unknown-card', place, `no document is called \`${id}\``, { help }))
  })
}

/** What to do about an id that no document has. `ask`: also look for a near one, which takes a look at every name. */
function meantBy(id: string, byId: ReadonlyMap<string, unknown>, ask: boolean): string {
  // Also of a path or a name with `.md` only the stem can be meant.
  const stem = id.replace(/^.*\//, '').replace(/\.md$/i, '')
  if (stem !== id && byId.has(stem)) return `Did you mean \`${stem}\`?`
  return (ask ? didYouMean(stem, byId.keys()) : null) ?? `Write ${stem}.md, or take the line away.`
}

/** Complete cards that require an active one. */
export function tooEarly(cards: ReadonlyMap<string, Card>): Diagnostic[] {
  return [...cards.values()].flatMap((card) => {
    const open = card.status === 'complete' && card.requires.find(({ id }) => cards.get(id)?.status === 'active')
    if (!open) return []
    const help = `Complete \`${open.id}\` first, or reopen \`${card.id}\`.`
    const message = `\`${card.id}\` is complete although it requires \`${open.id}\`, which is active`
    return problem('complete-too-early', open, message, { severity: 'warning', help })
  })
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
