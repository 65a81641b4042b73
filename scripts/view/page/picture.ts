/** The graph as a picture in the page: each card a link to its page, in the colour of its state. */
import type { Drawing, DrawnCard } from '../../core/drawing.ts'
import { plainLine } from '../../core/plain.ts'
import type { Placed } from '../layout.ts'
import { labelOf } from '../picture.ts'
import { count } from '../style.ts'
import { type Html, html } from './html.ts'
import type { Scene } from './scene.ts'
import { stateWords, whyOf } from './words.ts'

/** With more arrows than that, they step back behind the cards. */
const many = 300

/** The drawing without what is complete. */
export function openPart({ cards, edges }: Drawing): Drawing {
  const left = cards.filter(({ state }) => state !== 'complete')
  const known = new Set(left.map(({ id }) => id))
  return { cards: left, edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)) }
}

/** `matches`: whether a card has the words that are looked for. */
export function pictureOf(
  drawing: Drawing,
  { width, height, cards, edges }: Placed,
  scene: Scene,
  matches: (id: string) => boolean,
): Html {
  const numbers = new Map(cards.map(({ id }, at) => [id, at]))
  const arrows = edges.map(({ from, to, path }, at) => {
    const back = drawing.edges[at]?.back === true
    return html`<path${back && html` class="back"`} d="${path}" data-edge="${numbers.get(from) ?? ''} ${numbers.get(to) ?? ''}" marker-end="url(#arrow)"/>`
  })
  const boxes = cards.map((box, at) => {
    const card = drawing.cards[at]
    return card ? boxOf(card, box, scene, matches(card.id)) : null
  })
  return html`<svg id="graph"${edges.length > many && html` class="many"`} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="The graph: ${count(cards.length, 'card')}, goals on top, what they require below">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
<g class="edges" aria-hidden="true">${arrows}</g>
<g class="nodes">${boxes}</g>
</svg>`
}

function boxOf(card: DrawnCard, box: Placed['cards'][number], scene: Scene, matches: boolean): Html {
  const { standing, ways } = scene
  const { x, y, width, height } = box
  const { name, about } = labelOf(card)
  const missing = card.state === 'missing'
  const state = missing ? 'missing' : standing.state(card.id)
  const words = missing ? { mark: '!', name: 'missing' } : stateWords[standing.state(card.id)]
  const why = missing ? 'no document is called so' : whyOf(standing, card.id)
  const middle = round(x + width / 2)
  const text = html`<title>${plainLine(card.id)}: ${words.name}, ${why}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${card.goal ? 12 : 5}"/><text class="id" x="${middle}" y="${y + 20}"><tspan class="mark">${words.mark}</tspan>${name.slice(1)}</text>${about !== null && html`<text class="about" x="${middle}" y="${y + 37}">${about}</text>`}`
  const kind = html`class="node${card.goal && ' goal'}${!matches && ' dim'}" data-state="${state}"`
  return missing
    ? html`<g ${kind}>${text}</g>\n`
    : html`<a ${kind} data-card="${card.id}" href="${ways.card(card.id)}">${text}</a>\n`
}

function round(length: number): number {
  return Math.round(length * 10) / 10
}
