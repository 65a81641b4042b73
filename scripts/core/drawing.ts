/** What a picture of chains shows: boxes and arrows, before anybody says how they look. */
import type { CardGraph } from './graph.ts'

/** `faulty`: its document has an error. `missing`: it is required, and no document is called so. `blocked`: active, and not ready. */
export type DrawnState = 'complete' | 'ready' | 'blocked' | 'faulty' | 'missing'

export interface DrawnCard {
  id: string
  /** As it is written; of a missing one, its id. */
  title: string
  /** Null: it is missing. */
  path: string | null
  state: DrawnState
  /** Whether the picture was asked for by this name. */
  goal: boolean
}

/** `from` requires `to`. */
export interface DrawnEdge {
  from: string
  to: string
  /** It closes a cycle: `to` requires `from`, directly or not. Without such edges there are no cycles. */
  back: boolean
}

/** Cards in run order: but for `back` edges, what is required stands before what requires it. */
export interface Drawing {
  cards: DrawnCard[]
  edges: DrawnEdge[]
}

/** The chains of these goals, each card once. */
export function drawingOf(graph: CardGraph, goals: readonly string[]): Drawing {
  const named = new Set(goals)
  const drawn = new Map<string, DrawnCard>()
  const edges: DrawnEdge[] = []
  for (const id of graph.chains(goals)) {
    const requires = graph.requires(id)
    for (const missing of requires.filter((other) => !graph.cards.has(other)))
      drawn.set(missing, { id: missing, title: missing, path: null, state: 'missing', goal: false })
    for (const to of requires) edges.push({ from: id, to, back: !drawn.has(to) })
    const { title, path } = graph.card(id)
    drawn.set(id, { id, title, path, state: stateOf(graph, id), goal: named.has(id) })
  }
  return { cards: [...drawn.values()], edges }
}

function stateOf(graph: CardGraph, id: string): DrawnState {
  const { sound, status } = graph.card(id)
  if (!sound) return 'faulty'
  if (status === 'complete') return 'complete'
  return graph.readiness(id).ready ? 'ready' : 'blocked'
}
