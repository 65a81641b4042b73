/** Which card of a plan comes next. */
import type { Plan, Planned } from './plan.ts'
import { type Expected, weightsOf } from './weights.ts'

interface Place extends Planned {
  /** In the order of the plan. */
  at: number
  /** How many of the cards before it are not complete yet. */
  waitsFor: number
  dependents: Place[]
  /** Milliseconds from its start to the end of all that needs it, as far as is known. */
  urgency: number
  /** Milliseconds that it takes itself, as far as is known; else 0. */
  cost: number
  /** It is not to be worked any more, or is already. */
  gone: boolean
}

/** Milliseconds. To write down that a card is complete takes a few: among cards that take longer than this, one can let a more urgent one pass. */
const worthWaiting = 50

/** The cards of a plan, each handed out when all before it are complete: the most urgent first, else as planned. */
export class Queue {
  readonly #places: Map<string, Place>
  /** The next one last. */
  readonly #ready: Place[]
  /** Cards that are as good as complete, with the milliseconds that they took. */
  readonly #ending = new Map<Place, number>()

  /** Without `expected` the order is the plan's own. Where nothing is known yet, one card counts as much as another. */
  constructor(plan: Plan, expected: Expected | null) {
    const known = expected !== null && plan.some(({ card }) => expected(card.id) !== null)
    const weights = expected === null ? null : weightsOf(plan, known ? expected : () => 1)
    const places = plan.map((planned, at): Place => {
      const { id } = planned.card
      const [urgency, cost] = [weights?.urgency.get(id) ?? 0, weights?.cost.get(id) ?? 0]
      return { ...planned, at, waitsFor: 0, dependents: [], urgency, cost, gone: false }
    })
    this.#places = new Map(places.map((place) => [place.card.id, place]))
    for (const place of places) {
      for (const id of place.after) {
        const before = this.#places.get(id)
        if (!before) continue
        before.dependents.push(place)
        place.waitsFor++
      }
    }
    this.#ready = places.filter(({ waitsFor }) => waitsFor === 0).sort((a, b) => precedence(b, a))
  }

  /** Whether there is a card that can be worked now. */
  get hasNext(): boolean {
    while (this.#ready.at(-1)?.gone) this.#ready.pop()
    return this.#ready.length > 0
  }

  /** Takes the next card that can be worked now; null: there is none, or a more urgent one can be in a moment. */
  next(): Planned | null {
    const place = this.hasNext ? this.#ready.at(-1) : undefined
    if (!place || this.#isPassed(place)) return null
    this.#ready.pop()
    place.gone = true
    return place
  }

  /** Of this card, which took so many milliseconds, only the disk is waited for. */
  ending(id: string, tookMs: number): void {
    const place = this.#places.get(id)
    if (place) this.#ending.set(place, tookMs)
  }

  /** What waited for this card alone can be worked now. */
  complete(id: string): void {
    const ended = this.#places.get(id)
    if (!ended) return
    this.#ending.delete(ended)
    for (const place of ended.dependents) {
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
    this.#ending.delete(start)
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

  /** Whether what an ending card releases is more urgent than this one. */
  #isPassed({ urgency, cost }: Place): boolean {
    for (const [{ dependents }, tookMs] of this.#ending) {
      const awaits = (place: Place) => place.waitsFor === 1 && !place.gone && place.urgency > urgency
      if (Math.max(cost, tookMs) > worthWaiting && dependents.some(awaits)) return true
    }
    return false
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
