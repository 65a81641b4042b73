/** How far goals are, against counting card by card. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { CardGraph } from '../../scripts/core/graph.ts'

/** Cards that require any others: cycles, missing ones and themselves among them; some with errors. */
const documents = fc.array(
  fc.record({
    state: fc.constantFrom('status: active', 'status: active', 'modified: 2026-01-01', 'status: odd'),
    requires: fc.array(fc.nat({ max: 60 }), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 50 },
)

function naive(graph: CardGraph, goal: string) {
  const reached = new Set([goal])
  for (const id of reached) for (const required of graph.requires(id)) reached.add(required)
  const others = [...reached].filter((id) => id !== goal && graph.cards.has(id)).map((id) => graph.card(id))
  const missing = [...reached].filter((id) => !graph.cards.has(id))
  return {
    active: others.filter(({ status }) => status === 'active').length,
    total: others.length,
    faulty: missing.length + others.filter(({ status, sound }) => status === 'complete' && !sound).length,
    ready: [...reached].filter((id) => graph.cards.has(id) && graph.readiness(id).ready).sort(),
  }
}

it('is what one finds by following every requirement of each goal', () => {
  fc.assert(
    fc.property(documents, (cards) => {
      const texts = cards.map(({ state, requires }) => {
        return `---\n${state}\nrequires: [${requires.map((other) => `c${other}`).join(', ')}]\n---\n`
      })
      const graph = CardGraph.of(texts.map((text, at) => parseCard(`docs/c${at}.md`, text).card))
      const ids = [...graph.cards.keys()]
      const found = graph.progress(ids).map((far) => ({ ...far, ready: far.ready.toSorted() }))
      expect(found).toEqual(ids.map((id) => naive(graph, id)))
      for (const id of ids) expect(graph.progress([id])[0]?.ready.toSorted()).toEqual(naive(graph, id).ready)
    }),
    { numRuns: 200, seed: 5 },
  )
})

it('names what is ready in run order', () => {
  const card = (id: string, requires: string) =>
    parseCard(`docs/${id}.md`, `---\nstatus: active\nrequires: ${requires}\n---\n`).card
  const graph = CardGraph.of([card('goal', '[z, a]'), card('a', '[m]'), card('m', '[]'), card('z', '[]')])
  expect(graph.progress(['goal'])).toEqual([{ active: 3, total: 3, faulty: 0, ready: ['z', 'm'] }])
})
