/** What was asked about a job and answered, kept for a run that asks the same because the one before it is gone. */
import type { Question, Reply } from '../core/protocol.ts'
import type { Answer } from '../io/answer.ts'

/** A row of questions, and what came of them so far. */
export interface Row {
  questions: readonly Question[]
  answers: Answer[]
}

export class Talk {
  readonly #rows: Row[] = []
  #opening: Question | null = null
  /** What the task told besides answers. */
  readonly #told: Reply[] = []
  /** How many rows the present run has asked, and the number of the last one. */
  #asked = 0
  #last = 0

  /** What its run calls the row that it waits for. */
  get last(): number {
    return this.#last
  }

  /** What the card was opened with. */
  get opening(): Question | null {
    return this.#opening
  }

  get told(): readonly Reply[] {
    return this.#told
  }

  /** A turn that is over need not be told again. */
  tell(reply: Reply): void {
    if (reply.type !== 'turn-over') return void this.#told.push(reply)
    const at = this.#told.findIndex((told) => told.type === 'turn' && told.name === reply.name)
    if (at !== -1) this.#told.splice(at, 1)
  }

  /** The run has acknowledged what was told under that number: a turn has begun then. */
  acknowledge(id: number): void {
    const at = this.#told.findIndex((told) => told.type === 'turn' && told.id === id)
    const turn = this.#told[at]
    if (turn?.type === 'turn') this.#told[at] = { ...turn, began: true }
  }

  /** A row that the present run asks, as it was asked before; null: it was not. `other`: something else was asked before. */
  ask(id: number, questions: readonly Question[]): Row | 'other' | null {
    this.#last = id
    const known = this.#rows[this.#asked]
    this.#asked++
    if (!known) return null
    return areSame(known.questions, questions) ? known : 'other'
  }

  /** Keeps a row that is worked on. */
  put(questions: readonly Question[]): Row {
    const row = { questions, answers: [] }
    this.#rows.push(row)
    if (questions[0]?.type === 'open') this.#opening = questions[0]
    return row
  }

  /** Whether the present run waits for the answers of this row. */
  isWanted(row: Row): boolean {
    return this.#rows[this.#asked - 1] === row
  }

  /** Another run begins. */
  again(): void {
    this.#asked = 0
  }

  /** Forgets all but what the card was opened with. */
  forget(): void {
    this.#rows.length = 0
    this.#told.length = 0
    this.#asked = 1
  }
}

/** Whether its last answer is one of several, and another comes. */
export function isFollowed({ questions, answers }: Row): boolean {
  const last = answers.at(-1)
  if (last?.type === 'unreadable' || last?.type === 'apply-failed' || last?.type === 'rested') return false
  const [opened] = answers
  const has = (key: string) => opened?.type !== 'opened' || opened.checks.includes(key)
  const expected = questions.map((question) => (question.type === 'check' ? question.keys.filter(has).length : 1))
  return answers.length < expected.reduce((sum, count) => sum + count, 0)
}

/** Whether a row is the one that was asked before. What a card is opened with may differ: it is open. */
function areSame(one: readonly Question[], other: readonly Question[]): boolean {
  return one.length === other.length && one.every((question, at) => isSame(question, other[at]))
}

function isSame(one: Question, other: Question | undefined): boolean {
  if (one.type === 'open') return other?.type === 'open'
  return JSON.stringify(one) === JSON.stringify(other)
}
