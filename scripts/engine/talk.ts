/** What was asked about a job and answered, kept for a run that asks the same because the one before it is gone. */
import type { Question, Reply } from '../core/protocol.ts'
import type { Answer } from '../io/answer.ts'

/** A question, and what came of it. */
export interface Said {
  question: Question
  /** Null: it is being worked on. */
  answer: Answer | null
}

export class Talk {
  readonly #said: Said[] = []
  /** What the task told besides answers. */
  readonly #told: Reply[] = []
  /** How many questions the present run has asked, and the number of the last one. */
  #asked = 0
  #last = 0

  /** What its run calls the question that it waits for. */
  get last(): number {
    return this.#last
  }

  /** Whether the present run has just begun. */
  get first(): boolean {
    return this.#asked === 1
  }

  get told(): readonly Reply[] {
    return this.#told
  }

  tell(reply: Reply): void {
    this.#told.push(reply)
  }

  /** A question of the present run, as it was asked before; null: it was not. `other`: something else was asked before. */
  ask(id: number, question: Question): Said | 'other' | null {
    this.#last = id
    const known = this.#said[this.#asked]
    this.#asked++
    if (!known) return null
    return isSame(known.question, question) ? known : 'other'
  }

  /** Keeps a question that is worked on. */
  put(question: Question, answer: Answer | null = null): Said {
    const said = { question, answer }
    this.#said.push(said)
    return said
  }

  /** Keeps an answer. Whether the present run waits for it. */
  settle(said: Said, answer: Answer): boolean {
    said.answer = answer
    return this.#said.indexOf(said) === this.#asked - 1
  }

  has(said: Said): boolean {
    return this.#said.includes(said)
  }

  /** Another run begins. What checks said after the work is asked again: nobody knows how long ago that was. */
  again(): void {
    this.#asked = 0
    const done = this.#said.findIndex(({ question, answer }) => question.type === 'apply' && answer !== null)
    if (done !== -1) this.#said.length = done + 1
  }

  /** Forgets all, and answers what the card was opened with. */
  forget(): Question | null {
    const [first] = this.#said
    this.#said.length = 0
    this.#told.length = 0
    return first?.question ?? null
  }
}

/** Whether a question is the one that was asked before. What a card is opened with may differ: it is open. */
function isSame(one: Question, other: Question): boolean {
  return one.type === other.type && (one.type === 'open' || JSON.stringify(one) === JSON.stringify(other))
}
