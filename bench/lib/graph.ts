/** Graphs of a given shape and size, the same for the same seed. */

export const shapes = ['wide', 'deep', 'random', 'ladder'] as const
export type Shape = (typeof shapes)[number]

export interface GraphCard {
  id: string
  requires: readonly string[]
}

/** One goal and all it requires; every card comes after those it requires. */
export interface Graph {
  shape: Shape
  goal: string
  cards: readonly GraphCard[]
}

export type Random = () => number

/** Numbers in [0, 1) that only depend on the seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A graph of `count` cards, the goal among them. Names say nothing of the order in which cards must be worked. */
export function makeGraph(shape: Shape, count: number, seed: number): Graph {
  const random = seeded(seed)
  const requires = required[shape](count, random)
  const numbers = shuffled(count - 1, random)
  const digits = String(count).length
  const id = (card: number) => (card === 0 ? 'goal' : `card-${String(numbers[card - 1]).padStart(digits, '0')}`)
  const cards = requires.map((cards, card) => ({ id: id(card), requires: cards.map(id) }))
  return { shape, goal: 'goal', cards: cards.reverse() }
}

/** For each card the numbers of those it requires: always higher than its own. Card 0 is the goal. */
const required: Record<Shape, (count: number, random: Random) => number[][]> = {
  /** The goal requires all others. */
  wide: (count) => cardsOf(count, (card) => (card === 0 ? range(1, count) : [])),
  /** One chain. */
  deep: (count) => cardsOf(count, (card) => [card + 1]),
  /** Diamonds on top of each other: the number of ways doubles with each. */
  ladder: (count) => cardsOf(count, (card) => [[card + 1, card + 2], [card + 2], [card + 1]][card % 3] ?? []),
  random: layered,
}

/** Layers about as many as they are wide; each card requires one to three of the layer below, each is required by one. */
function layered(count: number, random: Random): number[][] {
  const requires = cardsOf(count, () => [])
  const usual = Math.sqrt(count)
  let layer = [0]
  for (let next = 1; next < count; next += layer.length) {
    const wanted = Math.ceil(usual * (0.5 + random()))
    const below = range(next, next + Math.min(count - next, 2 * layer.length, wanted))
    for (const [at, card] of below.entries()) requires[layer[at % layer.length] ?? 0]?.push(card)
    for (const card of layer) {
      const own = requires[card] ?? []
      const enough = Math.min(below.length, 1 + Math.floor(3 * random()))
      while (own.length < enough) {
        const found = below[Math.floor(below.length * random())] ?? next
        if (!own.includes(found)) own.push(found)
      }
    }
    layer = below
  }
  return requires
}

function cardsOf(count: number, requires: (card: number) => number[]): number[][] {
  return range(0, count).map((card) => requires(card).filter((other) => other < count))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)
}

/** The numbers from 1 to `count` in an order of the generator's. */
function shuffled(count: number, random: Random): number[] {
  const numbers = range(1, count + 1)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor((last + 1) * random())
    const [one = 0, two = 0] = [numbers[last], numbers[other]]
    numbers[last] = two
    numbers[other] = one
  }
  return numbers
}
