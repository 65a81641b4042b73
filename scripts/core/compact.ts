/** The graph in numbers: walks over all of it at a few nanoseconds a step. */
import type { Card } from './card.ts'

/** Cards as numbers, in the order given. Requirements without a card are not among the edges. */
export class Compact {
  readonly ids: readonly string[]
  /** What card `n` requires stands in `edges` from `starts[n]` to before `starts[n + 1]`, each once. */
  readonly starts: Int32Array
  readonly edges: Int32Array
  /** Whether some cards require each other. */
  readonly cyclic: boolean
  readonly #numbers = new Map<string, number>()

  constructor(cards: ReadonlyMap<string, Card>) {
    this.ids = [...cards.keys()]
    let room = 0
    for (const [id, { requires }] of cards) {
      this.#numbers.set(id, this.#numbers.size)
      room += requires.length
    }
    this.starts = new Int32Array(cards.size + 1)
    this.edges = new Int32Array(room)
    const last = new Int32Array(cards.size).fill(-1)
    let at = 0
    let card = 0
    for (const { requires } of cards.values()) {
      for (const { id } of requires) {
        const required = this.number(id)
        if (required === -1 || last[required] === card) continue
        last[required] = card
        this.edges[at++] = required
      }
      this.starts[++card] = at
    }
    this.cyclic = this.#hasCycle()
  }

  /** The number of a card; -1: there is none. */
  number(id: string): number {
    return this.#numbers.get(id) ?? -1
  }

  /** These cards and all they require, each once: depth first, requirements before what requires them, as they are written. */
  order(roots: readonly number[]): Int32Array {
    const { starts, edges } = this
    const count = this.ids.length
    const done = new Int32Array(count)
    const seen = new Uint8Array(count)
    const path = new Int32Array(count)
    const next = new Int32Array(count)
    let found = 0
    for (const root of roots) {
      if (seen[root]) continue
      seen[root] = 1
      path[0] = root
      next[0] = starts[root] ?? 0
      for (let top = 0; top >= 0; ) {
        const card = path[top] ?? 0
        const at = next[top] ?? 0
        if (at === starts[card + 1]) {
          done[found++] = card
          top--
          continue
        }
        next[top] = at + 1
        const required = edges[at] ?? 0
        if (seen[required]) continue
        seen[required] = 1
        top++
        path[top] = required
        next[top] = starts[required] ?? 0
      }
    }
    return done.subarray(0, found)
  }

  /** Of those for which there is a 1, each that none of them requires. */
  tops(among: Uint8Array): number[] {
    const isTop = among.slice()
    for (let card = 0; card < among.length; card++) {
      if (!among[card]) continue
      const end = this.starts[card + 1] ?? 0
      for (let at = this.starts[card] ?? 0; at < end; at++) isTop[this.edges[at] ?? 0] = 0
    }
    const tops: number[] = []
    for (let card = 0; card < isTop.length; card++) if (isTop[card]) tops.push(card)
    return tops
  }

  #hasCycle(): boolean {
    const count = this.ids.length
    const dependents = new Int32Array(count)
    const used = this.starts[count] ?? 0
    for (let at = 0; at < used; at++) {
      const required = this.edges[at] ?? 0
      dependents[required] = (dependents[required] ?? 0) + 1
    }
    const free = new Int32Array(count)
    let found = 0
    for (let card = 0; card < count; card++) if (dependents[card] === 0) free[found++] = card
    for (let taken = 0; taken < found; taken++) {
      const card = free[taken] ?? 0
      for (let at = this.starts[card] ?? 0; at < (this.starts[card + 1] ?? 0); at++) {
        const required = this.edges[at] ?? 0
        const left = (dependents[required] ?? 0) - 1
        dependents[required] = left
        if (left === 0) free[found++] = required
      }
    }
    return found < count
  }
}
