/** What stands around every page. */
import { plainLine } from '../../core/plain.ts'
import { type Html, html } from './html.ts'
import type { Scene } from './scene.ts'

export interface Page {
  title: string
  /** Which of the places in the navigation it is. */
  place: 'graph' | 'runs' | null
  main: Html
  /** A class for the layout of `main`. */
  kind: string
}

/** Each does one thing, and the page is whole without any of them. */
const scripts = ['time.js', 'picture.js', 'walk.js', 'search.js', 'keys.js']
/** Of a page that is kept up. */
export const liveScripts = ['told.js', 'log.js', 'live.js']

export function pageOf(scene: Scene, { title, place, main, kind }: Page): Html {
  const { name, version, ways, live } = scene
  const link = (to: string, words: string, here: boolean) =>
    html`<a href="${to}"${here && html` aria-current="page"`}>${words}</a>`
  const loaded = live === null ? scripts : [...scripts, ...liveScripts]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${live === null && html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:">\n`}<title>${title} · ${name}</title>
<link rel="icon" href="${ways.asset('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${ways.asset('page.css')}">
${loaded.map((script) => html`<script defer src="${ways.asset(script)}"></script>\n`)}</head>
<body class="${kind}"${live && html` data-boot="${live.boot}" data-changes="${live.changes}" data-shape="${live.shape}" data-top="${ways.overview()}"`}>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="home" href="${ways.overview()}"><span class="mark" aria-hidden="true">◆</span> ${name}</a>
<nav aria-label="Pages">${link(ways.overview(), 'Graph', place === 'graph')} ${link(ways.runs, 'Runs', place === 'runs')}</nav>
<p class="line" id="line" role="status">${live === null ? 'a copy, not kept up' : 'as it was when this page was loaded'}</p>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>mikado ${version} · ${footing(scene)}</p></footer>
<p class="unseen" id="news" role="status" aria-live="polite"></p>
</body>
</html>
`
}

function footing({ live, control }: Scene): string {
  if (live === null) return 'exported'
  if (control === null) return 'read-only: this page changes nothing'
  return `started with --control: this page can run goals, stop what it has started, and confirm cards on the word of ${plainLine(control.person)}. What it has started ends with it.`
}

/** A part of a page that is kept up while the page is open. */
export function part(name: string, className: string, content: Html): Html {
  return html`<section id="${name}" data-part class="${className}">${content}</section>`
}
