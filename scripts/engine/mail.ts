/** Sealed mail between runs and workers: words for the same address travel together; what is not what it should be is refused. */
import type { Refused } from '../core/member.ts'
import type { System } from '../io/system.ts'
import type { Engine } from './engine.ts'
import type { Word } from './letters.ts'
import type { Opened, Seal } from './seal.ts'

/** Milliseconds that it may take to say what more will follow; that something was heard; and that the last word was. */
const leisure = 15
const courtesy = { usual: 200, last: 20 }

export class Mail {
  readonly refused: Refused = { jobs: 0, messages: 0, last: null }
  readonly #engine: Engine
  readonly #seal: Seal
  readonly #complain: (message: string) => void
  readonly #waiting = new Map<string, Word[]>()
  /** By address and job: what was heard, and is to be said. */
  readonly #heard = new Map<string, Map<string, Extract<Word, { heard: number }>>>()
  /** The last parcel that came from an address. */
  readonly #counts = new Map<string, number>()
  readonly #after: System['after']
  /** By how many milliseconds it was put off: takes back that what waits is sent then. */
  readonly #due = new Map<number, () => void>()
  #scheduled = false
  #closed = false

  constructor(engine: Engine, seal: Seal, after: System['after'], complain: (message: string) => void) {
    this.#engine = engine
    this.#seal = seal
    this.#after = after
    this.#complain = complain
  }

  get address(): string {
    return this.#seal.address
  }

  /** Hears from when this resolves: each word once it is known to be genuine, with the address that it comes from. */
  async open(hear: (from: string, word: Word) => void): Promise<void> {
    await this.#engine.listen(this.address, (parcel) => {
      const opened = this.#seal.open('mail', this.address, parcel)
      if (opened === null)
        return this.refuse('messages', 'a message that was not sealed with this key for this address')
      const { from, count } = opened
      if (count <= (this.#counts.get(from) ?? 0)) return this.refuse('messages', 'a message that came before')
      this.#counts.set(from, count)
      for (const word of wordsIn(opened)) hear(from, word)
    })
  }

  /** Sends a word, with all others that are for the same address. `more`: another one follows soon, with which it may go. */
  send(to: string, word: Word, more = false): void {
    const words = this.#waiting.get(to)
    if (words) words.push(word)
    else this.#waiting.set(to, [word])
    if (more) {
      this.#within(leisure, false)
    } else if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(() => this.#flush(false))
    }
  }

  /** Says that all up to a number was heard, when something else is said or a moment later. `last`: nothing else may be said for long. */
  confirm(to: string, job: string, epoch: number, heard: number, last = false): void {
    const words = this.#heard.get(to) ?? new Map()
    words.set(job, { job, epoch, heard })
    this.#heard.set(to, words)
    this.#within(last ? courtesy.last : courtesy.usual, true)
  }

  /** Counts what was refused, and says it. */
  refuse(what: 'jobs' | 'messages', why: string): void {
    this.refused[what]++
    this.refused.last = why
    this.#complain(`refused: ${why}`)
  }

  /** Sends what waits. */
  flush(): void {
    this.#flush(true)
  }

  /** Sends what waits; nothing is put off any more. */
  close(): void {
    this.#closed = true
    this.#flush(true)
    for (const cancel of this.#due.values()) cancel()
  }

  #within(milliseconds: number, all: boolean): void {
    if (this.#closed || this.#due.has(milliseconds)) return
    const send = () => {
      this.#due.delete(milliseconds)
      this.#flush(all)
    }
    this.#due.set(milliseconds, this.#after(milliseconds, send))
  }

  /** `all`: also to those for whom nothing else waits. */
  #flush(all: boolean): void {
    this.#scheduled = false
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [to, words] of waiting) this.#post(to, [...words, ...this.#taken(to)])
    if (all) for (const to of [...this.#heard.keys()]) this.#post(to, this.#taken(to))
  }

  /** What was heard from an address, to be said now. */
  #taken(to: string): Word[] {
    const heard = this.#heard.get(to)
    this.#heard.delete(to)
    return [...(heard?.values() ?? [])]
  }

  #post(to: string, words: readonly Word[]): void {
    this.#engine.post(to, this.#seal.seal('mail', to, Buffer.from(JSON.stringify(words))))
  }
}

/** What is sealed was made by a runner of this kind: its form is not doubted. */
function wordsIn({ plain }: Opened): Word[] {
  return JSON.parse(plain.toString()) as Word[]
}
