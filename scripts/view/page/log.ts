/** What a task printed: the end of it, without what would draw on a terminal. */
import type { Excerpt } from '../../core/bounded.ts'
import type { Try } from '../../core/chronicle.ts'
import { plain, plainLine } from '../../core/plain.ts'
import { pageOf } from './frame.ts'
import { type Html, html } from './html.ts'
import type { Scene } from './scene.ts'
import { endWords, when } from './words.ts'

/** Text of a log as it is shown: colours of a terminal are left out whole. */
export function logText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  return plain(text.replace(/\u001b\[[0-9;]*m/g, ''))
}

/** `one`: the try that printed it. */
export function logOf(
  { standing }: Scene,
  one: Pick<Try, 'card' | 'run' | 'log'>,
  { text, before, size }: Excerpt,
): Html {
  const follows = standing.running?.run === one.run
  const cut =
    before > 0 &&
    html`<p class="muted">The first ${bytes(before)} are left out: all of it is in <code>.mikado/${plainLine(one.log)}</code>.</p>`
  return html`${cut}<pre class="log" tabindex="0" role="region" aria-label="What it printed"${follows && html` data-log="${one.run}/${one.card}" data-at="${size}"`}>${logText(text)}</pre>${text === '' && html`<p class="muted none">It has printed nothing yet.</p>`}`
}

export function logPage(scene: Scene, one: Try, excerpt: Excerpt): Html {
  const { standing, ways } = scene
  const goesOn = standing.running?.run === one.run
  const name = plainLine(one.card)
  const known = standing.graph.cards.has(one.card)
  const main = html`<p class="crumbs"><a href="${ways.overview()}">Graph</a> / ${known ? html`<a href="${ways.card(one.card)}">${name}</a>` : name}</p>
<h1>Log of ${name}</h1>
<p class="why">${one.command} of ${when(one.started)}: ${endWords(one, goesOn)}</p>
<section id="log" class="panel">${logOf(scene, one, excerpt)}</section>`
  return pageOf(scene, { title: `Log of ${name}`, place: null, main, kind: 'onelog' })
}

function bytes(count: number): string {
  return count < 10_000
    ? `${count} bytes`
    : count < 10_000_000
      ? `${Math.round(count / 1000)} kB`
      : `${Math.round(count / 1e6)} MB`
}
