/** One end of a conversation over which words can be lost, doubled or late: each is kept until it was heard, and is taken once, in order. */

export interface Numbered<S> {
  seq: number
  say: S
}

export class Line<S> {
  /** Said, and not known to be heard; the first one first. */
  readonly #unheard: (Numbered<S> & { size: number; at: number })[] = []
  #said = 0
  #heard = 0
  #waiting = 0

  /** The number of the last word that was taken. */
  get heard(): number {
    return this.#heard
  }

  /** What `say` was told to be the size of all that is not known to be heard. */
  get waiting(): number {
    return this.#waiting
  }

  /** Numbers a word, and keeps it. */
  say(say: S, now: number, size = 0): Numbered<S> {
    this.#said++
    this.#waiting += size
    this.#unheard.push({ seq: this.#said, say, size, at: now })
    return { seq: this.#said, say }
  }

  /** The other end has heard all up to that number. */
  wasHeard(seq: number): void {
    let count = 0
    for (const { seq: number, size } of this.#unheard) {
      if (number > seq) break
      this.#waiting -= size
      count++
    }
    this.#unheard.splice(0, count)
  }

  /** Whether a word is the next one, and has to be taken. Any other comes again, or came before. */
  hears(seq: number): boolean {
    if (seq !== this.#heard + 1) return false
    this.#heard = seq
    return true
  }

  /** All that is not known to be heard. */
  get unheard(): readonly S[] {
    return this.#unheard.map(({ say }) => say)
  }

  /** What has to be said again: all of it, when the first was said so long ago. */
  again(now: number, patience: number): Numbered<S>[] {
    const [first] = this.#unheard
    if (first === undefined || now - first.at < patience) return []
    return this.#unheard.map((word) => {
      word.at = now
      return { seq: word.seq, say: word.say }
    })
  }
}
