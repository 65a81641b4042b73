/** A picture in Mermaid's language, as GitHub, GitLab and Forgejo draw it inside Markdown. */
import type { Drawing, DrawnCard } from '../core/drawing.ts'
import { arrows, type Colours, countsOf, labelOf, onLight, states, statesIn } from './picture.ts'

/** What its renderer draws unless the site allows more; a document cannot. */
const most = { edges: 500, characters: 50_000 }

/** The drawing as a flowchart; one that is too large says so in a comment. */
export function mermaidOf(drawing: Drawing): string {
  const trouble = tooLargeForMermaid(drawing)
  return flowchart(drawing, trouble === null ? '' : `  %% ${trouble}\n`)
}

/** Why it is not drawn where it stands in a document; null: it is. */
export function tooLargeForMermaid(drawing: Drawing): string | null {
  const edges = drawing.edges.length
  if (edges > most.edges) return `Too large: ${edges} requirements, and Mermaid draws ${most.edges}.`
  const { length } = flowchart(drawing, '')
  return length > most.characters ? `Too large: ${length} characters, and Mermaid reads ${most.characters}.` : null
}

/** A single box in place of a picture that would not be drawn: how far it is, and lines of the caller's. */
export function mermaidNote(drawing: Drawing, lines: readonly string[]): string {
  return `flowchart TD\n  n0["${[countsOf(drawing), ...lines].map(escaped).join('<br/>')}"]\n`
}

function flowchart(drawing: Drawing, remark: string): string {
  const numbers = new Map(drawing.cards.map(({ id }, at) => [id, `n${at}`]))
  const links = drawing.edges.map(({ from, to, back }) => {
    return `  ${numbers.get(from)} ${back ? '-. a cycle .->' : '-->'} ${numbers.get(to)}\n`
  })
  const found = statesIn(drawing)
  const legend = found.map((state) => `    is_${state}["${states[state].mark} ${states[state].words}"]:::${state}\n`)
  const looks = found.map((state) => {
    const dashed = state === 'missing' ? ',stroke-dasharray:5 3' : ''
    return `  classDef ${state} ${look(onLight[state])}${dashed}\n`
  })
  return `flowchart TD
${remark}  accTitle: Cards and what they require
  accDescr: ${countsOf(drawing)}. ${arrows}
${drawing.cards.map(node).join('')}${links.join('')}  subgraph legend["→ requires"]
${legend.join('')}  end
${looks.join('')}`
}

/** A goal has round ends. */
function node(card: DrawnCard, at: number): string {
  const { name, about } = labelOf(card)
  const label = about === null ? escaped(name) : `${escaped(name)}<br/>${escaped(about)}`
  return `  n${at}${card.goal ? `(["${label}"])` : `["${label}"]`}:::${card.state}\n`
}

function look({ fill, line, text }: Colours): string {
  return `fill:${fill},stroke:${line},color:${text}`
}

/**
 * Words that are read as nothing else: a label goes through Mermaid's own rules, its Markdown and a page's HTML. Every sign of
 * theirs becomes an entity, and so does what Mermaid itself writes for one meanwhile (`ﬂ°°35¶ß`). A hyphen within a word has no
 * meaning anywhere, and ids stay legible. A line with `direction LR` in it is read as that, whatever stands around it.
 */
function escaped(text: string): string {
  return text
    .replace(/(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])|[!-+./:-@[-`{-~°¶]/gu, (sign) => `#${sign.codePointAt(0)};`)
    .replace(/d(?=irection )/g, '#100;')
}
