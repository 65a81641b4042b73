import { describe, expect, it } from 'vitest'
import { foldTree, treeOf } from '../../scripts/core/tree.ts'
import { graphFrom } from '../core/documents.ts'

type Requires = Record<string, string[]>

/** The tree, a line for each row; a bar for those that others follow. */
function drawn(requires: Requires, goal = 'goal'): string[] {
  return treeOf(graphFrom(requires), goal).map(({ id, depth, kind, last }) => {
    return `${'  '.repeat(depth)}${id}${kind === 'card' ? '' : ` (${kind})`}${last ? '' : ' |'}`
  })
}

/** The tree as it is drawn when rows may lie so deep. */
function folded(requires: Requires, deepest: number): string[] {
  return [...foldTree(treeOf(graphFrom(requires), 'goal'), deepest)].map((row) => {
    const more = [
      row.kind === 'card' ? '' : row.kind,
      row.below ? 'below' : '',
      row.resumed ? 'resumed' : '',
      row.continued ? 'continued' : '',
      row.open ? 'open' : '',
    ]
    return [`${'  '.repeat(row.indent)}${row.id}`, ...more.filter((word) => word !== '')].join(' ')
  })
}

/** A chain of so many cards. */
const chainOf = (length: number, last: string[] = []): Requires =>
  Object.fromEntries(
    Array.from({ length }, (_, at) => [at === 0 ? 'goal' : `c${at}`, at + 1 < length ? [`c${at + 1}`] : last]),
  )

describe('a tree', () => {
  it('has requirements below what requires them, in the order written', () => {
    expect(drawn({ goal: ['z', 'a'], z: ['y', 'x'], a: [], y: [], x: [], other: ['goal'] })).toEqual([
      'goal',
      '  z |',
      '    y |',
      '    x',
      '  a',
    ])
    expect(drawn({ alone: [] }, 'alone')).toEqual(['alone'])
  })

  it('draws what several require once, with what it requires, and then only its name', () => {
    expect(
      drawn({ goal: ['left', 'right', 'root'], left: ['root'], right: ['root'], root: ['seed'], seed: [] }),
    ).toEqual(['goal', '  left |', '    root', '      seed', '  right |', '    root (again)', '  root (again)'])
  })

  it('names a requirement that is written twice once', () => {
    expect(drawn({ goal: ['a', 'a'], a: [] })).toEqual(['goal', '  a'])
  })

  it('marks what is missing', () => {
    expect(drawn({ goal: ['gone', 'a'], a: ['gone'] })).toEqual([
      'goal',
      '  gone (missing) |',
      '  a',
      '    gone (missing)',
    ])
  })

  it('ends where a cycle closes, and says so only there', () => {
    expect(drawn({ goal: ['a', 'c'], a: ['b'], b: ['a', 'goal', 'b'], c: ['b'] })).toEqual([
      'goal',
      '  a |',
      '    b',
      '      a (cycle) |',
      '      goal (cycle) |',
      '      b (cycle)',
      '  c',
      '    b (again)',
    ])
  })
})

describe('a tree that is too deep', () => {
  it('stays as it is where it fits', () => {
    expect(folded({ goal: ['a'], a: ['b'], b: [] }, 2)).toEqual(['goal open', '  a open', '    b'])
  })

  it('goes on below, at the left edge, with the card named again', () => {
    expect(folded(chainOf(6), 2)).toEqual([
      'goal open',
      '  c1 open',
      '    c2 continued',
      'c2 resumed open',
      '  c3 open',
      '    c4 continued',
      'c4 resumed open',
      '  c5',
    ])
  })

  it('draws what comes beside first, and says of a card that waits further down that it is below', () => {
    const requires = { goal: ['a', 'z'], a: ['b'], b: ['c'], c: ['d'], d: [], z: ['c', 'b'] }
    expect(folded(requires, 2)).toEqual([
      'goal open',
      '  a open',
      '    b continued',
      '  z open',
      '    c again below',
      '    b again',
      'b resumed open',
      '  c open',
      '    d',
    ])
  })
})

describe('sizes', () => {
  const long = 10_000

  it('a chain 10,000 cards deep, and one that closes to a ring', () => {
    const rows = treeOf(graphFrom(chainOf(long)), 'goal')
    expect([rows.length, rows.at(-1)]).toEqual([long, { id: 'c9999', depth: 9999, kind: 'card', last: true }])
    const narrow = [...foldTree(rows, 8)]
    expect(Math.max(...narrow.map((row) => row.indent))).toBe(8)
    expect(narrow.filter((row) => !row.resumed).map((row) => row.id)).toEqual(rows.map((row) => row.id))
    const ring = treeOf(graphFrom(chainOf(long, ['goal'])), 'goal')
    expect([ring.length, ring.at(-1)]).toEqual([long + 1, { id: 'goal', depth: long, kind: 'cycle', last: true }])
  })

  it('a card with 10,000 requirements, each of which requires the same', () => {
    const ids = Array.from({ length: long }, (_, at) => `r${at}`)
    const wide = graphFrom({ goal: ids, ...Object.fromEntries(ids.map((id) => [id, ['base']])), base: [] })
    const rows = treeOf(wide, 'goal')
    expect(rows.length).toBe(2 * long + 1)
    expect(rows.filter((row) => row.kind === 'card').length).toBe(long + 2)
    expect([...foldTree(rows, 1)].filter((row) => row.continued).length).toBe(1 + 9999)
  })
})
