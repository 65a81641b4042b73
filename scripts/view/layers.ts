/** A drawing in numbers: how large its boxes are, and in which layer each belongs. Lengths are pixels. */
import type { Drawing } from '../core/drawing.ts'
import { widthOf } from './fit.ts'
import { labelOf } from './picture.ts'

/** A box; `x` and `y` are its upper left corner. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** A drawing in numbers: its cards by their places. `rank`: the longest way to it from a card that none requires. */
export interface Layers {
  sizes: { width: number; height: number }[]
  ranks: number[]
  edges: { from: number; to: number; back: boolean }[]
}

export type Point = [x: number, y: number]

/** How far boxes stay apart, and from the picture's border. */
export const gap = { beside: 24, below: 40, around: 16 }

/** How large a box is for its text: ids are set in 13 px with even widths, titles in 12 px. */
function sizeOf(card: Drawing['cards'][number]): { width: number; height: number } {
  const { name, about } = labelOf(card)
  const text = Math.max(widthOf(name) * 7.9, about === null ? 0 : widthOf(about) * 7)
  return { width: Math.ceil(text) + 24, height: about === null ? 32 : 48 }
}

export function layersOf(drawing: Drawing): Layers {
  const numbers = new Map(drawing.cards.map(({ id }, at) => [id, at]))
  const edges = drawing.edges.map((edge) => ({
    from: numbers.get(edge.from) ?? 0,
    to: numbers.get(edge.to) ?? 0,
    back: edge.back,
  }))
  const ranks = drawing.cards.map(() => 0)
  // In run order, all that requires a card stands behind it.
  for (const { from, to, back } of edges.toReversed()) {
    if (!back) ranks[to] = Math.max(ranks[to] ?? 0, (ranks[from] ?? 0) + 1)
  }
  return { sizes: drawing.cards.map(sizeOf), ranks, edges }
}
