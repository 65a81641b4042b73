/** A run made up for tests of what is told of it: a plan, a clock, and events. */
import { parseCard } from '../../scripts/core/card.ts'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'
import { Forecast } from '../../scripts/core/forecast.ts'
import type { Planned } from '../../scripts/core/plan.ts'
import { Live } from '../../scripts/view/live.ts'
import { Standing } from '../../scripts/view/standing.ts'
import { type Paint, plainPaint } from '../../scripts/view/style.ts'

/** When it begins: milliseconds since the epoch. */
export const began = Date.parse('2026-01-01T00:00:00Z')

/** A plan in which each card comes after those named. */
export function planOf(after: Record<string, readonly string[]>): Planned[] {
  return Object.entries(after).map(([id, before]) => {
    return { card: parseCard(`docs/${id}.md`, '').card, start: 'active', after: [...before], blockedBy: [] }
  })
}

interface Options {
  jobs?: number
  keepGoing?: boolean
  /** Milliseconds that cards took last. */
  took?: Record<string, number>
  keys?: boolean
  paint?: Paint
}

/** A run that is watched. */
export class Watched {
  readonly standing: Standing
  readonly live: Live
  #now = began

  constructor(after: Record<string, readonly string[]>, options: Options = {}) {
    const { jobs = 2, keepGoing = false, took = {}, keys = true, paint = plainPaint } = options
    const plan = planOf(after)
    this.standing = new Standing(plan, new Forecast(plan, (id) => took[id] ?? null, jobs), keepGoing)
    this.live = new Live(this.standing, paint, { began, keys })
  }

  /** Lets so many milliseconds pass. */
  wait(milliseconds: number): this {
    this.#now += milliseconds
    return this
  }

  add(event: RunEvent): this {
    this.standing.add(stamped(event, this.#now))
    return this
  }

  start(...cards: string[]): this {
    for (const card of cards) this.add({ event: 'card-started', card, title: '', log: '', digest: '', anew: false })
    return this
  }

  print(card: string, ...lines: string[]): this {
    for (const text of lines) this.add({ event: 'output', card, stream: 'stdout', text })
    return this
  }

  complete(...cards: string[]): this {
    for (const card of cards) this.add(completed(card))
    return this
  }

  fail(card: string, message: string): this {
    return this.add({ event: 'card-failed', card, reason: 'task', message, exitCode: 1, durationMs: 0 })
  }

  /** The picture, as a text with a line break at its end. */
  picture(columns: number, rows: number): string {
    return `${this.live.text(this.#now, columns, rows)}\n`
  }
}

export function stamped(event: RunEvent, now = began): Stamped {
  return { schemaVersion: 1, time: new Date(now).toISOString(), run: 'r', ...event }
}

export function completed(card: string, durationMs = 0): RunEvent {
  return { event: 'card-completed', card, how: 'ran', verified: true, by: null, durationMs, target: '' }
}
