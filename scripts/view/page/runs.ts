/** The runs that are known, and one of them over time. */
import { isDone, type Run } from '../../core/chronicle.ts'
import { plainLine } from '../../core/plain.ts'
import { count } from '../style.ts'
import { pageOf, part } from './frame.ts'
import { ganttOf } from './gantt.ts'
import { type Html, html } from './html.ts'
import { outcomeWords, runState } from './now.ts'
import type { Scene } from './scene.ts'
import { took, when } from './words.ts'

export function runsPage(scene: Scene): Html {
  const { standing } = scene
  const runs = standing.chronicle.runs.toReversed()
  const rows = runs.map((run) => rowOf(scene, run))
  const list =
    rows.length === 0
      ? html`<p class="muted">No runs yet.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table>
<thead><tr><th scope="col">Began</th><th scope="col">Goal</th><th scope="col">Ended</th><th scope="col" class="number">Cards done</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
  const main = html`<h1>Runs</h1>
${part('runs', 'panel', list)}`
  return pageOf(scene, { title: 'Runs', place: 'runs', main, kind: 'runs' })
}

function rowOf({ standing, ways }: Scene, run: Run): Html {
  const goesOn = run === standing.running
  const { done, begun } = tally(run)
  return html`<tr data-state="${runState(run, goesOn)}"><td><a href="${ways.run(run.run)}">${when(run.started)}</a></td><td>${plainLine(run.goal)}</td><td class="end">${outcomeWords(run, goesOn)}${run.failed !== null && html` at ${plainLine(run.failed)}`}${begun === 0 && !goesOn && html` <span class="muted">nothing to do</span>`}</td><td class="number">${done} of ${run.planned.length}</td><td class="number"${goesOn && html` data-since="${run.started}"`}>${took(run.started, run.ended)}</td></tr>`
}

function tally({ tries }: Run): { done: number; begun: number } {
  const all = [...tries.values()]
  return { done: all.filter(({ end }) => isDone(end)).length, begun: all.length }
}

export function runPage(scene: Scene, run: Run): Html {
  const { standing, ways, now } = scene
  const goesOn = run === standing.running
  const known = (id: string) => standing.graph.cards.has(id)
  const goal = plainLine(run.goal)
  const { done } = tally(run)
  const head = html`<p><span class="end" data-state="${runState(run, goesOn)}">${outcomeWords(run, goesOn)}</span>${run.failed !== null && html` at ${known(run.failed) ? html`<a href="${ways.card(run.failed)}">${plainLine(run.failed)}</a>` : plainLine(run.failed)}`} · ${done} of ${count(run.planned.length, 'card')} done · began ${when(run.started)} · <span class="number"${goesOn && html` data-since="${run.started}"`}>${took(run.started, run.ended)}</span></p>`
  const warnings =
    run.warnings.length > 0 && html`<ul>${run.warnings.map((text) => html`<li>${plainLine(text)}</li>`)}</ul>`
  const chart =
    run.tries.size === 0
      ? html`<p class="muted">${goesOn ? 'No card has begun yet.' : 'No card was begun.'}</p>`
      : ganttOf({ run, goesOn, now, known }, ways)
  const main = html`<p class="crumbs"><a href="${ways.runs}">Runs</a></p>
<h1>Run of ${known(run.goal) ? html`<a href="${ways.card(run.goal)}">${goal}</a>` : goal}</h1>
${part('run', 'panel', html`${head}${warnings}${chart}`)}`
  return pageOf(scene, { title: `Run of ${goal}`, place: 'runs', main, kind: 'run' })
}
