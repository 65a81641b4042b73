/** A chain as a tree: below each card what it requires, and every card drawn once. */
import type { CardGraph } from './graph.ts'

/** A place in the tree. */
export interface TreeRow {
  id: string
  /** How many steps it is from the goal. */
  depth: number
  /** `card`: here it is drawn; `again`: it was drawn before; `cycle`: it is one of those it hangs below; `missing`: no document is called so. */
  kind: 'card' | 'again' | 'cycle' | 'missing'
  /** Whether it is the last that the card above it requires. */
  last: boolean
}

/** The tree of a goal: a card before what it requires, requirements in the order written. As long as the chain has edges. */
export function treeOf(graph: CardGraph, goal: string): TreeRow[] {
  const rows: TreeRow[] = [{ id: goal, depth: 0, kind: 'card', last: true }]
  const drawn = new Set([goal])
  const above = new Set([goal])
  const path = [{ id: goal, requires: graph.requires(goal), at: 0 }]
  for (let frame = path.at(-1); frame; frame = path.at(-1)) {
    const id = frame.requires[frame.at++]
    if (id === undefined) {
      above.delete(frame.id)
      path.pop()
      continue
    }
    const kind = kindOf(id)
    rows.push({ id, depth: path.length, kind, last: frame.at === frame.requires.length })
    if (kind !== 'card') continue
    drawn.add(id)
    above.add(id)
    path.push({ id, requires: graph.requires(id), at: 0 })
  }
  return rows

  function kindOf(id: string): TreeRow['kind'] {
    if (!graph.cards.has(id)) return 'missing'
    if (above.has(id)) return 'cycle'
    return drawn.has(id) ? 'again' : 'card'
  }
}

/** A row as it is drawn. */
export interface DrawnRow extends TreeRow {
  /** Steps from the left edge. */
  indent: number
  /** `resumed`: it was drawn above, and here comes what it requires. */
  resumed: boolean
  /** Whether rows hang below it here. */
  open: boolean
  /** What it requires is drawn further down, where it is resumed. */
  continued: boolean
  /** For `again`: whether it is drawn after this place. */
  below: boolean
}

/**
 * The rows in the order in which they fit on a screen: what lies `deepest` steps down goes on further below, at the left edge again.
 * A tree that is nowhere so deep stays as it is.
 */
export function* foldTree(rows: readonly TreeRow[], deepest: number): Generator<DrawnRow> {
  const ends = endsOf(rows)
  const drawn = new Set<string>()
  const roots = [0]
  for (const root of roots) {
    const from = rows[root]?.depth ?? 0
    for (let at = root; at < (ends[root] ?? 0); ) {
      const row = rows[at]
      if (!row) break
      const end = ends[at] ?? at + 1
      const indent = row.depth - from
      const requires = end > at + 1
      const continued = requires && indent === deepest
      const resumed = at === root && root > 0
      if (row.kind === 'card') drawn.add(row.id)
      const below = row.kind === 'again' && !drawn.has(row.id)
      yield { ...row, indent, resumed, open: requires && !continued, continued, below }
      if (continued) roots.push(at)
      at = continued ? end : at + 1
    }
  }
}

/** For every row, where the rows below it end. */
function endsOf(rows: readonly TreeRow[]): number[] {
  const ends: number[] = []
  const open: number[] = []
  for (const [at, { depth }] of rows.entries()) {
    while (open.length > depth) ends[open.pop() ?? 0] = at
    open.push(at)
  }
  for (const at of open) ends[at] = rows.length
  return ends
}
