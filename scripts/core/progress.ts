/** How far goals are: all of them at once, since thousands may share a hundred thousand cards. */
import type { Compact } from './compact.ts'

/** How far a goal is: what it requires, directly or not. */
export interface Progress {
  /** Required cards that are active, and all of them. */
  active: number
  total: number
  /** Required and not active, but missing or with errors: not complete either. */
  faulty: number
  /** In run order, the goal among them. */
  ready: string[]
}

/** What is asked of each card. `unsound`: complete, but with an error. `missing`: requires what is not there. */
export const trait = { active: 1, ready: 2, unsound: 4, missing: 8 }

/** Counts 32 things at once: bit `i` of what is added counts for the `i`th. */
class Tally {
  readonly #digits: number[] = []

  add(bits: number): void {
    let carry = bits
    for (let digit = 0; carry !== 0; digit++) {
      const before = this.#digits[digit] ?? 0
      this.#digits[digit] = before ^ carry
      carry &= before
    }
  }

  of(which: number): number {
    return this.#digits.reduce((sum, bits, digit) => sum + ((bits >>> which) & 1) * 2 ** digit, 0)
  }
}

/**
 * How far each of the goals is, by number of card. `traits`: those of every card. `missing`: what a card requires that is not there.
 * Takes one walk over all cards for every 32 goals.
 */
export function progressOf(
  compact: Compact,
  goals: readonly number[],
  traits: Uint8Array,
  missing: (card: number) => string[],
): Progress[] {
  const order = compact.order(goals)
  const reached = new Int32Array(traits.length)
  const found: Progress[] = []
  for (let first = 0; first < goals.length; first += 32) {
    const some = goals.slice(first, first + 32)
    reached.fill(0)
    for (const [which, goal] of some.entries()) reached[goal] = (reached[goal] ?? 0) | (1 << which)
    while (spread(compact, order, reached)) {} // once is enough, but for cards that require each other
    found.push(...count(compact, order, reached, some, traits, missing))
  }
  return found
}

/** Hands on what reaches a card to all it requires. Answers whether it must be done again. */
function spread(compact: Compact, order: Int32Array, reached: Int32Array): boolean {
  let late = false
  for (let at = order.length - 1; at >= 0; at--) {
    const card = order[at] ?? 0
    const bits = reached[card] ?? 0
    if (bits === 0) continue
    for (let edge = compact.starts[card] ?? 0; edge < (compact.starts[card + 1] ?? 0); edge++) {
      const required = compact.edges[edge] ?? 0
      const before = reached[required] ?? 0
      if ((before | bits) === before) continue
      reached[required] = before | bits
      late ||= compact.cyclic
    }
  }
  return late
}

function count(
  compact: Compact,
  order: Int32Array,
  reached: Int32Array,
  goals: readonly number[],
  traits: Uint8Array,
  missing: (card: number) => string[],
): Progress[] {
  const [total, active, unsound] = [new Tally(), new Tally(), new Tally()]
  const ready = goals.map((): string[] => [])
  const strangers = goals.map(() => new Set<string>())
  const each = (bits: number, visit: (which: number) => void) => {
    for (let left = bits; left !== 0; left &= left - 1) visit(31 - Math.clz32(left & -left))
  }
  for (const card of order) {
    const bits = reached[card] ?? 0
    if (bits === 0) continue
    const own = traits[card] ?? 0
    total.add(bits)
    if (own & trait.active) active.add(bits)
    if (own & trait.unsound) unsound.add(bits)
    if (own & trait.ready) each(bits, (which) => ready[which]?.push(compact.ids[card] ?? ''))
    if (own & trait.missing) for (const id of missing(card)) each(bits, (which) => strangers[which]?.add(id))
  }
  return goals.map((goal, which) => {
    const own = traits[goal] ?? 0
    return {
      active: active.of(which) - (own & trait.active ? 1 : 0),
      total: total.of(which) - 1,
      faulty: unsound.of(which) - (own & trait.unsound ? 1 : 0) + (strangers[which]?.size ?? 0),
      ready: ready[which] ?? [],
    }
  })
}
