import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findCycles } from '../../scripts/core/cycle.ts'

const cyclesOf = (edges: Record<string, string[]>) => findCycles(Object.keys(edges), (node) => edges[node] ?? [])

it('finds none where there are none', () => {
  expect(cyclesOf({})).toEqual([])
  expect(cyclesOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([])
})

it('finds a node that leads to itself', () => {
  expect(cyclesOf({ a: ['b'], b: ['b'] })).toEqual([['b']])
})

it('starts each ring at its first node, and the rings in order', () => {
  expect(cyclesOf({ c: ['d'], d: ['c'], a: ['b'], b: ['a'] })).toEqual([
    ['c', 'd'],
    ['a', 'b'],
  ])
})

it('takes the shortest of many rings', () => {
  expect(cyclesOf({ a: ['b'], b: ['c', 'd'], c: ['d'], d: ['e', 'a'], e: ['a'] })).toEqual([['a', 'b', 'd']])
})

it('passes over edges to nodes that are not there', () => {
  expect(cyclesOf({ a: ['gone'] })).toEqual([])
})

const graphs = fc.array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { minLength: 8, maxLength: 8 })

it('finds a real ring exactly where a slow search finds one', () => {
  fc.assert(
    fc.property(graphs, (edges) => {
      const nodes = edges.map((_, at) => `${at}`)
      const next = (node: string) => (edges[Number(node)] ?? []).map(String)
      const reach = (from: string) => {
        const seen = new Set(next(from))
        for (const node of seen) for (const child of next(node)) seen.add(child)
        return seen
      }
      const found = findCycles(nodes, next)
      for (const ring of found) {
        for (const [at, node] of ring.entries()) expect(next(node)).toContain(ring[(at + 1) % ring.length])
        expect(new Set(ring).size).toBe(ring.length)
      }
      const knotted = nodes.filter((node) => reach(node).has(node))
      const knots = new Set(
        knotted.map((node) => knotted.filter((other) => reach(node).has(other) && reach(other).has(node)).join()),
      )
      expect(found.length).toBe(knots.size)
    }),
    { numRuns: 300 },
  )
})
