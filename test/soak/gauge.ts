/** What a process holds, over time: memory, handles, threads. And whether that stays. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Sample {
  /** Cards that the run had done by then. */
  cards: number
  /** Megabytes now, and at most so far. */
  memory: number
  peak: number
  handles: number
  threads: number
}

/** Null: the process is gone, or there is no process table to read. */
export function sample(pid: number, cards: number): Sample | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
    const handles = readdirSync(`/proc/${pid}/fd`).length
    const memory = number('VmRSS') / 1024
    return Number.isNaN(memory)
      ? null
      : { cards, memory, peak: number('VmHWM') / 1024, handles, threads: number('Threads') }
  } catch {
    return null
  }
}

export interface Trend {
  samples: number
  cards: number
  /** Megabytes: the middle of the second quarter, the middle of the last, and the highest. */
  early: number
  late: number
  peak: number
  /** Kilobytes for each card, over the last three quarters. */
  slope: number
  handles: [early: number, late: number]
  threads: [early: number, late: number]
}

/** How a long run went, from its first card on; null: it was too short to say. */
export function trendOf(all: readonly Sample[]): Trend | null {
  const samples = all.filter(({ cards }) => cards > 0)
  const last = samples.at(-1)
  if (last === undefined || samples.length < 20 || last.cards < 20) return null
  const quarter = Math.floor(samples.length / 4)
  const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)]
  const middle = (part: readonly Sample[], key: keyof Sample) =>
    part.map((entry) => entry[key]).sort((a, b) => a - b)[Math.floor(part.length / 2)] ?? 0
  return {
    samples: samples.length,
    cards: last.cards,
    early: middle(early, 'memory'),
    late: middle(late, 'memory'),
    peak: last.peak,
    slope: slopeOf(samples.slice(quarter)) * 1024,
    handles: [middle(early, 'handles'), middle(late, 'handles')],
    threads: [middle(early, 'threads'), middle(late, 'threads')],
  }
}

/** Megabytes for each card: the line that fits best. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (entry: Sample) => number) => samples.reduce((sum, entry) => sum + of(entry), 0) / samples.length
  const [x, y] = [mean(({ cards }) => cards), mean(({ memory }) => memory)]
  const width = mean(({ cards }) => (cards - x) ** 2)
  return width === 0 ? 0 : mean(({ cards, memory }) => (cards - x) * (memory - y)) / width
}

/** More than this is no longer flat: in megabytes, handles, threads. */
const most = { memory: 25, handles: 4, threads: 1 }

/** What grew; empty: nothing. */
export function growthOf({ early, late, handles, threads }: Trend): string[] {
  return [
    ...(late - early > most.memory ? [`memory grew from ${Math.round(early)} to ${Math.round(late)} MB`] : []),
    ...(handles[1] - handles[0] > most.handles ? [`handles grew from ${handles[0]} to ${handles[1]}`] : []),
    ...(threads[1] - threads[0] > most.threads ? [`threads grew from ${threads[0]} to ${threads[1]}`] : []),
  ]
}
