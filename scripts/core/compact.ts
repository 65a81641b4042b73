/** The graph in numbers: walks over all of it, or from each of a thousand goals, at a few nanoseconds a step. */
import type { Card } from './card.ts'

/** Cards as numbers, in the order given. Requirements without a card are not among the edges. */
export class Compact {
  readonly ids: readonly string[]
  readonly #numbers: ReadonlyMap<string, number>
  /** What card `n` requires stands in `#edges` from `#starts[n]` to before `#starts[n + 1]`. */
  readonly #starts: Int32Array
  readonly #edges: Int32Array
  /** In which walk each card was met last, and room for the walks. */
  readonly #seen: Uint32Array
  readonly #path: Int32Array
  readonly #next: Int32Array
  readonly #done: Int32Array
  #walks = 0

  constructor(cards: ReadonlyMap<string, Card>) {
    this.ids = [...cards.keys()]
    this.#numbers = new Map(this.ids.map((id, number) => [id, number]))
    let room = 0
    for (const { requires } of cards.values()) room += requires.length
    this.#starts = new Int32Array(cards.size + 1)
    this.#edges = new Int32Array(room)
    this.#seen = new Uint32Array(cards.size)
    this.#path = new Int32Array(cards.size)
    this.#next = new Int32Array(cards.size)
    this.#done = new Int32Array(cards.size)
    let at = 0
    let from = 0
    for (const { requires } of cards.values()) {
      this.#walks++
      for (const { id } of requires) {
        const required = this.#numbers.get(id)
        if (required === undefined || this.#seen[required] === this.#walks) continue
        this.#seen[required] = this.#walks
        this.#edges[at++] = required
      }
      this.#starts[++from] = at
    }
  }

  /** The number of a card that is there. */
  number(id: string): number {
    return this.#numbers.get(id) ?? -1
  }

  /** What a card requires, by number. */
  requires(number: number): Int32Array {
    return this.#edges.subarray(this.#starts[number], this.#starts[number + 1])
  }

  /** The card and all it requires, requirements first, as they are written. Good until the next walk. */
  chain(goal: number): Int32Array {
    const [starts, edges, seen, path, next, done] = [
      this.#starts,
      this.#edges,
      this.#seen,
      this.#path,
      this.#next,
      this.#done,
    ]
    const walk = ++this.#walks
    let count = 0
    let top = 0
    path[0] = goal
    next[0] = starts[goal] ?? 0
    seen[goal] = walk
    while (top >= 0) {
      const card = path[top] ?? 0
      const at = next[top] ?? 0
      if (at === starts[card + 1]) {
        done[count++] = card
        top--
        continue
      }
      next[top] = at + 1
      const required = edges[at] ?? 0
      if (seen[required] === walk) continue
      seen[required] = walk
      top++
      path[top] = required
      next[top] = starts[required] ?? 0
    }
    return done.subarray(0, count)
  }

  /** Whether some cards require each other. */
  hasCycle(): boolean {
    const dependents = new Int32Array(this.ids.length)
    for (const required of this.#edges.subarray(0, this.#starts.at(-1)))
      dependents[required] = (dependents[required] ?? 0) + 1
    const free = [...this.ids.keys()].filter((card) => dependents[card] === 0)
    for (let at = 0; at < free.length; at++) {
      for (const required of this.requires(free[at] ?? 0)) {
        const left = (dependents[required] ?? 0) - 1
        dependents[required] = left
        if (left === 0) free.push(required)
      }
    }
    return free.length < this.ids.length
  }
}
