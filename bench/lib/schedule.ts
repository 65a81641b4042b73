/** How long a graph of known durations takes: at least, and by a simple rule. */
import type { Graph, GraphCard } from './graph.ts'

export type Duration = (card: GraphCard) => number

/** No schedule is shorter: the longest path must be walked, and all work be done by so many at once. */
export function lowerBound(graph: Graph, duration: Duration, jobs: number): number {
  const work = graph.cards.reduce((sum, card) => sum + duration(card), 0)
  return Math.max(work / jobs, Math.max(...pathsFrom(graph, duration).values()))
}

/** What longest-path-first takes when nothing else costs time: as short as the runner could be by that rule. */
export function longestFirst(graph: Graph, duration: Duration, jobs: number): number {
  const path = pathsFrom(graph, duration)
  const byLength = (a: GraphCard, b: GraphCard) => (path.get(a.id) ?? 0) - (path.get(b.id) ?? 0)
  const open = new Map(graph.cards.map((card) => [card.id, card.requires.length]))
  const parents = parentsOf(graph)
  const ready = graph.cards.filter(({ requires }) => requires.length === 0).sort(byLength)
  const running: { card: GraphCard; until: number }[] = []
  let now = 0
  while (ready.length > 0 || running.length > 0) {
    while (running.length < jobs) {
      const card = ready.pop()
      if (!card) break
      running.push({ card, until: now + duration(card) })
    }
    running.sort((a, b) => b.until - a.until)
    const ended = running.pop()
    if (!ended) break
    now = ended.until
    for (const parent of parents.get(ended.card.id) ?? []) {
      const left = (open.get(parent.id) ?? 0) - 1
      open.set(parent.id, left)
      if (left === 0) ready.push(parent)
    }
    ready.sort(byLength)
  }
  return now
}

/** For each card the longest way from its start to the goal's end. */
function pathsFrom(graph: Graph, duration: Duration): Map<string, number> {
  const parents = parentsOf(graph)
  const path = new Map<string, number>()
  for (const card of graph.cards.toReversed()) {
    const after = (parents.get(card.id) ?? []).map(({ id }) => path.get(id) ?? 0)
    path.set(card.id, duration(card) + Math.max(0, ...after))
  }
  return path
}

function parentsOf(graph: Graph): Map<string, GraphCard[]> {
  const parents = new Map<string, GraphCard[]>(graph.cards.map(({ id }) => [id, []]))
  for (const card of graph.cards) for (const id of card.requires) parents.get(id)?.push(card)
  return parents
}
