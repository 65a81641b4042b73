/** A picture by itself: an SVG without scripts or anything from elsewhere, whose text is text. */
import type { Drawing, DrawnCard, DrawnState } from '../core/drawing.ts'
import { gap } from './layers.ts'
import type { Placed } from './layout.ts'
import { arrows, type Colours, countsOf, inPicture, labelOf, onDark, onLight, states, statesIn } from './picture.ts'

type Around = { ground: string; line: string; text: string; cycle: string }

const light: Around = { ground: '#ffffff', line: '#59636e', text: '#1f2328', cycle: '#cf222e' }
const dark: Around = { ground: '#0d1117', line: '#8b949e', text: '#d1d7e0', cycle: '#f85149' }

/** The drawing, with a legend below it. It follows the reader's light or dark colours. */
export function svgOf(drawing: Drawing, placed: Placed): string {
  const legend = statesIn(drawing)
  const width = Math.max(placed.width, 300)
  const lines = drawing.edges.some(({ back }) => back) ? (['arrow', 'cycle'] as const) : (['arrow'] as const)
  const height = placed.height + (legend.length + lines.length) * row + gap.around
  const left = (width - placed.width) / 2
  const edges = placed.edges.map(({ path }, at) => {
    return line(drawing.edges[at]?.back ? 'cycle' : 'arrow', path)
  })
  const cards = placed.cards.map((box, at) => {
    const card = drawing.cards[at]
    return card ? boxOf(card, box) : ''
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="graphics-document" aria-labelledby="mikado-title" aria-describedby="mikado-about">
<title id="mikado-title">${escaped(titleOf(drawing))}</title>
<desc id="mikado-about">${escaped(`${countsOf(drawing)}. ${arrows}`)}</desc>
<style>
${style}</style>
<defs>
${head('arrow')}${head('cycle')}</defs>
<rect class="ground" width="100%" height="100%"/>
<g transform="translate(${left} 0)">
<g class="edges">
${edges.join('')}</g>
${cards.join('')}</g>
<g class="legend" transform="translate(${gap.around} ${placed.height})">
${legend.map(legendOf).join('')}${lines.map((kind, at) => lineOf(kind, legend.length + at)).join('')}</g>
</svg>
`
}

/** Height of a line of the legend. */
const row = 22

function titleOf({ cards }: Drawing): string {
  const goals = cards.filter(({ goal }) => goal)
  const [first] = goals
  if (first && goals.length === 1) return `${inPicture(first.title)} and all it requires`
  return `${goals.length} goals and all they require`
}

/** Cut where its text would leave it: it is a picture within the picture. */
function boxOf(card: DrawnCard, { x, y, width, height }: Placed['cards'][number]): string {
  const { name, about } = labelOf(card)
  const told = `${inPicture(card.id)}: ${inPicture(card.title)} (${states[card.state].words})`
  const place = `x="${x}" y="${y}" width="${width}" height="${height}"`
  const border = `x="1.5" y="1.5" width="${width - 3}" height="${height - 3}" rx="${card.goal ? 12 : 5}"`
  return `<svg ${place} class="${card.state}${card.goal ? ' goal' : ''}" role="graphics-symbol" aria-label="${escaped(told)}">
<title>${escaped(told)}</title>
<rect ${border}/><text class="name" x="50%" y="20">${escaped(name)}</text>${
    about === null ? '' : `<text x="50%" y="37">${escaped(about)}</text>`
  }
</svg>
`
}

function legendOf(state: DrawnState, at: number): string {
  const { mark, words } = states[state]
  return `<g class="${state}"><rect x="1" y="${at * row}" width="24" height="15" rx="4"/><text class="mark" x="13" y="${at * row + 12}">${mark}</text></g><text x="34" y="${at * row + 12}">${words}</text>\n`
}

function lineOf(kind: Line, at: number): string {
  const words = { arrow: 'requires', cycle: 'closes a cycle' }
  return `<text x="34" y="${at * row + 12}">${words[kind]}</text>${line(kind, `M0 ${at * row + 8}H25`)}`
}

function line(kind: Line, path: string): string {
  return `<path class="${kind}" d="${path}" marker-end="url(#mikado-${kind})"/>\n`
}

type Line = 'arrow' | 'cycle'

function head(name: Line): string {
  return `<marker id="mikado-${name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>\n`
}

const style = `text { font: 12px system-ui, sans-serif; unicode-bidi: plaintext }
svg > text { text-anchor: middle }
.name { font: 600 13px ui-monospace, monospace }
.mark { text-anchor: middle }
rect { stroke-width: 1.5 }
.goal rect { stroke-width: 3 }
.missing rect { stroke-dasharray: 5 3 }
path { fill: none; stroke-width: 1.3 }
.cycle { stroke-dasharray: 5 3 }
${colours(light, onLight)}@media (prefers-color-scheme: dark) {
${colours(dark, onDark)}}
`

function colours({ ground, line, text, cycle }: Around, boxes: Record<DrawnState, Colours>): string {
  const states = Object.entries(boxes).map(([state, { fill, line, text }]) => {
    return `.${state} rect { fill: ${fill}; stroke: ${line} } .${state} text { fill: ${text} }\n`
  })
  return `.ground { fill: ${ground}; stroke: none } text { fill: ${text} }
.arrow { stroke: ${line} } .cycle { stroke: ${cycle} }
#mikado-arrow path { fill: ${line} } #mikado-cycle path { fill: ${cycle} }
${states.join('')}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
