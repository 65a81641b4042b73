/** Layers as Graphviz places them. It is told numbers and sizes only: no word of a card reaches its parser. */
import { type Box, gap, type Layers, type Point } from './layers.ts'

/**
 * How many layers all edges may pass together, beyond those that hold each card in its layer: what Graphviz does for one that
 * spans forty layers is forty times the work. Longer ones are left out, and drawn without it.
 */
const patience = 1000

/**
 * Boxes by card, curves by edge: as many points as SVG's `M` and `C` take. `y` grows downwards. It answers with five digits: to the
 * pixel, up to a hundred layers or so.
 */
export async function drawnByGraphviz(layers: Layers): Promise<{ boxes: Box[]; curves: Map<number, Point[]> }> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz')
  const asked = kept(layers)
  const graphviz = await Graphviz.load()
  const answer = graphviz.layout(textOf(layers, asked), 'plain', 'dot')
  const boxes: Box[] = []
  const curves = new Map<number, Point[]>()
  const places = new Map(asked.map(({ from, to, at }) => [`n${from} n${to}`, at]))
  for (const line of answer.split('\n')) {
    const [what, ...words] = line.split(' ')
    if (what === 'node') {
      const size = layers.sizes[boxes.length] ?? { width: 0, height: 0 }
      const [x = 0, y = 0] = words.slice(1, 3).map(Number)
      boxes.push({ x: x * inch - size.width / 2, y: -y * inch - size.height / 2, ...size })
    } else if (what === 'edge') {
      const [from, to, count] = words
      const lengths = words.slice(3, 3 + 2 * Number(count)).map((word) => Number(word) * inch)
      const points = lengths.flatMap((x, at): Point[] => (at % 2 === 0 ? [[x, -(lengths[at + 1] ?? 0)]] : []))
      curves.set(places.get(`${from} ${to}`) ?? -1, points)
    }
  }
  return { boxes, curves }
}

function textOf({ sizes }: Layers, asked: readonly Edge[]): string {
  const boxes = sizes.map(({ width, height }, card) => `n${card} [width=${width / inch}, height=${height / inch}]\n`)
  const edges = asked.map(({ from, to, back }) => `n${from} -> n${to}${back ? ' [constraint=false]' : ''}\n`)
  return `digraph {
graph [nodesep=${gap.beside / inch}, ranksep=${gap.below / inch}]
node [shape=box, fixedsize=true, label=""]
edge [arrowhead=none]
${boxes.join('')}${edges.join('')}}`
}

const inch = 72

/** `at`: its place among all edges. */
interface Edge {
  from: number
  to: number
  back: boolean
  at: number
  span: number
}

/** The edges that it is to draw: one to hold each card in its layer, then the shortest. */
function kept({ ranks, edges }: Layers): Edge[] {
  const held = new Set<number>()
  const holding: Edge[] = []
  const others: Edge[] = []
  for (const [at, { from, to, back }] of edges.entries()) {
    const edge = { from, to, back, at, span: Math.abs((ranks[to] ?? 0) - (ranks[from] ?? 0)) }
    const holds = !back && edge.span === 1 && !held.has(to)
    if (holds) held.add(to)
    ;(holds ? holding : others).push(edge)
  }
  let left = patience
  const short = others
    .sort((a, b) => a.span - b.span)
    .filter(({ span }) => {
      left -= Math.max(1, span)
      return left >= 0
    })
  return [...holding, ...short].sort((a, b) => a.at - b.at)
}
