/** Where everything stands at one moment: the documents, what the journal says of them, and who works here now. */
import type { Running } from './brief.ts'
import { type Chronicle, isDone, type Run, type Try } from './chronicle.ts'
import type { CardGraph } from './graph.ts'

/** A card's state, the most pressing first. `faulty`: its document has an error. */
export const states = ['running', 'waiting', 'failed', 'ready', 'blocked', 'faulty', 'complete'] as const
export type State = (typeof states)[number]

/** All of it, as it was read. */
export interface Sight {
  graph: CardGraph
  chronicle: Chronicle
  /** Who holds the lock; null: nobody works here. */
  holder: Running | null
}

export class Standing {
  readonly graph: CardGraph
  readonly chronicle: Chronicle
  readonly holder: Running | null
  /** The run that goes on now. */
  readonly running: Run | null
  /** The latest run that worked or asked a card, or goes on now. */
  readonly latest: Run | null

  constructor({ graph, chronicle, holder }: Sight) {
    this.graph = graph
    this.chronicle = chronicle
    this.holder = holder
    const last = chronicle.runs.at(-1) ?? null
    // One that was killed has no end either; its holder is another one, or nobody.
    const goesOn = last !== null && last.ended === null && holder !== null && holder.since <= last.started
    this.running = goesOn ? last : null
    this.latest = this.running ?? chronicle.runs.findLast((run) => run.tries.size > 0) ?? null
  }

  /** What a card is doing, or waits for. */
  state(id: string): State {
    const { sound, status } = this.graph.card(id)
    if (this.#works(id)) return 'running'
    if (!sound) return 'faulty'
    if (status === 'complete') return 'complete'
    const { ready } = this.graph.readiness(id)
    const last = ready ? this.chronicle.unfinished(id) : null
    if (last?.end === 'waiting' || last?.end === 'failed') return last.end
    return ready ? 'ready' : 'blocked'
  }

  /** The last try of a ready card that was cut off or stopped: what it has done is not known until its checks are asked. */
  cutOff(id: string): Try | null {
    if (this.state(id) !== 'ready') return null
    return this.chronicle.unfinished(id)
  }

  /**
   * Cards below which all others stand, by path: goals, the ends of chains that are complete, and of cards that only require each
   * other the first.
   */
  roots(): { goals: string[]; complete: string[]; rings: string[] } {
    const goals = this.graph.goals()
    const known = new Set(goals)
    const required = new Set([...this.graph.cards.values()].flatMap(({ requires }) => requires.map(({ id }) => id)))
    const complete = [...this.graph.cards.keys()].filter((id) => !known.has(id) && !required.has(id))
    const below = new Set(this.graph.chains([...goals, ...complete]))
    const rings: string[] = []
    for (const id of this.graph.cards.keys()) {
      if (below.has(id)) continue
      rings.push(id)
      for (const other of this.graph.chain(id)) below.add(other)
    }
    return { goals, complete, rings }
  }

  #works(id: string): boolean {
    const last = this.running?.tries.get(id)
    if (last === undefined) return false
    // Proved, and about to be marked.
    return last.end === null || (isDone(last.end) && this.graph.card(id).status === 'active')
  }
}
