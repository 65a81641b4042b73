/** All pages, by their paths. */
import type { Excerpt } from '../../core/bounded.ts'
import { type Drawing, drawingOf } from '../../core/drawing.ts'
import type { Standing } from '../../core/standing.ts'
import type { Placed } from '../layout.ts'
import { cardPage } from './card.ts'
import { confirmPage, startPage } from './control.ts'
import { type Html, html } from './html.ts'
import { logPage } from './log.ts'
import type { Material } from './material.ts'
import { lastRunPart, overviewPage, overviewParts, togglePart } from './overview.ts'
import { openPart } from './picture.ts'
import { runPage, runsPage } from './runs.ts'
import type { Scene } from './scene.ts'
import { servedWays, type View, viewOf } from './ways.ts'
import { whyOf } from './words.ts'

/** What pages need from outside. */
export interface Shelf {
  material: (id: string, standing: Standing) => Material
  /** The end of a log; null: there is none. */
  log: (path: string) => Excerpt | null
  layout: (drawing: Drawing) => Promise<Placed>
  /** A word for what a person is shown of a card before they agree to something. */
  seen: (id: string, standing: Standing) => string
}

/** A served page; null: there is none of that path. `parts`: only what is kept up as a whole, where that is much less. */
export async function servedPage(
  path: readonly string[],
  query: URLSearchParams,
  scene: Omit<Scene, 'ways'>,
  shelf: Shelf,
): Promise<Html | null> {
  const here: Scene = { ...scene, ways: servedWays(path.length - 1) }
  const { graph, chronicle } = scene.standing
  const [place = '', name = '', card = ''] = path
  if (path.length === 1 && place === '') {
    const view = knownView(here, viewOf(query))
    if (query.get('part') === 'live')
      return html`${overviewParts(here)}${lastRunPart(here)}${togglePart(here, view, drawnFor(scene.standing, view.goal).drawing)}`
    return await overviewOf(here, view, shelf)
  }
  if (path.length === 1 && place === 'runs') return runsPage(here)
  if (path.length === 2 && place === 'card' && graph.cards.has(name))
    return cardPage(here, name, shelf.material(name, scene.standing))
  if (scene.control && path.length === 2 && graph.cards.has(name)) {
    if (place === 'start') return startPage(here, name, shelf.seen(name, scene.standing))
    if (place === 'confirm') return confirmPage(here, name, shelf.seen(name, scene.standing))
  }
  const run = path.length === 2 && place === 'run' ? chronicle.run(name) : null
  if (run) return runPage(here, run)
  const one = path.length === 3 && place === 'log' ? chronicle.tries(card).find((each) => each.run === name) : undefined
  const excerpt = one ? shelf.log(one.log) : null
  return one && excerpt ? logPage(here, one, excerpt) : null
}

/** The chain of a card that there is not is everything. */
function knownView({ standing }: Scene, view: View): View {
  return view.goal !== null && standing.graph.cards.has(view.goal) ? view : { ...view, goal: null }
}

export async function overviewOf(scene: Scene, view: View, shelf: Shelf): Promise<Html> {
  const { drawing, cards } = drawnFor(scene.standing, view.goal)
  const shown = view.open ? openPart(drawing) : drawing
  const placed = shown.cards.length === 0 ? null : await shelf.layout(shown)
  return overviewPage(scene, { view, drawing, placed, cards })
}

/** What a picture shows, and the cards of the list below it, goals first. Complete cards that stand alone are only in the list. */
function drawnFor(standing: Standing, goal: string | null): { drawing: Drawing; cards: string[] } {
  const { graph } = standing
  if (goal !== null) return { drawing: drawingOf(graph, [goal]), cards: graph.chain(goal).toReversed() }
  const { goals, complete, rings } = standing.roots()
  const chains = complete.filter((id) => graph.requires(id).length > 0)
  const cards = graph.chains([...complete, ...goals, ...rings]).toReversed()
  return { drawing: drawingOf(graph, [...goals, ...chains, ...rings]), cards }
}

/** State and reason of every card, as a page's script takes them. */
export type States = [id: string, state: string, why: string][]

export function statesOf(standing: Standing): States {
  return [...standing.graph.cards.keys()].map((id) => [id, standing.state(id), whyOf(standing, id)])
}
