/** Which cards a run is about, and in what state each starts. */
import type { Card } from './card.ts'
import type { CardGraph } from './graph.ts'

/** `active`: to be done. `unproven`: complete, but not proved here. `forced`: to be done again, whatever its checks say. */
export type Start = 'active' | 'unproven' | 'forced'

/** One card of a run. */
export interface Planned {
  card: Card
  start: Start
  /** Cards of the same run that come first. */
  after: string[]
  /** Cards outside the run that are not complete: this one cannot start. */
  blockedBy: string[]
}

/** What is to be done, requirements first. */
export type Plan = readonly Planned[]

export interface Selection {
  goal: string
  /** Just this card, nothing that it requires. */
  only: boolean
  /** Start here: what comes before is taken as it is. */
  from: string | null
  /** Do this card again, whatever its checks say. */
  force: string | null
  /** With `force`: also every card of the chain that requires it. */
  downstream: boolean
}

/** Complete cards that have checks, but no proof against the present target. */
export type Unproven = ReadonlySet<string>

/** The cards of the goal's chain that a run would work, requirements first. */
export function planOf(graph: CardGraph, selection: Selection, unproven: Unproven): Plan {
  const chain = graph.chain(selection.goal)
  const behind = (id: string) => new Set([id, ...graph.dependents([id])])
  const forced = new Set(
    selection.force === null ? [] : selection.downstream ? behind(selection.force) : [selection.force],
  )
  const reach = selection.from === null ? null : behind(selection.from)
  const wanted = chain.filter((id) => {
    if (selection.only) return id === selection.goal
    return reach === null || reach.has(id)
  })
  const startOf = (id: string): Planned['start'] | null => {
    if (forced.has(id)) return 'forced'
    if (graph.card(id).status === 'active') return 'active'
    return unproven.has(id) ? 'unproven' : null
  }
  const inPlan = new Set(wanted.filter((id) => startOf(id) !== null))
  // What a card rests on, looked for through complete cards that are not worked.
  const rests = new Map<string, Set<string>>()
  for (const id of chain) {
    rests.set(
      id,
      new Set(
        graph
          .requires(id)
          .flatMap((required) => (inPlan.has(required) ? [required] : [...(rests.get(required) ?? [])])),
      ),
    )
  }
  return [...inPlan].map((id) => ({
    card: graph.card(id),
    start: startOf(id) ?? 'active',
    after: [...(rests.get(id) ?? [])],
    blockedBy: graph
      .readiness(id)
      .blockedBy.map((blocker) => blocker.id)
      .filter((blocker) => !inPlan.has(blocker)),
  }))
}
