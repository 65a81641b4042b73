/** What is said of cards that wait for a worker, once each time. */

import type { Member } from '../core/member.ts'
import { listed } from '../core/usage.ts'
import type { Crew } from './crew.ts'

/** What happens to a card on its way. */
export interface Watch {
  placed: (card: string, worker: string) => void
  warn: (card: string | null, message: string) => void
}

/** Milliseconds: that nobody may be there, and that the engine may not answer, before it is said. */
const patience = { nobody: 1500, engine: 3000 }

export class Waiting {
  readonly #crew: Crew
  readonly #warn: (card: string | null, message: string) => void
  /** Labels that nobody serves; null: none is needed. */
  readonly #missed = new Set<string | null>()
  #away = false

  constructor(crew: Crew, warn: (card: string | null, message: string) => void) {
    this.#crew = crew
    this.#warn = warn
  }

  /** The workers that take cards of a label. */
  serving(label: string | null): [address: string, member: Member][] {
    const workers = [...this.#crew.living('worker')]
    return workers.filter(([, { labels, draining }]) => !draining && (label === null || labels.includes(label)))
  }

  /** Says when the engine is away, and when it is back. */
  mind(): void {
    const away = this.#crew.blind > patience.engine
    if (away === this.#away) return
    this.#away = away
    this.#warn(null, away ? 'the engine does not answer: this run waits for it' : 'the engine answers again')
  }

  /** Says which cards wait for a label that nobody serves. `milliseconds`: how long the first of them has waited. */
  explain(label: string | null, cards: readonly string[], milliseconds: number): void {
    if (this.serving(label).length > 0) {
      this.#missed.delete(label)
    } else if (milliseconds >= patience.nobody && !this.#away && !this.#missed.has(label)) {
      this.#missed.add(label)
      const who = label === null ? 'no worker is there' : `no worker with the label \`${label}\` is there`
      const more = cards.length > 3 ? ` and ${cards.length - 3} more` : ''
      const waiting = `${listed(cards.slice(0, 3), more === '' ? 'and' : 'or').replace(' or ', ', ')}${more} ${cards.length === 1 ? 'waits' : 'wait'}`
      const option = label === null ? '' : ` --label ${label}`
      this.#warn(null, `${who}: ${waiting}. Start one in a checkout there: mikado worker --engine …${option}`)
    }
  }
}
