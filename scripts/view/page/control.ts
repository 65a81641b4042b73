/** What a page that may control shows for it: forms that work without scripts, and what came of the last one. */
import { plainLine } from '../../core/plain.ts'
import { count } from '../style.ts'
import { pageOf } from './frame.ts'
import { type Html, html } from './html.ts'
import { linksFrom, markdownLine } from './markdown.ts'
import type { Scene } from './scene.ts'
import { badge } from './words.ts'

/** How many cards of a run are listed before it starts. */
const most = 100

/** What was begun here, and what came of it, on the page of a card only what was asked of that; null: nothing. */
export function controlText({ control, ways }: Scene, card: string | null = null): Html | null {
  if (control === null) return null
  const { own } = control
  const notice = card === null || control.notice?.card === card ? control.notice : null
  const stop =
    own &&
    (own.stopping
      ? html`<p>Stopping <code>${plainLine(own.what)}</code>: what runs is ended, nothing is marked undone.</p>`
      : html`<form method="post" action="${ways.act('stop')}"><p><code>${plainLine(own.what)}</code> was started here. <button>Stop it</button></p></form>`)
  const told = notice && html`<p class="notice" data-state="${notice.bad ? 'failed' : 'complete'}">${notice.text}</p>`
  return told || stop ? html`${told}${stop}` : null
}

/** The way to start a goal; null: it may not be, or somebody works here. */
export function runLink({ control, standing, ways }: Scene, goal: string): Html | null {
  if (control === null || control.own !== null || standing.holder !== null) return null
  return html`<a class="button small" href="${ways.act('start', goal)}">Run …<span class="unseen"> ${plainLine(goal)}</span></a>`
}

/** The way to confirm a card, for one that is ready. */
export function confirmLink({ control, standing, ways }: Scene, id: string): Html | null {
  if (control === null || !standing.graph.readiness(id).ready) return null
  return html`<p><a class="button" href="${ways.act('confirm', id)}">Confirm …</a></p>`
}

/** Cards of a goal that a run would work, and what they want agreed to before it starts. */
export function agreements(
  { graph }: Scene['standing'],
  goal: string,
): { work: string[]; confirms: [string, string][] } {
  const work = graph.chain(goal).filter((id) => graph.card(id).status === 'active')
  const confirms = work.flatMap((id): [string, string][] => {
    const { confirm } = graph.card(id)
    return confirm === null ? [] : [[id, confirm]]
  })
  return { work, confirms }
}

/** Asks before a goal is run. `seen`: what it shows, in a word that the form gives back. */
export function startPage(scene: Scene, goal: string, seen: string): Html {
  const { standing, ways, control } = scene
  const { work, confirms } = agreements(standing, goal)
  const cards = work.slice(0, most).map((id) => {
    return html`<li>${badge(standing.state(id))} <a href="${ways.card(id)}">${plainLine(id)}</a></li>`
  })
  const more = work.length > most && html`<p class="muted">and ${work.length - most} more</p>`
  const agree = confirms.map(([id, text]) => box(id, html`<code>${plainLine(id)}</code>: ${plainLine(text)}`))
  const form = html`<form method="post" action="${ways.act('start', goal)}"><input type="hidden" name="seen" value="${seen}">
${agree.length > 0 && html`<fieldset><legend>Before anything starts, agree to this</legend>${agree}</fieldset>`}
<p><button class="first">Run ${plainLine(goal)}</button> <a class="button" href="${ways.overview()}">Leave it</a></p></form>`
  const busy = control?.own || standing.holder
  const main = html`<p class="crumbs"><a href="${ways.overview()}">Graph</a></p>
<h1>Run ${plainLine(goal)}?</h1>
<section class="panel"><p>${count(work.length, 'card')} to work, those first that others require. Each is asked whether its checks hold already; if not, its task runs and they are asked again. Tasks change the world.</p>
${controlText(scene, goal)}
${busy ? html`<p data-state="waiting">Somebody works here now: wait until that has ended.</p>` : form}</section>
<section class="panel"><h2>Cards</h2><ol class="plain">${cards}</ol>${more}</section>`
  return pageOf(scene, { title: `Run ${plainLine(goal)}?`, place: null, main, kind: 'asking' })
}

/** Asks a person for their word. */
export function confirmPage(scene: Scene, id: string, seen: string): Html {
  const { standing, ways, control } = scene
  const { title, path, checklist } = standing.graph.card(id)
  const links = linksFrom(scene, path)
  const lines = checklist.length > 0 ? checklist.map(({ text }) => text) : [plainLine(title)]
  const boxes = lines.map((line, at) => box(String(at), markdownLine(line, links)))
  const main = html`<p class="crumbs"><a href="${ways.overview()}">Graph</a> / <a href="${ways.card(id)}">${plainLine(id)}</a></p>
<h1>Confirm ${plainLine(title)}?</h1>
<section class="panel">${controlText(scene, id)}<form method="post" action="${ways.act('confirm', id)}"><input type="hidden" name="seen" value="${seen}">
<fieldset><legend>I have seen that this is so</legend>${boxes}</fieldset>
<p class="why">Lines that a function proves are asked once more; if one does not hold, the card stays open. Recorded as the word of ${plainLine(control?.person ?? '')}.</p>
<p><button class="first">Confirm</button> <a class="button" href="${ways.card(id)}">Leave it</a></p></form></section>`
  return pageOf(scene, { title: `Confirm ${plainLine(title)}?`, place: null, main, kind: 'asking' })
}

function box(value: string, words: Html): Html {
  return html`<p class="box"><input type="checkbox" name="agree" value="${value}" id="agree-${value}" required> <label for="agree-${value}">${words}</label></p>`
}
