/** All pages as files that stand by themselves: opened from a disk, or served by whatever serves files. */
import { cardPage } from './card.ts'
import type { Html } from './html.ts'
import { logPage } from './log.ts'
import { runPage, runsPage } from './runs.ts'
import type { Scene } from './scene.ts'
import { overviewOf, type Shelf } from './site.ts'
import { type View, type Ways, wholeView } from './ways.ts'

/** What is known of names of files: a short word for a text, the same each time. */
export type Digest = (text: string) => string

/** Each page with the path of its file. `logs`: what cards printed last is among them. */
export async function* keptPages(
  scene: Omit<Scene, 'ways'>,
  shelf: Shelf,
  { logs, digest }: { logs: boolean; digest: Digest },
): AsyncGenerator<[path: string, page: Html]> {
  const { graph, chronicle } = scene.standing
  const shown = new Map<string, string>()
  for (const id of graph.cards.keys()) {
    const last = chronicle.tries(id).findLast(({ log }) => log !== '')
    if (logs && last) shown.set(id, last.run)
  }
  const at = (depth: number): Scene => ({ ...scene, ways: keptWays(depth, shown, digest) })
  for (const view of [wholeView, { ...wholeView, open: true }])
    yield [overviewFile(view), await overviewOf(at(0), view, shelf)]
  yield ['runs.html', runsPage(at(0))]
  for (const run of chronicle.runs) yield [`run/${fileOf(run.run, digest)}`, runPage(at(1), run)]
  for (const id of graph.cards.keys()) {
    const { log, ...material } = shelf.material(id, scene.standing)
    yield [`card/${fileOf(id, digest)}`, cardPage(at(1), id, { ...material, log: logs ? log : null })]
    const one = chronicle.tries(id).find(({ run }) => run === shown.get(id))
    const excerpt = one ? shelf.log(one.log) : null
    if (one && excerpt) yield [`log/${fileOf(id, digest)}`, logPage(at(1), one, excerpt)]
  }
}

function keptWays(depth: number, logs: ReadonlyMap<string, string>, digest: Digest): Ways {
  const top = depth === 0 ? '' : '../'
  return {
    served: false,
    overview: (view = {}) => top + overviewFile({ ...wholeView, ...view }),
    card: (id) => `${top}card/${fileOf(id, digest)}`,
    runs: `${top}runs.html`,
    run: (name) => `${top}run/${fileOf(name, digest)}`,
    log: (card, run) => (logs.get(card) === run ? `${top}log/${fileOf(card, digest)}` : null),
    asset: (name) => `${top}assets/${name}`,
    act: () => '#',
  }
}

function overviewFile({ open }: View): string {
  return open ? 'open.html' : 'index.html'
}

/** A name that every disk and every server takes as it is; what is changed for that gets a word more, to stay different from others. */
function fileOf(name: string, digest: Digest): string {
  const safe = name
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 100)
  return safe === name ? `${safe}.html` : `${safe || 'card'}-${digest(name)}.html`
}
