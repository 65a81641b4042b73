/** A run, told to an agent: while it goes on in a word, at its end card by card. */
import { clip } from '../core/bounded.ts'
import { formatDuration } from '../core/duration.ts'
import type { Stamped } from '../core/event.ts'

/** How many last lines of a failed card are told. */
const lastLines = 12

type End = { id: string; ended: 'completed' | 'failed' | 'waiting' | 'skipped' | 'stopped'; [detail: string]: unknown }

export class RunReport {
  #total = 0
  readonly #ends = new Map<string, End>()
  readonly #output = new Map<string, string[]>()
  readonly #notes: string[] = []
  #finish: Extract<Stamped, { event: 'run-ended' }> | null = null

  /** Takes an event; answers what is worth telling at once. */
  add(event: Stamped): string | null {
    switch (event.event) {
      case 'run-started':
        this.#total = event.cards.length
        return this.#said('started')
      case 'card-started':
        return this.#said(`working on ${event.card}`)
      case 'step-started':
        return this.#said(`${event.card}: ${clip(event.step, 100)}`)
      case 'output':
        this.#keep(event.card, event.text)
        return null
      case 'note':
        this.#notes.push(clip(event.text, 400))
        return null
      case 'warning':
        this.#notes.push(clip(event.message, 400))
        return null
      case 'run-ended':
        this.#finish = event
        return null
      default:
        return this.#end(event)
    }
  }

  /** The whole of it; null when it never came to its end. */
  report(): object | null {
    if (this.#finish === null) return null
    const { outcome, exitCode, durationMs, failed } = this.#finish
    const cards = [...this.#ends.values()]
    const waiting = cards.find(({ ended }) => ended === 'waiting')
    return {
      outcome,
      exitCode,
      took: formatDuration(durationMs),
      failed,
      cards,
      notes: this.#notes,
      next: nextOf(failed, waiting?.id ?? null),
    }
  }

  #end(event: Stamped): string | null {
    const end = endOf(event, (card) => this.#output.get(card) ?? [])
    if (end === null) return null
    this.#ends.set(end.id, end)
    return this.#said(`${end.id} ${end.ended}`)
  }

  #said(what: string): string {
    return `${this.#ends.size} of ${this.#total} cards ended · ${what}`
  }

  #keep(card: string, line: string): void {
    const lines = this.#output.get(card) ?? []
    lines.push(clip(line, 300))
    if (lines.length > lastLines) lines.shift()
    this.#output.set(card, lines)
  }
}

function endOf(event: Stamped, outputOf: (card: string) => string[]): End | null {
  switch (event.event) {
    case 'card-completed': {
      const { card: id, how, verified, by } = event
      return { id, ended: 'completed', how, verified, by }
    }
    case 'card-failed': {
      const { card: id, reason, message, exitCode } = event
      return { id, ended: 'failed', reason, message: clip(message, 1500), exitCode, output: outputOf(id) }
    }
    case 'card-waiting':
      return { id: event.card, ended: 'waiting', instructions: clip(event.instructions, 1500), lines: event.lines }
    case 'card-skipped':
      return { id: event.card, ended: 'skipped', because: event.because }
    case 'card-stopped':
      return { id: event.card, ended: 'stopped' }
    default:
      return null
  }
}

function nextOf(failed: string | null, waiting: string | null): string | null {
  if (failed !== null)
    return `\`brief ${failed}\` tells what is known of the failure. Mend the cause, or write down what must be true first with \`discover\`; then \`plan\` and \`run\` again.`
  if (waiting !== null) return `${waiting} waits for a person: tell them the lines; \`close\` asks for their word.`
  return null
}
