/** A picture in Graphviz' language, for its programs and others that read it. */
import type { Drawing, DrawnCard, DrawnEdge } from '../core/drawing.ts'
import { labelOf, onLight, states, statesIn } from './picture.ts'

/** The drawing as a digraph, with a legend for its label. Its nodes are called as the cards are. */
export function dotOf(drawing: Drawing): string {
  const legend = statesIn(drawing).map((state) => `${states[state].mark} ${states[state].words}`)
  const arrows = drawing.edges.some(({ back }) => back) ? ['→ requires', '⇢ closes a cycle'] : ['→ requires']
  return `digraph mikado {
  graph [label="${[...legend, ...arrows].join('   ')}", labelloc=b, fontname="sans-serif", fontsize=11]
  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11]
  edge [color="#59636e"]
${drawing.cards.map(node).join('')}${drawing.edges.map(edge).join('')}}
`
}

function node(card: DrawnCard): string {
  const { name, about } = labelOf(card)
  const { fill, line, text } = onLight[card.state]
  const label = about === null ? escaped(name) : `${escaped(name)}\\n${escaped(about)}`
  const dashed = card.state === 'missing' ? ', style="rounded,filled,dashed"' : ''
  const goal = card.goal ? ', penwidth=3' : ''
  return `  ${called(card.id)} [label="${label}", fillcolor="${fill}", color="${line}", fontcolor="${text}"${dashed}${goal}]\n`
}

function edge({ from, to, back }: DrawnEdge): string {
  return `  ${called(from)} -> ${called(to)}${back ? ' [style=dashed, color="#cf222e", constraint=false]' : ''}\n`
}

/** In a label a backslash begins a code, and an ampersand an entity. */
function escaped(text: string): string {
  return quotable(text).replaceAll('&', '&amp;')
}

/** As a name it is read for where it ends only: two ids never become one. */
function called(id: string): string {
  return `"${quotable(id)}"`
}

function quotable(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
}
