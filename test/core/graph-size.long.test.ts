/** Large graphs: nothing recurses, and nothing takes more than its share. */
import { expect, it } from 'vitest'
import { type Card, parseCard } from '../../scripts/core/card.ts'
import { findCycles } from '../../scripts/core/cycle.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import { planOf } from '../../scripts/core/plan.ts'
import { doc } from './documents.ts'

const sample = parseCard('docs/sample.md', doc([])).card

/** An active card that requires these, without text. */
function bare(id: string, requires: readonly string[]): Card {
  const path = `docs/${id}.md`
  return {
    ...sample,
    id,
    path,
    requires: requires.map((other, at) => ({ id: other, file: path, line: at + 2, column: 5 })),
  }
}

const chainOf = (length: number, last: readonly string[] = []) =>
  Array.from({ length }, (_, at) => bare(`c${at}`, at + 1 < length ? [`c${at + 1}`] : last))

it('works a chain of 50,000 cards', () => {
  const graph = CardGraph.of(chainOf(50_000))
  const chain = graph.chain('c0')
  expect([chain.length, chain[0], chain.at(-1)]).toEqual([50_000, 'c49999', 'c0'])
  expect(graph.goals()).toEqual(['c0'])
  expect(graph.ready()).toEqual(['c49999'])
  expect(graph.dependents(['c49999']).length).toBe(49_999)
  expect(graph.diagnostics).toEqual([])
  const plan = planOf(graph, { goal: 'c0', only: false, from: null, force: null, downstream: false }, new Set())
  expect([plan.length, plan[1]?.after, plan[1]?.blockedBy]).toEqual([50_000, ['c49999'], []])
})

it('finds and draws a cycle of 50,000 cards', () => {
  const graph = CardGraph.of(chainOf(50_000, ['c0']))
  const [found] = graph.diagnostics
  expect([graph.diagnostics.length, found?.code, found?.related.length]).toEqual([1, 'cycle', 49_999])
  expect(graph.ready()).toEqual([])
})

it('works a card with 10,000 requirements', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `r${at}`)
  const graph = CardGraph.of([bare('goal', ids), ...ids.map((id) => bare(id, []))])
  expect(graph.chain('goal')).toEqual([...ids, 'goal'])
  expect(graph.goals()).toEqual(['goal'])
  expect(graph.ready()).toEqual(ids.toSorted((a, b) => (`docs/${a}.md` < `docs/${b}.md` ? -1 : 1)))
  expect(graph.readiness('goal').blockedBy.length).toBe(10_000)
})

it('works a card that 10,000 others require', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `r${at}`)
  const graph = CardGraph.of([bare('base', []), ...ids.map((id) => bare(id, ['base']))])
  expect(graph.goals().length).toBe(10_000)
  expect(graph.dependents(['base']).length).toBe(10_000)
  expect(graph.ready()).toEqual(['base'])
})

it('finds cycles in a thick graph without walking every path', () => {
  const nodes = Array.from({ length: 400 }, (_, at) => `n${at}`)
  const later = new Map(nodes.map((node, at) => [node, nodes.slice(at + 1)]))
  expect(findCycles(nodes, (node) => later.get(node) ?? [])).toEqual([])
  later.set('n399', ['n0'])
  expect(findCycles(nodes, (node) => later.get(node) ?? [])).toEqual([['n0', 'n399']])
})

// In linear time less than a second; asked of each entry anew, where it lies would take minutes.
it('reads a card with 50,000 requirements', { timeout: 15_000 }, () => {
  const ids = Array.from({ length: 50_000 }, (_, at) => `requirement-${at}`)
  const { card, diagnostics } = parseCard('docs/a.md', doc(ids))
  expect(diagnostics).toEqual([])
  expect(card.requires.length).toBe(50_000)
  expect(card.requires.at(-1)).toEqual({ id: 'requirement-49999', file: 'docs/a.md', line: 50_004, column: 5 })
})
