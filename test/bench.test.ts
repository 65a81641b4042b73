/** What the measurements rest on: graphs that are what they say, figures that are right, tables that say them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { digits, median, medianRatio, seconds } from '../bench/lib/figures.ts'
import { type Graph, makeGraph, seeded, shapes } from '../bench/lib/graph.ts'
import { spanOf, timesOf } from '../bench/lib/intervals.ts'
import { markdown, memory, ratio, rowsOf, writeBetween } from '../bench/lib/report.ts'
import type { Result } from '../bench/lib/rounds.ts'
import { longestFirst, lowerBound } from '../bench/lib/schedule.ts'

describe.each(shapes)('a %s graph', (shape) => {
  it.each([2, 3, 100, 1000])('of %i cards: one goal, no cycle, nothing that the goal does not require', (count) => {
    for (const seed of [1, 2, 3]) {
      const { cards, goal } = makeGraph(shape, count, seed)
      expect(new Set(cards.map(({ id }) => id)).size).toBe(count)
      const seen = new Set<string>()
      const required = new Set<string>()
      const wrong: string[] = []
      for (const { id, requires } of cards) {
        // What comes only after what it requires is in no cycle.
        if (!requires.every((card) => seen.has(card)) || new Set(requires).size < requires.length) wrong.push(id)
        seen.add(id)
        for (const card of requires) required.add(card)
      }
      expect(wrong).toEqual([])
      expect(cards.filter(({ id }) => !required.has(id)).map(({ id }) => id)).toEqual([goal])
    }
  })

  it('is the same for the same seed', () => {
    expect(makeGraph(shape, 500, 11)).toEqual(makeGraph(shape, 500, 11))
    expect(makeGraph(shape, 500, 11)).not.toEqual(makeGraph(shape, 500, 12))
  })
})

test('the shapes are what their names say', () => {
  const depth = (graph: Graph) => lowerBound(graph, () => 1, Number.POSITIVE_INFINITY)
  const requirements = (graph: Graph) => graph.cards.map(({ requires }) => requires.length)
  const [wide, deep, random, ladder] = shapes.map((shape) => makeGraph(shape, 1000, 5)) as [Graph, Graph, Graph, Graph]
  expect([depth(wide), Math.max(...requirements(wide))]).toEqual([2, 999])
  expect([depth(deep), Math.max(...requirements(deep))]).toEqual([1000, 1])
  expect([depth(ladder), Math.max(...requirements(ladder))]).toEqual([667, 2])
  expect(Math.max(...requirements(random))).toBe(3)
  expect(depth(random)).toBeGreaterThan(20)
  expect(depth(random)).toBeLessThan(60)
})

test('numbers of a seed lie in [0, 1) and are spread evenly', () => {
  const random = seeded(42)
  const tenths = Array.from({ length: 10_000 }, () => Math.floor(10 * random()))
  for (let tenth = 0; tenth < 10; tenth++) {
    expect(Math.abs(tenths.filter((one) => one === tenth).length - 1000)).toBeLessThan(150)
  }
})

test('medians, ratios of the same round, and digits that count', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(median([])).toBeNaN()
  // Not the ratio of the medians, which would be 1.
  expect(medianRatio([1, 2, 3], [2, 1, 3])).toBe(1)
  expect(medianRatio([1, 2, 30], [2, 20, 3])).toBe(0.5)
  expect(medianRatio([1, null, 9], [2, 1, null])).toBe(0.5)
  expect(medianRatio([1, 2], [null])).toBeNaN()
  expect([0.04123, 1.366, 99.96, 134.2].map(digits)).toEqual(['0.0412', '1.37', '100', '134'])
  expect([0.04123, 1.366].map(seconds)).toEqual(['41.2 ms', '1.37 s'])
})

test('a table tells medians, spread and ratios with their limits, and what could not be measured', () => {
  const results: Result[] = [
    { name: 'ours', cards: 10, rounds: [taken(1), taken(2), taken(3)], why: null },
    { name: 'peer', cards: 10, rounds: [taken(2), taken(2), null], why: null },
    { name: 'absent', cards: 10, rounds: [], why: 'not measured here: no such program' },
  ]
  const verdicts = [
    ratio(results, ['ours', 10], ['peer', 10], 0.5),
    ratio(results, ['peer', 10], ['ours', 10], null),
    ratio(results, ['ours', 10], ['absent', 10], 2),
    memory(results, ['ours', 10], 3),
  ]
  expect(markdown({ ...rowsOf(results), verdicts, notes: ['A note.'] }, 'a machine')).toBe(`\
| cards | what | median | fastest – slowest | memory | runs |
| --- | --- | --- | --- | --- | --- |
| 10 | ours | 2.00 s | 1.00 s – 3.00 s | 3 MB | 3 |
| 10 | peer | 2.00 s | 2.00 s – 2.00 s | 2 MB | 2 |
| 10 | absent | not measured here: no such program |  |  |  |

| ratio | figure | limit | holds |
| --- | --- | --- | --- |
| ours ÷ peer, 10 cards | 0.750 | at most 0.5 | **no** |
| peer ÷ ours, 10 cards | 1.50 |  |  |
| ours ÷ absent, 10 cards | not measured | at most 2 |  |
| memory of ours (10 cards) | 3 MB | at most 3 MB | yes |

A note.
Measured on a machine.
`)
})

test('a table goes between its own markers, and nothing else of the page changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mikado-bench-'))
  const page = join(folder, 'README.md')
  try {
    writeFileSync(page, 'Before\n<!-- one -->\nold $&\n<!-- /one -->\n<!-- two -->\nkept\n<!-- /two -->\nAfter\n')
    writeBetween(page, 'one', '| new $& |\n')
    writeBetween(page, 'one', '| newer $& |\n')
    expect(readFileSync(page, 'utf8')).toBe(
      'Before\n<!-- one -->\n\n| newer $& |\n\n<!-- /one -->\n<!-- two -->\nkept\n<!-- /two -->\nAfter\n',
    )
    expect(() => writeBetween(page, 'three', '')).toThrow('has no markers <!-- three --> and <!-- /three -->')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the lower bound is the longest path or the work shared out, and longest first comes near it', () => {
  const graph: Graph = {
    shape: 'random',
    goal: 'goal',
    cards: [
      { id: 'long', requires: [] },
      { id: 'a', requires: [] },
      { id: 'b', requires: [] },
      { id: 'goal', requires: ['long', 'a', 'b'] },
    ],
  }
  const duration = ({ id }: { id: string }) => ({ long: 4, a: 3, b: 1 })[id] ?? 1
  expect(lowerBound(graph, duration, 1)).toBe(9)
  expect(lowerBound(graph, duration, 2)).toBe(5)
  expect(longestFirst(graph, duration, 1)).toBe(9)
  expect(longestFirst(graph, duration, 2)).toBe(5)
  const random = makeGraph('random', 300, 3)
  const lastLetter = ({ id }: { id: string }) => id.charCodeAt(id.length - 1)
  const least = lowerBound(random, lastLetter, 2)
  const reached = longestFirst(random, lastLetter, 2)
  expect(reached).toBeGreaterThanOrEqual(least)
  expect(reached).toBeLessThan(1.05 * least)
})

test('the time of a card is told by phase, with Ansible apart', () => {
  const at = (second: number) => new Date(1000 * second).toISOString()
  const line = (second: number, event: string, more: object = {}) => ({ time: at(second), event, card: 'a', ...more })
  const journal = [
    line(10, 'card-started'),
    line(12, 'check-failed', { check: 'It works', phase: 'before' }),
    line(20, 'check-passed', { check: 'It works', phase: 'after' }),
    line(23, 'check-passed', { check: 'It stays', phase: 'after' }),
    line(24, 'card-completed', { how: 'ran', verified: true }),
  ]
  const run = [{ time: at(8), event: 'run-started' }, ...journal, { time: at(99), event: 'run-ended' }]
  expect(spanOf(run)).toEqual({ from: 10_000, to: 24_000 })
  expect(timesOf(journal, [{ from: 11_000, to: 15_000 }])).toEqual([
    {
      card: 'a',
      before: 2000,
      ansible: 3000,
      work: 5000,
      after: 3000,
      mark: 1000,
      parts: [
        { what: 'start, "It works" asked first', ms: 2000 },
        { what: 'work, "It works" asked again', ms: 8000 },
        { what: '"It stays" asked again', ms: 3000 },
        { what: 'card-completed', ms: 1000 },
      ],
    },
  ])
})

function taken(seconds: number) {
  return { seconds, cpu: seconds, memory: seconds * 1e6, code: 0 }
}
