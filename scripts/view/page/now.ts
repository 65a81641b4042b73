/** What goes on now, or what the last run came to. */
import type { Run } from '../../core/chronicle.ts'
import { isDone } from '../../core/chronicle.ts'
import { plainLine } from '../../core/plain.ts'
import { controlText } from './control.ts'
import { part } from './frame.ts'
import { type Html, html } from './html.ts'
import type { Scene } from './scene.ts'
import { took, when } from './words.ts'

const outcomes: Record<NonNullable<Run['outcome']>, string> = {
  complete: 'complete',
  failed: 'failed',
  waiting: 'waits for a person',
  unrecorded: 'a document could not be marked',
  stopped: 'stopped',
}

/** How a run ended, in words. */
export function outcomeWords({ outcome, exitCode }: Run, goesOn: boolean): string {
  if (goesOn) return 'goes on'
  return outcome === null
    ? 'was cut off'
    : `${outcomes[outcome]}${outcome === 'complete' ? '' : ` (exit code ${exitCode})`}`
}

/** The state whose colour a run has. */
export function runState({ outcome }: Run, goesOn: boolean): string {
  if (goesOn) return 'running'
  const states = {
    complete: 'complete',
    failed: 'failed',
    waiting: 'waiting',
    unrecorded: 'failed',
    stopped: 'blocked',
  }
  return outcome === null ? 'blocked' : states[outcome]
}

export function nowPart(scene: Scene): Html {
  const { standing } = scene
  const { running, holder, latest } = standing
  const title = scene.live === null ? 'When this copy was made' : 'Now'
  if (running)
    return part('now', 'panel now', html`<h2>${title}</h2>${runningText(scene, running)}${controlText(scene)}`)
  if (holder) {
    const told = html`<p data-state="running"><strong><code>${plainLine(holder.what)}</code></strong> works here</p><p class="why">${scene.live && html`process ${holder.pid} on ${plainLine(holder.host)}, `}since ${when(holder.since)}</p>`
    return part('now', 'panel now', html`<h2>${title}</h2>${told}${controlText(scene)}`)
  }
  return part(
    'now',
    'panel',
    html`<h2>${title}</h2><p>Nobody works here.</p>${latest && lastText(scene, latest)}${controlText(scene)}`,
  )
}

function runningText({ ways, standing: { graph } }: Scene, run: Run): Html {
  const tries = [...run.tries.values()]
  const ended = tries.filter(({ end }) => end !== null).length
  const working = tries.filter(({ end }) => end === null)
  const names = working.slice(0, 6).map(({ card }, at) => {
    const name = graph.cards.has(card)
      ? html`<a href="${ways.card(card)}">${plainLine(card)}</a>`
      : html`${plainLine(card)}`
    return html`${at > 0 && ', '}${name}`
  })
  const more = working.length > 6 && ` and ${working.length - 6} more`
  return html`<p data-state="running"><a href="${ways.run(run.run)}"><strong>run ${plainLine(run.goal)}</strong></a> · <span class="number" data-since="${run.started}"></span></p>
<p>${ended} of ${run.planned.length} cards ended${working.length > 0 && html` · works on ${names}${more}`}</p>`
}

function lastText({ ways }: Scene, run: Run): Html {
  const done = [...run.tries.values()].filter(({ end }) => isDone(end)).length
  return html`<p class="why">Last run: <a href="${ways.run(run.run)}">${plainLine(run.goal)}</a> <span data-state="${runState(run, false)}">${outcomeWords(run, false)}</span>, ${done} of ${run.planned.length} cards done${run.ended !== null && html` in ${took(run.started, run.ended)}`}, ${when(run.ended ?? run.started)}</p>`
}
