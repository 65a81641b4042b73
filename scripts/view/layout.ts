/** Where the boxes and arrows of a picture go: in layers, goals on top, what they require below. Lengths are pixels. */
import type { Drawing } from '../core/drawing.ts'
import { drawnByGraphviz } from './graphviz.ts'
import { type Box, gap, type Layers, layersOf, type Point } from './layers.ts'

/** Cards and edges stand in the order of the drawing. */
export interface Placed {
  width: number
  height: number
  cards: ({ id: string } & Box)[]
  /** `path`: SVG path data, from border to border. */
  edges: { from: string; to: string; path: string }[]
}

/** Graphviz takes about a second for that; more is laid out in plain rows: a picture so large is looked up, not looked at. */
const most = { cards: 3000, inLayer: 250 }

/** Lays a drawing out, whatever its size or shape. */
export async function layoutOf(drawing: Drawing): Promise<Placed> {
  const layers = layersOf(drawing)
  const rows = Map.groupBy(layers.ranks.keys(), (card) => layers.ranks[card] ?? 0)
  const large = layers.ranks.length > most.cards || [...rows.values()].some(({ length }) => length > most.inLayer)
  const { boxes, curves } = large
    ? { boxes: inRows(layers, rows), curves: new Map<number, Point[]>() }
    : await drawnByGraphviz(layers)
  const lines = layers.edges.map(({ from, to }, at) => curves.get(at) ?? straight(boxes[from], boxes[to]))
  return framed(drawing, boxes, lines)
}

/** Each layer in rows of about as many, so that the picture is somewhat wider than high. */
function inRows({ sizes }: Layers, layers: ReadonlyMap<number, readonly number[]>): Box[] {
  const boxes: Box[] = []
  const width = Math.max(...sizes.map((size) => size.width)) + gap.beside
  let y = 0
  for (const [, cards] of [...layers].sort(([a], [b]) => a - b)) {
    const columns = Math.ceil(Math.sqrt(cards.length * 0.6))
    for (const [at, card] of cards.entries()) {
      const column = at % columns
      if (at > 0 && column === 0) y += 48 + gap.below / 2
      boxes[card] = { x: (column - Math.min(columns, cards.length) / 2) * width, y, ...(sizes[card] ?? none) }
    }
    y += 48 + gap.below
  }
  return boxes
}

const none = { x: 0, y: 0, width: 0, height: 0 }

/** From the lower border to the upper one, behind all boxes; round those that stand in one column, back up beside them. */
function straight(from: Box = none, to: Box = none): Point[] {
  if (to.y > from.y) {
    const start: Point = [from.x + from.width / 2, from.y + from.height]
    const end: Point = [to.x + to.width / 2, to.y]
    const near = Math.abs(start[0] - end[0]) < (from.width + to.width) / 2
    const bend = near && end[1] - start[1] > 100 ? (from.width + to.width) * 0.6 : 0
    const half = (end[1] - start[1]) / 2
    return [start, [start[0] + bend, start[1] + half], [end[0] + bend, end[1] - half], end]
  }
  const start: Point = [from.x + from.width, from.y + from.height * 0.7]
  const end: Point = [to.x + to.width, to.y + to.height * 0.3]
  const out = Math.max(start[0], end[0]) + 60
  return [start, [out, start[1]], [out, end[1]], end]
}

/** Moves all of it so that it begins at the corner, with a margin. */
function framed({ cards, edges }: Drawing, boxes: readonly Box[], lines: readonly Point[][]): Placed {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const reach = (x: number, y: number) => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  for (const { x, y, width, height } of boxes) {
    reach(x, y)
    reach(x + width, y + height)
  }
  for (const [x, y] of lines.flat()) reach(x, y)
  if (boxes.length === 0) reach(0, 0)
  const [dx, dy] = [gap.around - left, gap.around - top]
  const at = ([x, y]: Point) => `${round(x + dx)} ${round(y + dy)}`
  return {
    width: Math.ceil(right + dx + gap.around),
    height: Math.ceil(bottom + dy + gap.around),
    cards: cards.map(({ id }, card) => {
      const { x, y, width, height } = boxes[card] ?? none
      return { id, x: round(x + dx), y: round(y + dy), width, height }
    }),
    edges: edges.map(({ from, to }, edge) => {
      const [start, ...curve] = lines[edge] ?? []
      return { from, to, path: start ? `M${at(start)}C${curve.map(at).join(' ')}` : '' }
    }),
  }
}

function round(length: number): number {
  return Math.round(length * 10) / 10
}
