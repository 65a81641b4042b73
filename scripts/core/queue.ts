/** Which card of a plan comes next. */
import type { Plan, Planned } from './plan.ts'
import { type Expected, weightsOf } from './weights.ts'

interface Place extends Planned {
  /** In the order of the plan. */
  at: number
  /** How many of the cards before it are not complete yet, and how many of these are not proved either. */
  waitsFor: number
  unproved: number
  /** All that it must make true is true. */
  proved: boolean
  dependents: Place[]
  /** Milliseconds from its start to the end of all that needs it, as far as is known. */
  urgency: number
  /** It is not to be worked any more, or is already. */
  gone: boolean
}

/** The cards of a plan, each handed out when all before it are complete: the most urgent first, else as planned. */
export class Queue {
  readonly #places: Map<string, Place>
  /** The next one last. */
  readonly #ready: Place[]

  /** Without `expected` the order is the plan's own. */
  constructor(plan: Plan, expected: Expected | null) {
    const { urgency } = weightsOf(plan, expected ?? (() => null))
    const places = plan.map((planned, at): Place => {
      const fresh = { waitsFor: 0, unproved: 0, proved: false, dependents: [], gone: false }
      return { ...planned, at, urgency: urgency.get(planned.card.id) ?? 0, ...fresh }
    })
    this.#places = new Map(places.map((place) => [place.card.id, place]))
    for (const place of places) {
      for (const id of place.after) {
        const before = this.#places.get(id)
        if (!before) continue
        before.dependents.push(place)
        place.waitsFor++
        place.unproved++
      }
    }
    this.#ready = places.filter(({ waitsFor }) => waitsFor === 0).sort((a, b) => precedence(b, a))
  }

  /** The next card that can be worked now; null: there is none. */
  get first(): Planned | null {
    while (this.#ready.at(-1)?.gone) this.#ready.pop()
    return this.#ready.at(-1) ?? null
  }

  /** The same, taken. */
  next(): Planned | null {
    const first = this.first
    const place = this.#ready.pop()
    if (place) place.gone = true
    return first
  }

  /** All that the card needs is true, and only its mark is waited for. Answers what waits for nothing but marks now, the first one first. */
  prove(id: string): Planned[] {
    const proved = this.#places.get(id)
    if (!proved || proved.proved) return []
    proved.proved = true
    for (const place of proved.dependents) place.unproved--
    return proved.dependents.filter(({ unproved, gone }) => unproved === 0 && !gone).sort(precedence)
  }

  /** What waited for this card alone can be worked now. */
  complete(id: string): void {
    this.prove(id)
    for (const place of this.#places.get(id)?.dependents ?? []) {
      place.waitsFor--
      if (place.waitsFor === 0 && !place.gone) this.#insert(place)
    }
  }

  /** Takes out all that cannot be worked without this card, as planned; what is already taken out is not among them. */
  without(id: string): Planned[] {
    const lost: Place[] = []
    const start = this.#places.get(id)
    if (!start) return lost
    start.gone = true
    const reached = [start]
    for (const place of reached) {
      for (const dependent of place.dependents) {
        if (dependent.gone) continue
        dependent.gone = true
        lost.push(dependent)
        reached.push(dependent)
      }
    }
    return lost.sort((a, b) => a.at - b.at)
  }

  #insert(place: Place): void {
    let low = 0
    let high = this.#ready.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#ready[middle]
      if (other && precedence(place, other) < 0) low = middle + 1
      else high = middle
    }
    this.#ready.splice(low, 0, place)
  }
}

/** Negative: `a` comes first. */
function precedence(a: Place, b: Place): number {
  return b.urgency - a.urgency || a.at - b.at
}
