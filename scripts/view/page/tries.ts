/** How a card was worked: each try with its end and how long it took, its steps among it. */
import type { Step, Try } from '../../core/chronicle.ts'
import { formatDuration } from '../../core/duration.ts'
import { plainLine } from '../../core/plain.ts'
import { count } from '../style.ts'
import { part } from './frame.ts'
import { type Html, html, nothing } from './html.ts'
import type { Scene } from './scene.ts'
import { endState, endWords, firstLine, when } from './words.ts'

export function triesPart(scene: Scene, id: string): Html {
  const { standing } = scene
  const tries = standing.chronicle.tries(id).toReversed()
  if (tries.length === 0)
    return part('tries', 'panel', html`<h2>History</h2><p class="muted">Nothing is recorded of it yet.</p>`)
  const rows = tries.map((one) => rowOf(scene, one))
  const proof = standing.chronicle.history.cards.get(id)?.proof ?? null
  const proved =
    proof &&
    html`<p>Last proved ${when(proof.time)}${scene.live && proof.target !== '' && html`, against <code>${plainLine(proof.target)}</code>`}.</p>`
  return part(
    'tries',
    'panel',
    html`<h2>History</h2>${proved}<div class="scroll" tabindex="0" role="region" aria-label="History"><table>
<thead><tr><th scope="col">Began</th><th scope="col">Command</th><th scope="col">Ended</th><th scope="col" class="number">Took</th><th scope="col">About it</th></tr></thead>
<tbody>${rows}</tbody></table></div>`,
  )
}

function rowOf(scene: Scene, one: Try): Html {
  const { standing, ways } = scene
  const goesOn = standing.running?.run === one.run
  const log = one.log === '' ? null : ways.log(one.card, one.run)
  const known = standing.chronicle.run(one.run) !== null
  const command = known ? html`<a href="${ways.run(one.run)}">${one.command}</a>` : html`${one.command}`
  const time = html`<td class="number"${one.end === null && goesOn && html` data-since="${one.started}"`}>${one.ended !== null && formatDuration(Date.parse(one.ended) - Date.parse(one.started))}</td>`
  const ended =
    one.command === 'verify'
      ? html`asked`
      : html`<span data-state="${endState(one, goesOn)}">${endWords(one, goesOn)}</span>`
  const about = [
    one.worker === undefined ? '' : `on ${plainLine(one.worker)}`,
    one.end === 'failed' ? firstLine(one.message) : '',
    one.retries > 0 ? `begun again ${count(one.retries, 'time')}` : '',
    ...one.notes.map(firstLine),
  ].filter((text) => text !== '')
  return html`<tr><td>${when(one.started)}</td><td>${command}</td><td>${ended}</td>${time}<td class="why">${about.join(' · ')}${log !== null && html` <a href="${log}">log<span class="unseen"> of ${one.started}</span></a>`}${stepsOf(one, goesOn)}</td></tr>`
}

function stepsOf({ steps }: Try, goesOn: boolean): Html {
  if (steps.length === 0) return nothing
  const rows = steps.map(
    (step) => html`<li>${plainLine(step.name)} <span class="muted">${stepWords(step, goesOn)}</span></li>`,
  )
  return html`<details><summary>${count(steps.length, 'step')}</summary><ol>${rows}</ol></details>`
}

function stepWords({ started, ended, replayed }: Step, goesOn: boolean): string {
  if (replayed) return 'done by an earlier try'
  return ended === null ? (goesOn ? 'goes on' : 'cut off') : formatDuration(Date.parse(ended) - Date.parse(started))
}
