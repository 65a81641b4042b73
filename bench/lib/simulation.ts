/** A run over an engine, simulated: one process that leads it, one Redis, and slots that work; each does one thing at a time. */
import type { Graph } from './graph.ts'

/** Milliseconds of a processor for each card. */
export interface Costs {
  run: number
  redis: number
  worker: number
}

export interface Field {
  hosts: number
  slots: number
  cards: number
}

export interface Simulated {
  /** Milliseconds: the longest path or all work by the slots, whichever is more, at no cost; and what it took. */
  least: number
  took: number
  /** Share of the time in which each had something to do. */
  run: number
  redis: number
  slots: number
}

/** Each card takes between half and one and a half of `work` milliseconds. */
export function simulate(graph: Graph, { hosts, slots }: Field, costs: Costs, work: number): Simulated {
  const index = new Map(graph.cards.map(({ id }, at) => [id, at]))
  const left = new Int32Array(graph.cards.length)
  const dependents: number[][] = graph.cards.map(() => [])
  const reach = new Float64Array(graph.cards.length)
  const duration = (at: number) => work * (0.5 + (((at * 2_654_435_761) >>> 0) % 1000) / 1000)
  let longest = 0
  for (const [at, { requires }] of graph.cards.entries()) {
    left[at] = requires.length
    let before = 0
    for (const id of requires) {
      const other = index.get(id) ?? 0
      dependents[other]?.push(at)
      before = Math.max(before, reach[other] ?? 0)
    }
    reach[at] = before + duration(at)
    longest = Math.max(longest, reach[at] ?? 0)
  }
  const all = graph.cards.reduce((sum, _, at) => sum + duration(at), 0)
  const places = hosts * slots

  const free = new Heap()
  for (let place = 0; place < places; place++) free.add(0, place)
  // What comes to the run: a card that is ready (its number), or one that is done (its number, negative and less one).
  const coming = new Heap()
  for (const [at, count] of left.entries()) if (count === 0) coming.add(0, at)
  const busy = { run: 0, redis: 0, slots: 0 }
  let [run, redis, end] = [0, 0, 0]
  for (let next = coming.take(); next; next = coming.take()) {
    run = Math.max(run, next.at) + costs.run / 2
    busy.run += costs.run / 2
    if (next.what < 0) {
      end = Math.max(end, run)
      for (const dependent of dependents[-1 - next.what] ?? []) {
        left[dependent] = (left[dependent] ?? 0) - 1
        if (left[dependent] === 0) coming.add(run, dependent)
      }
      continue
    }
    redis = Math.max(redis, run) + costs.redis
    busy.redis += costs.redis
    const place = free.take() ?? { at: 0, what: 0 }
    const takes = duration(next.what) + costs.worker
    const done = Math.max(redis, place.at) + takes
    busy.slots += takes
    free.add(done, place.what)
    coming.add(done, -1 - next.what)
  }
  const share = (part: number) => part / end
  return {
    least: Math.max(longest, all / places),
    took: end,
    run: share(busy.run),
    redis: share(busy.redis),
    slots: share(busy.slots / places),
  }
}

/** The earliest first. */
class Heap {
  readonly #items: { at: number; what: number }[] = []

  add(at: number, what: number): void {
    const items = this.#items
    items.push({ at, what })
    for (let place = items.length - 1; place > 0; ) {
      const parent = (place - 1) >> 1
      if ((items[parent]?.at ?? 0) <= (items[place]?.at ?? 0)) break
      this.#swap(place, parent)
      place = parent
    }
  }

  take(): { at: number; what: number } | null {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (!first || !last) return null
    if (items.length === 0) return first
    items[0] = last
    for (let place = 0; ; ) {
      let least = place
      for (const child of [2 * place + 1, 2 * place + 2])
        if ((items[child]?.at ?? Number.POSITIVE_INFINITY) < (items[least]?.at ?? 0)) least = child
      if (least === place) return first
      this.#swap(place, least)
      place = least
    }
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#items[one], this.#items[other]]
    if (first && second) [this.#items[one], this.#items[other]] = [second, first]
  }
}
