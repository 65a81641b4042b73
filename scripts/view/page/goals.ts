/** The goals, and how far each is; below them the ends of chains that are complete. */
import { plainLine } from '../../core/plain.ts'
import type { Progress } from '../../core/progress.ts'
import { runLink } from './control.ts'
import { part } from './frame.ts'
import { type Html, html } from './html.ts'
import type { Scene } from './scene.ts'
import { badge } from './words.ts'

/** How many are told; and more than how many scroll. */
const most = 100
const long = 6

export function goalsPart(scene: Scene): Html {
  const { graph } = scene.standing
  const { goals, complete } = scene.standing.roots()
  const shown = goals.slice(0, most)
  const far = graph.progress(shown)
  const alone = [...goals, ...complete].filter((id) => graph.requires(id).length > 0).length === 1
  const rows = shown.map((id, at) => goalRow(scene, id, far[at], alone))
  const list =
    rows.length === 0
      ? html`<p class="muted">${graph.cards.size === 0 ? 'No cards yet.' : 'No active goals.'}</p>`
      : html`<ul class="plain goals${rows.length > long && ' long'}">${rows}</ul>`
  const more = goals.length > most && html`<p class="muted">and ${goals.length - most} more</p>`
  return part(
    'goals',
    'panel',
    html`<h2>Goals <span class="count">${goals.length}</span></h2>${list}${more}${completeList(scene, complete)}`,
  )
}

function goalRow(scene: Scene, id: string, far: Progress | undefined, alone: boolean): Html {
  const { standing, ways } = scene
  const { active = 0, total = 0, faulty = 0, ready = [] } = far ?? {}
  const { title } = standing.graph.card(id)
  const done = total - active - faulty
  const told = total === 0 ? 'requires nothing' : `${done} of ${total} complete`
  const chain = alone ? null : chainLink(scene, id)
  return html`<li data-state="${standing.state(id)}"><p><a href="${ways.card(id)}">${plainLine(title)}</a> ${badge(standing.state(id))}</p>
${total > 0 && bar(done, total)}<p class="why">${told}${faulty > 0 && `, ${faulty} missing or with errors`} · ${ready.length === 0 ? 'nothing ready' : `${ready.length} ready`}${chain}</p>${runLink(scene, id)}</li>`
}

/** To the picture of this chain alone, which only a server has. */
function chainLink({ standing, ways }: Scene, id: string): Html | null {
  if (!ways.served || standing.graph.requires(id).length === 0) return null
  return html` · <a href="${ways.overview({ goal: id })}">chain<span class="unseen"> of ${plainLine(id)}</span></a>`
}

/** How much is done: the words beside it say the same. */
function bar(done: number, total: number): Html {
  return html`<svg class="done" viewBox="0 0 ${total} 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${done}" height="1"/></svg>`
}

function completeList(scene: Scene, ids: readonly string[]): Html | null {
  const { standing, ways } = scene
  if (ids.length === 0) return null
  const rows = ids
    .slice(0, most)
    .map(
      (id) =>
        html`<li><a href="${ways.card(id)}">${plainLine(standing.graph.card(id).title)}</a>${chainLink(scene, id)}</li>`,
    )
  const more = ids.length > most && html`<p class="muted">and ${ids.length - most} more</p>`
  return html`<details><summary>Complete, and required by none <span class="count">${ids.length}</span></summary><ul class="plain">${rows}</ul>${more}</details>`
}
