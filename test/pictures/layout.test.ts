import { describe, expect, test } from 'vitest'
import { makeGraph } from '../../bench/lib/graph.ts'
import type { Drawing } from '../../scripts/core/drawing.ts'
import { layoutOf, type Placed } from '../../scripts/view/layout.ts'
import { drawn } from './drawings.ts'

type Box = Placed['cards'][number]

const overlaps = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** What is wrong with a picture, in words. */
function faults({ cards, edges }: Drawing, placed: Placed): string[] {
  const found: string[] = []
  const boxes = new Map(placed.cards.map((box) => [box.id, box]))
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x <= placed.width && y <= placed.height
  if (String(placed.cards.map(({ id }) => id)) !== String(cards.map(({ id }) => id))) found.push('other cards')
  for (const [at, box] of placed.cards.entries()) {
    if (!inside(box.x, box.y) || !inside(box.x + box.width, box.y + box.height)) found.push(`${box.id} sticks out`)
    for (const other of placed.cards.slice(at + 1)) if (overlaps(box, other)) found.push(`${box.id} on ${other.id}`)
  }
  for (const [at, { from, to, path }] of placed.edges.entries()) {
    const { from: a, to: b, back } = edges[at] ?? {}
    if (a !== from || b !== to) found.push(`another edge than ${a} → ${b}`)
    const numbers = path.match(/-?\d+(?:\.\d+)?/g)?.map(Number) ?? []
    if (!/^M[-\d. ]+C[-\d. ]+$/.test(path) || numbers.length % 6 !== 2) found.push(`no path: ${path}`)
    const [start, end] = [numbers.slice(0, 2), numbers.slice(-2)]
    if (!touches(boxes.get(from), start) || !touches(boxes.get(to), end))
      found.push(`${from} → ${to} hangs loose: ${path}`)
    if (!back && (boxes.get(from)?.y ?? 0) >= (boxes.get(to)?.y ?? 0)) found.push(`${from} is not above ${to}`)
  }
  return found
}

/** Whether a point is on the border of a box, but for what five digits leave out. */
function touches(box: Box | undefined, [x = 0, y = 0]: number[]): boolean {
  if (!box) return false
  const near = (a: number, b: number) => Math.abs(a - b) < 8
  const [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height]
  const within = x > left - 8 && x < right + 8 && y > top - 8 && y < bottom + 8
  return within && (near(x, left) || near(x, right) || near(y, top) || near(y, bottom))
}

function made(shape: Parameters<typeof makeGraph>[0], count: number): Drawing {
  const { cards } = makeGraph(shape, count, 7)
  return drawn(Object.fromEntries(cards.map(({ id, requires }) => [id, [...requires]])), [], ['goal'])
}

/** Every card requires all before it: nothing has more edges. */
function dense(count: number): Drawing {
  const all = Array.from({ length: count }, (_, at) => `c${at}`)
  return drawn(Object.fromEntries(all.map((id, at) => [id, all.slice(0, at)])))
}

describe('a layout', () => {
  test('has the goal on top, what it requires below, and arrows from box to box', async () => {
    const drawing = drawn({ goal: ['left', 'right'], left: ['base'], right: ['base'], base: [] })
    const placed = await layoutOf(drawing)
    expect(faults(drawing, placed)).toEqual([])
    const rows = Object.groupBy(placed.cards, ({ y }) => String(y))
    const ids = Object.entries(rows).sort(([a], [b]) => Number(a) - Number(b))
    expect(ids.map(([, boxes]) => boxes?.map(({ id }) => id).sort())).toEqual([['goal'], ['left', 'right'], ['base']])
    expect([placed.width > 200, placed.width < 500, placed.height > 200, placed.height < 400]).not.toContain(false)
  })

  test('is the same every time', async () => {
    const drawing = made('random', 60)
    expect(await layoutOf(drawing)).toEqual(await layoutOf(drawing))
  })

  test('shows a cycle as an arrow back up, and one to itself', async () => {
    const drawing = drawn({ goal: ['one', 'self'], one: ['two'], two: ['one'], self: ['self'] }, [], ['goal'])
    const placed = await layoutOf(drawing)
    expect(faults(drawing, placed)).toEqual([])
    const back = placed.edges.filter((_, at) => drawing.edges[at]?.back).map(({ from, to }) => `${from} → ${to}`)
    expect(back).toEqual(['two → one', 'self → self'])
  })

  test('of nothing is a small empty picture', async () => {
    expect(await layoutOf({ cards: [], edges: [] })).toEqual({ width: 32, height: 32, cards: [], edges: [] })
  })

  test('makes a box as wide as its words, within bounds', async () => {
    const drawing = drawn({ a: [], ['b'.repeat(30)]: [], ['c'.repeat(200)]: [], 漢字漢字漢字漢字漢字: [] })
    const widths = (await layoutOf(drawing)).cards.map(({ width }) => width)
    expect(widths[0]).toBeLessThan(widths[1] ?? 0)
    expect(widths[1]).toBeLessThan(widths[2] ?? 0)
    expect(widths[2]).toBeLessThan(400)
    expect(widths[3]).toBeGreaterThan(170)
  })

  test.each<[string, () => Drawing]>([
    ['one card', () => drawn({ only: [] })],
    ['a hundred cards', () => made('random', 100)],
    ['a chain of two thousand', () => made('deep', 2000)],
    ['two thousand cards that one requires', () => made('wide', 2000)],
    ['diamonds on top of each other', () => made('ladder', 500)],
    ['fifty cards that require all before them', () => dense(50)],
    [
      'a ring of three hundred',
      () =>
        drawn(
          Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`c${at}`, [`c${(at + 1) % 300}`]])),
          [],
          ['c0'],
        ),
    ],
  ])('of %s is whole', async (_, make) => {
    const drawing = make()
    expect(faults(drawing, await layoutOf(drawing))).toEqual([])
  })

  test('of more than Graphviz draws in a second is plain rows with straight arrows, and whole', async () => {
    for (const drawing of [made('random', 3100), made('wide', 300)]) {
      const placed = await layoutOf(drawing)
      expect(faults(drawing, placed)).toEqual([])
      expect(new Set(placed.edges.map(({ path }) => path.split(/[ C]/).length))).toEqual(new Set([8]))
    }
    const { width, height } = await layoutOf(made('wide', 2001))
    expect(width / height).toBeGreaterThan(1)
    expect(width / height).toBeLessThan(3)
  })

  test('of two thousand cards takes its time in seconds, not minutes', async () => {
    const drawing = made('random', 2000)
    const began = process.cpuUsage()
    const placed = await layoutOf(drawing)
    expect(placed.cards).toHaveLength(2000)
    // About one on an idle machine.
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(6)
  })
})
