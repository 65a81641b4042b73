/** A picture in Graphviz' language, for its programs and others that read it. */
import type { Drawing, DrawnCard } from '../core/drawing.ts'
import { labelOf, onLight, states, statesIn } from './picture.ts'

/** The drawing as a digraph, with a legend for its label. A node has a number for its name: Graphviz keeps some names for itself. */
export function dotOf(drawing: Drawing): string {
  const numbers = new Map(drawing.cards.map(({ id }, at) => [id, `n${at}`]))
  const edges = drawing.edges.map(({ from, to, back }) => {
    return `  ${numbers.get(from)} -> ${numbers.get(to)}${back ? ' [style=dashed, color="#cf222e", constraint=false]' : ''}\n`
  })
  const legend = statesIn(drawing).map((state) => `${states[state].mark} ${states[state].words}`)
  const arrows = drawing.edges.some(({ back }) => back) ? ['→ requires', '⇢ closes a cycle'] : ['→ requires']
  return `digraph mikado {
  graph [label="${[...legend, ...arrows].join('   ')}", labelloc=b, fontname="sans-serif", fontsize=11]
  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11]
  edge [color="#59636e"]
${drawing.cards.map(node).join('')}${edges.join('')}}
`
}

function node(card: DrawnCard, at: number): string {
  const { name, about } = labelOf(card)
  const { fill, line, text } = onLight[card.state]
  const label = about === null ? escaped(name) : `${escaped(name)}\\n${escaped(about)}`
  const dashed = card.state === 'missing' ? ', style="rounded,filled,dashed"' : ''
  const goal = card.goal ? ', penwidth=3' : ''
  return `  n${at} [label="${label}", fillcolor="${fill}", color="${line}", fontcolor="${text}"${dashed}${goal}]\n`
}

/** In a label a backslash begins a code, and an ampersand an entity. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')
}
