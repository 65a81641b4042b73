/** The first page: goals, what can be worked now and why, the picture, the last run, every card. */
import type { Drawing } from '../../core/drawing.ts'
import { plainLine } from '../../core/plain.ts'
import type { Placed } from '../layout.ts'
import { count } from '../style.ts'
import { pageOf, part } from './frame.ts'
import { ganttOf } from './gantt.ts'
import { goalsPart } from './goals.ts'
import { type Html, html, nothing } from './html.ts'
import { nowPart } from './now.ts'
import { openPart, pictureOf } from './picture.ts'
import type { Scene } from './scene.ts'
import { type View, wholeView } from './ways.ts'
import { badge, whyOf } from './words.ts'

/** How many ready cards are told, and more than how many scroll; rows of the last run; faults. */
const most = { ready: 100, long: 6, rows: 24, faults: 12 }

export interface Shown {
  view: View
  drawing: Drawing
  /** Without what the view leaves out; null: nothing is left. */
  placed: Placed | null
  /** The cards of the list, in its order. */
  cards: readonly string[]
}

/** The whole page. */
export function overviewPage(scene: Scene, shown: Shown): Html {
  const { view } = shown
  const { graph } = scene.standing
  const title = view.goal === null ? 'Graph' : plainLine(graph.cards.get(view.goal)?.title ?? view.goal)
  const main = html`<h1 class="unseen">${title}</h1>
<div class="side">${overviewParts(scene)}</div>
${pictureSection(scene, shown)}
${lastRunPart(scene)}
${cardsSection(scene, shown)}`
  return pageOf(scene, { title, place: 'graph', main, kind: 'overview' })
}

/** The parts that are kept up as a whole. The picture and the list are kept up card by card. */
export function overviewParts(scene: Scene): Html {
  return html`${nowPart(scene)}
${goalsPart(scene)}
${readyPart(scene)}
${faultsPart(scene)}`
}

function readyPart({ standing, ways }: Scene): Html {
  const ready = standing.graph.ready()
  const rows = ready.slice(0, most.ready).map((id) => {
    const { title } = standing.graph.card(id)
    return html`<li data-state="${standing.state(id)}"><p><a href="${ways.card(id)}">${plainLine(title)}</a> ${badge(standing.state(id))}</p><p class="why">${whyOf(standing, id)}</p></li>`
  })
  const more =
    ready.length > most.ready &&
    html`<p class="muted">and ${ready.length - most.ready} more, in the list of all cards</p>`
  const list =
    rows.length === 0
      ? html`<p class="muted">Nothing is ready.</p>`
      : html`<ul class="plain ready${rows.length > most.long && ' long'}">${rows}</ul>`
  return part('ready', 'panel', html`<h2>Ready <span class="count">${ready.length}</span></h2>${list}${more}`)
}

function faultsPart({ standing }: Scene): Html {
  const errors = standing.graph.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return part('faults', 'empty', nothing)
  const rows = errors
    .slice(0, most.faults)
    .map(({ file, line, column, message }) => html`<li><code>${file}:${line}:${column}</code> ${message}</li>`)
  const more = errors.length > most.faults && html`<p class="muted">and ${errors.length - most.faults} more</p>`
  return part(
    'faults',
    'panel trouble',
    html`<h2>Errors <span class="count">${errors.length}</span></h2><p>A card with an error is never taken for complete. <code>mikado lint</code> tells all of it.</p><ul class="plain">${rows}</ul>${more}`,
  )
}

export function lastRunPart(scene: Scene): Html {
  const { standing, now, ways } = scene
  const run = standing.latest
  if (run === null || run.tries.size === 0) return part('lastrun', 'empty', nothing)
  const chart = { run, goesOn: run === standing.running, now, known: (id: string) => standing.graph.cards.has(id) }
  const title = run === standing.running ? 'This run' : 'Last run'
  return part(
    'lastrun',
    'panel wide',
    html`<h2><a href="${ways.run(run.run)}">${title}</a> <span class="of">${plainLine(run.goal)}</span></h2>${ganttOf(chart, ways, most.rows)}`,
  )
}

function pictureSection(scene: Scene, { view, drawing, placed }: Shown): Html {
  const { ways, standing } = scene
  const shown = view.open ? openPart(drawing) : drawing
  const words = view.words.toLowerCase()
  const chain =
    view.goal !== null &&
    html`<p>Only the chain of <a href="${ways.card(view.goal)}">${plainLine(view.goal)}</a>. <a href="${ways.overview({ ...view, goal: null })}">Show everything</a></p>`
  const picture =
    placed && shown.cards.length > 0
      ? html`<div class="view" id="view" tabindex="0" role="region" aria-label="Picture of the graph">${pictureOf(shown, placed, scene, (id) => matches(standing, id, words))}</div>`
      : html`<p class="muted hint">${drawing.cards.length === 0 ? 'No cards yet: a document becomes one with `status: active`.' : 'Every card is complete.'}</p>`
  return html`<section id="picture" class="panel picture" aria-label="Graph">
<div class="tools">
<form class="search" role="search"${!ways.served && html` hidden`} method="get" action="${ways.overview(wholeView)}">
<label for="words" class="unseen">Search cards</label><input id="words" name="q" type="search" value="${view.words}" placeholder="Search cards" autocomplete="off" spellcheck="false">
${view.goal !== null && html`<input type="hidden" name="goal" value="${view.goal}">`}${view.open && html`<input type="hidden" name="hide" value="complete">`}
${ways.served && html`<button>Search</button>`}<output id="found" for="words">${words !== '' && foundWords(shown, standing, words)}</output>
</form>
<div class="zoom" id="zoom" hidden></div>
${togglePart(scene, view, drawing)}
</div>
${part('chain', 'chain', chain || nothing)}
${picture}
</section>`
}

/** The way to the picture without complete cards, and back. */
export function togglePart({ ways }: Scene, view: View, { cards }: Drawing): Html {
  const complete = cards.filter(({ state }) => state === 'complete').length
  const all = complete > 0 ? `Show ${count(complete, 'complete card')}` : 'Show all cards'
  const words = view.open ? all : 'Hide complete'
  const link = html`<a class="button" href="${ways.overview({ ...view, open: !view.open })}">${words}</a>`
  return part('toggle', 'toggle', complete > 0 || view.open ? link : nothing)
}

function foundWords({ cards }: Drawing, standing: Scene['standing'], words: string): string {
  return `${cards.filter(({ id }) => matches(standing, id, words)).length} found`
}

function cardsSection({ standing, ways }: Scene, { view, cards }: Shown): Html {
  const words = view.words.toLowerCase()
  const shown = cards.filter((id) => {
    return !(view.open && standing.state(id) === 'complete') && matches(standing, id, words)
  })
  const rows = shown.map((id) => {
    const state = standing.state(id)
    const title = plainLine(standing.graph.card(id).title)
    return html`<li data-card="${id}" data-state="${state}">${badge(state)}<a href="${ways.card(id)}">${title}</a><code>${plainLine(id)}</code><span class="why">${whyOf(standing, id)}</span></li>\n`
  })
  return html`<section id="cards" class="panel wide">
<h2>Cards <span class="count">${shown.length}</span></h2>
${rows.length === 0 ? html`<p class="muted">None${words !== '' && ' with these words'}.</p>` : html`<ul class="plain cards${rows.length > 200 && ' many'}">${rows}</ul>`}
</section>`
}

/** Whether a card has all of the words, in small letters, in its name, title or path. */
function matches({ graph }: Scene['standing'], id: string, words: string): boolean {
  if (words === '') return true
  const card = graph.cards.get(id)
  const text = `${id} ${card?.title ?? ''} ${card?.path ?? ''}`.toLowerCase()
  return words.split(/\s+/).every((word) => text.includes(word))
}
