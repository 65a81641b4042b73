/** The page of a card: why it is in its state, its checklist with the evidence, its text, what it printed, its tries. */
import { formatDuration } from '../../core/duration.ts'
import { plainLine, typed } from '../../core/plain.ts'
import { count } from '../style.ts'
import { checklistPart } from './checklist.ts'
import { confirmLink, controlText } from './control.ts'
import { pageOf, part } from './frame.ts'
import { type Html, html, nothing } from './html.ts'
import { logOf } from './log.ts'
import { linksFrom, markdown } from './markdown.ts'
import type { Material } from './material.ts'
import type { Scene } from './scene.ts'
import { triesPart } from './tries.ts'
import { badge, firstLine, whyOf } from './words.ts'

/** How many cards a list names, and a sentence. */
const most = 60
const few = 8

export function cardPage(scene: Scene, id: string, material: Material): Html {
  const { standing, ways } = scene
  const { title, path } = standing.graph.card(id)
  const main = html`<p class="crumbs"><a href="${ways.overview()}">Graph</a></p>
<h1>${plainLine(title)}</h1>
${headPart(scene, id)}
${controlPart(scene, id)}
<div class="columns">
<div class="side">
${whyPart(scene, id)}
${workPart(scene, id, material)}
${relatives(scene, id)}
</div>
<div class="text">
${checklistPart(scene, id, material)}
${documentPart(scene, id, material)}
${logPart(scene, id, material)}
${triesPart(scene, id)}
</div>
</div>`
  return pageOf(scene, { title: `${plainLine(title)} (${plainLine(path)})`, place: null, main, kind: 'card' })
}

function headPart({ standing }: Scene, id: string): Html {
  const { path } = standing.graph.card(id)
  return html`<p id="head" data-part class="head">${badge(standing.state(id))} <code>${plainLine(id)}</code> <span class="muted">${plainLine(path)}</span></p>`
}

function controlPart(scene: Scene, id: string): Html | null {
  const text = controlText(scene, id)
  return scene.control && part('control', text ? 'panel' : 'empty', text ?? nothing)
}

function whyPart(scene: Scene, id: string): Html {
  const { standing } = scene
  const { graph, chronicle } = standing
  const state = standing.state(id)
  const last = chronicle.unfinished(id)
  const told = state === 'blocked' ? html` for ${waits(scene, id)}` : html`: ${whyOf(standing, id)}`
  const faults = graph.diagnostics.filter(({ file, severity }) => file === graph.card(id).path && severity === 'error')
  const errors = faults.map(
    ({ line, column, message, help }) =>
      html`<li><code>${line}:${column}</code> ${message}${help !== null && html` <span class="muted">${help}</span>`}</li>`,
  )
  const more = last !== null && last.message.trim() !== firstLine(last.message)
  const failure = state === 'failed' && more ? html`<pre class="message" tabindex="0">${last.message}</pre>` : null
  const person = state === 'waiting' && last ? waitingText(last.message, last.waiting) : null
  const goals = graph.goalsOf(id).filter((goal) => goal !== id)
  const serves = goals.length > 0 && html`<p class="muted">For ${links(scene, goals)}</p>`
  return part(
    'why',
    'panel',
    html`<h2>Why</h2><p data-state="${state}">${badge(state)}${told}</p>${confirmLink(scene, id)}${errors.length > 0 && html`<ul>${errors}</ul>`}${failure}${person}${serves}`,
  )
}

/** What a card waits for, each with the way to it. */
function waits(scene: Scene, id: string): Html {
  const { blockedBy } = scene.standing.graph.readiness(id)
  const told = blockedBy.slice(0, few).map(({ id: other, why }, at) => {
    const because = { active: '', missing: ' (missing)', unsound: ' (has an error)' }[why]
    return html`${at > 0 && ', '}${cardLink(scene, other)}${because}`
  })
  return html`${told}${blockedBy.length > few && ` and ${blockedBy.length - few} more`}`
}

function waitingText(message: string, lines: readonly string[]): Html {
  const asked = lines.length > 0 && html`<ul>${lines.map((line) => html`<li>${plainLine(line)}</li>`)}</ul>`
  return html`${message !== '' && html`<pre class="message" tabindex="0">${message}</pre>`}${asked}`
}

function workPart(scene: Scene, id: string, { task }: Material): Html {
  const { run, timeoutMs, retries, confirm, needs, on } = scene.standing.graph.card(id)
  const took = scene.standing.chronicle.history.cards.get(id)?.tookMs ?? null
  const what =
    task === null || run === 'manual'
      ? html`A person does it, and confirms it.`
      : typeof task === 'string'
        ? html`${task}`
        : html`<code>${task.path}</code>`
  const rows: [string, Html | string | null][] = [
    ['Task', what],
    ['Took', took === null ? null : `${formatDuration(took)} the last time`],
    ['Limit', timeoutMs === null ? null : formatDuration(timeoutMs)],
    ['Retries', retries === 0 ? null : `${retries} after a failure`],
    ['Needs', needs.length === 0 ? null : needs.map(plainLine).join(', ')],
    ['Runs on', on],
    ['Asks first', confirm],
    ['Command', html`<code>mikado brief ${typed(id)}</code>`],
  ]
  const told = rows.flatMap(([name, text]) => (text === null ? [] : [html`<dt>${name}</dt><dd>${text}</dd>`]))
  return part('work', 'panel', html`<h2>Work</h2><dl>${told}</dl>`)
}

function relatives(scene: Scene, id: string): Html {
  const { graph } = scene.standing
  return html`${list(scene, 'requires', 'Requires', graph.requires(id))}
${list(scene, 'requiredby', 'Required by', graph.requiredBy(id))}`
}

function list(scene: Scene, name: string, title: string, ids: readonly string[]): Html {
  if (ids.length === 0) return part(name, 'empty', nothing)
  const rows = ids.slice(0, most).map((other) => {
    const known = scene.standing.graph.cards.has(other)
    const state = known
      ? badge(scene.standing.state(other))
      : html`<span class="state" data-state="missing">missing</span>`
    return html`<li>${state} ${cardLink(scene, other)}</li>`
  })
  const more = ids.length > most && html`<p class="muted">and ${ids.length - most} more</p>`
  return part(
    name,
    'panel',
    html`<h2>${title} <span class="count">${ids.length}</span></h2><ul class="plain">${rows}</ul>${more}`,
  )
}

function documentPart(scene: Scene, id: string, { body }: Material): Html {
  if (body === null) return part('document', 'panel', html`<h2>Document</h2><p class="muted">It cannot be read.</p>`)
  const { title, path } = scene.standing.graph.card(id)
  return part(
    'document',
    'panel document',
    html`<h2>Document</h2><div class="prose">${markdown(body, title, linksFrom(scene, path))}</div>`,
  )
}

function logPart(scene: Scene, id: string, { log }: Material): Html {
  const last = scene.standing.chronicle.tries(id).findLast(({ log: path }) => path !== '')
  if (!last || log === null) return html`<section id="log" class="empty"></section>`
  return html`<section id="log" class="panel"><h2>Log</h2>${logOf(scene, last, log)}</section>`
}

function links(scene: Scene, ids: readonly string[]): Html {
  const told = ids.slice(0, few).map((id, at) => html`${at > 0 && ', '}${cardLink(scene, id)}`)
  return html`${told}${ids.length > few && ` and ${count(ids.length - few, 'more goal')}`}`
}

function cardLink({ standing, ways }: Scene, id: string): Html {
  const name = plainLine(id)
  return standing.graph.cards.has(id) ? html`<a href="${ways.card(id)}">${name}</a>` : html`<code>${name}</code>`
}
