/** The Verification checklist of a card: what proves each line, and what was said of it last. */
import type { Said } from '../../core/attempt.ts'
import type { ChecklistLine } from '../../core/checklist.ts'
import { plain } from '../../core/plain.ts'
import { count } from '../style.ts'
import { part } from './frame.ts'
import { type Html, html } from './html.ts'
import { linksFrom, markdownLine } from './markdown.ts'
import type { Material } from './material.ts'
import type { Scene } from './scene.ts'
import { when } from './words.ts'

export function checklistPart(scene: Scene, id: string, { task }: Material): Html {
  const { graph, chronicle } = scene.standing
  const { checklist, path, run } = graph.card(id)
  if (checklist.length === 0) {
    const words = 'This card has no Verification checklist: when its task succeeds it completes as “not verified”.'
    return part('checklist', 'panel', html`<h2>Checklist</h2><p class="muted">${words}</p>`)
  }
  const said = chronicle.said(id)
  const links = linksFrom(scene, path)
  const rows = checklist.map((line) => {
    const last = said.get(line.key) ?? null
    const box = html`<input type="checkbox" disabled${line.checked && ' checked'} aria-label="${line.checked ? 'done' : 'not done'}">`
    return html`<li>${box}<div><p>${markdownLine(line.text, links)}</p><p class="why">${proverOf(line, last, run === 'manual' ? null : task)}${last && html` · ${sayingOf(last)}`}</p>${last && detailOf(last)}</div></li>`
  })
  const done = checklist.filter(({ checked }) => checked).length
  return part(
    'checklist',
    'panel',
    html`<h2>Checklist <span class="count">${done} of ${count(checklist.length, 'line')} ticked</span></h2><ul class="plain checklist">${rows}</ul>`,
  )
}

/** Who proves a line. No task is run for that: a function that was asked is known, one that is named in the script is seen. */
function proverOf({ key }: ChecklistLine, last: Said | null, task: Material['task']): Html {
  if (last?.held === null) return html`a person confirms it`
  if (last) return html`proved by a function`
  if (task === null || typeof task === 'string') return html`a person confirms it`
  return names(task.text, key)
    ? html`proved by a function in <code>${task.path}</code>`
    : html`no function for it is seen in <code>${task.path}</code>: a person confirms it`
}

/** Whether a script names the check: its key in quotes, or as a word before a colon or parenthesis. */
function names(script: string, key: string): boolean {
  const quoted = ["'", '"', '`'].some((quote) => {
    const written = key.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
    return script.includes(quote + written + quote)
  })
  return quoted || (/^\w+$/.test(key) && new RegExp(`\\b${key}\\s*[:(]`).test(script))
}

const phases: Record<Said['phase'], string> = {
  before: 'before the work',
  after: 'after the work',
  verify: 'when it was verified',
}

function sayingOf({ held, phase, time }: Said): Html {
  const words = held === null ? 'it was left to a person' : held ? 'it held' : 'it did not hold'
  return html`<span data-state="${held === null ? 'waiting' : held ? 'complete' : 'failed'}">${words}</span> ${phases[phase]}, ${when(time)}`
}

function detailOf({ detail }: Said): Html | null {
  return detail === null || detail.trim() === ''
    ? null
    : html`<pre class="evidence" tabindex="0">${plain(detail)}</pre>`
}
