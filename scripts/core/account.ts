/** What a run has come to so far, as those who tell of it at its end need it: nothing here is kept for longer. */
import type { Phase, Stamped } from './event.ts'
import { typed } from './plain.ts'

/** How many last lines of a card that did not complete are kept. */
const tailLines = 12

/** How a card ended. */
export type Ended = Extract<
  Stamped,
  { event: 'card-completed' | 'card-failed' | 'card-waiting' | 'card-skipped' | 'card-stopped' }
>

/** What a check said when it was asked last; null: a person has to see. */
export interface Answered {
  phase: Phase
  held: boolean | null
  message: string
}

export class Account {
  /** By card, in the order in which they ended. */
  readonly ended = new Map<string, Ended>()
  /** What tasks want to be told at the end. */
  readonly notes = new Set<string>()
  /** How the run ended; null: it goes on. */
  end: Extract<Stamped, { event: 'run-ended' }> | null = null
  readonly #answers = new Map<string, Map<string, Answered>>()
  readonly #tails = new Map<string, string[]>()
  readonly #logs = new Map<string, string>()

  add(event: Stamped): void {
    switch (event.event) {
      case 'card-started':
        this.#logs.set(event.card, event.log)
        break
      case 'check-passed':
        this.#answer(event.card, event.check, { phase: event.phase, held: true, message: event.detail ?? '' })
        break
      case 'check-failed':
        this.#answer(event.card, event.check, { phase: event.phase, held: false, message: event.message })
        break
      case 'check-waiting':
        this.#answer(event.card, event.check, { phase: event.phase, held: null, message: event.instructions })
        break
      case 'output': {
        const tail = this.#tails.get(event.card) ?? []
        tail.push(event.text)
        if (tail.length > tailLines) tail.shift()
        this.#tails.set(event.card, tail)
        break
      }
      case 'note':
        this.notes.add(event.text)
        break
      case 'card-completed':
        this.#tails.delete(event.card)
        this.ended.set(event.card, event)
        break
      case 'card-failed':
      case 'card-waiting':
      case 'card-skipped':
      case 'card-stopped':
        this.ended.set(event.card, event)
        break
      case 'run-ended':
        this.end = event
        break
      default:
        break
    }
  }

  /** Whether every card of the run is complete. */
  get complete(): boolean {
    return this.of('card-completed').length === this.ended.size
  }

  /** What goes on with the goal, after `mikado`; null: nothing is left to do. */
  resume(goal: string): string | null {
    if (this.complete) return null
    const [root] = this.of('card-failed')
    // True already, it would not be done again: what it hands on would stay lost.
    return `resume ${typed(goal)}${root?.reason === 'outputs' ? ` --force ${typed(root.card)}` : ''}`
  }

  /** Those that ended so, in the order in which they did. */
  of<K extends Ended['event']>(kind: K): Extract<Ended, { event: K }>[] {
    return [...this.ended.values()].filter((event): event is Extract<Ended, { event: K }> => event.event === kind)
  }

  /** By the line of the checklist, as they were asked last. */
  answers(card: string): ReadonlyMap<string, Answered> {
    return this.#answers.get(card) ?? new Map()
  }

  /** How many checks of a card held when all were asked the last time. */
  held(card: string): number {
    const answers = [...this.answers(card).values()]
    const last = answers.at(-1)?.phase
    return answers.filter(({ held, phase }) => held && phase === last).length
  }

  /** The last lines that a card printed which did not complete. */
  tail(card: string): readonly string[] {
    return this.#tails.get(card) ?? []
  }

  /** Where all that a card printed is, relative to the run data. */
  log(card: string): string | null {
    return this.#logs.get(card) ?? null
  }

  #answer(card: string, check: string, answered: Answered): void {
    const answers = this.#answers.get(card) ?? new Map<string, Answered>()
    // The one that was asked last is the last of them.
    answers.delete(check)
    answers.set(check, answered)
    this.#answers.set(card, answers)
  }
}
