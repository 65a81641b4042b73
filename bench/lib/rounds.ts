/** Interleaved measuring: A B C, A B C, …, so that whatever else the machine does falls on all alike. */
import type { Program, Stopwatch, Taken } from './stopwatch.ts'

export interface Contender extends Program {
  name: string
  /** How many cards the graph has that it works on. */
  cards: number
  /** Makes the state that it starts from; not timed. */
  before?: () => void
  /** What is wrong with what it did; null: nothing. Asked after each round, not timed. */
  wrong?: () => string | null
}

/** One that is not here, and why. */
export interface Absent {
  name: string
  cards: number
  why: string
}

export interface Result {
  name: string
  cards: number
  /** One for each round; null: it was not run in that round. */
  rounds: (Taken | null)[]
  /** Why there is no figure; null: there is one. */
  why: string | null
}

export interface Pace {
  rounds: number
  /** Rounds before those that count. */
  warmups: number
  /** Seconds after which a program is ended. */
  limit: number
  /** Seconds: what takes longer than this is run once. */
  patience: number
}

export async function measure(
  all: readonly (Contender | Absent)[],
  { rounds, warmups, limit, patience }: Pace,
  stopwatch: Stopwatch,
  say: (text: string) => void,
): Promise<Result[]> {
  const results = all.map((one): Result & { slow: boolean } => {
    const { name, cards } = one
    return { name, cards, rounds: [], why: 'why' in one ? one.why : null, slow: false }
  })
  for (let round = -warmups; round < rounds; round++) {
    say(round < 0 ? `warming up (${-round})` : `round ${round + 1} of ${rounds}`)
    for (const [at, one] of all.entries()) {
      const result = results[at]
      if (!result || 'why' in one) continue
      if (result.why === null && !result.slow) await take(one, result)
      else if (round >= 0) result.rounds[round] ??= null
    }

    async function take(one: Contender, result: Result & { slow: boolean }): Promise<void> {
      one.before?.()
      const taken = await stopwatch.time(one, limit)
      result.why =
        taken.code === null
          ? `ended after ${limit} s`
          : taken.code !== 0
            ? `failed with ${taken.code}`
            : (one.wrong?.() ?? null)
      if (result.why !== null) say(`${one.name}, ${one.cards} cards: ${result.why}\n${stopwatch.said()}`)
      result.slow = taken.seconds > patience
      if (result.why === null && (round >= 0 || result.slow)) result.rounds[Math.max(0, round)] = taken
    }
  }
  return results.map(({ slow: _, ...result }) => result)
}

/** The figure of one contender in each round. */
export function figuresOf(result: Result, of: 'seconds' | 'memory'): number[] {
  return result.rounds.flatMap((taken) => (taken ? [taken[of]] : []))
}
