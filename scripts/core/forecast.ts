/** How long a run still takes, judged by how long its cards took before. */
import type { Plan } from './plan.ts'
import { type Expected, type Weights, weightsOf } from './weights.ts'

export class Forecast {
  readonly #weights: Weights
  readonly #expected: Expected
  readonly #jobs: number
  /** Of the cards that have not ended: how many there are, how many are known, and what they take one after the other. */
  readonly #left = { cards: 0, known: 0, work: 0 }

  /** `jobs`: how many cards at once. */
  constructor(plan: Plan, expected: Expected, jobs: number) {
    this.#weights = weightsOf(plan, expected)
    this.#expected = expected
    this.#jobs = jobs
    for (const { card } of plan) this.#count(card.id, 1)
  }

  /** Milliseconds that this card took last; null: it is not known. */
  of(card: string): number | null {
    return this.#expected(card)
  }

  /** A card has ended, or will not be worked. To be told once. */
  end(card: string): void {
    this.#count(card, -1)
  }

  /**
   * Milliseconds until all is done: no less than the longest way through what is left, and no less than all work shared out among
   * the jobs. Null where most of what is left is unknown. `running`: milliseconds since each was started.
   */
  left(running: Iterable<readonly [card: string, sinceMs: number]>, ready: Iterable<string>): number | null {
    const { cost, urgency } = this.#weights
    if (2 * this.#left.known < this.#left.cards || cost.size === 0) return null
    let { work } = this.#left
    let path = 0
    for (const [card, sinceMs] of running) {
      const own = cost.get(card) ?? 0
      const spent = Math.min(own, sinceMs)
      work -= spent
      path = Math.max(path, (urgency.get(card) ?? 0) - spent)
    }
    for (const card of ready) path = Math.max(path, urgency.get(card) ?? 0)
    return Math.max(path, work / this.#jobs)
  }

  #count(card: string, sign: 1 | -1): void {
    this.#left.cards += sign
    this.#left.known += this.#expected(card) === null ? 0 : sign
    this.#left.work += sign * (this.#weights.cost.get(card) ?? 0)
  }
}
