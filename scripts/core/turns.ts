/** Who may do what only one may do at a time, in the order in which they ask. */

interface Asking<Holder> {
  holder: Holder
  begin: () => void
}

export class Turns<Holder> {
  /** By name; whose turn it is comes first. */
  readonly #queues = new Map<string, Asking<Holder>[]>()
  readonly #opening: Promise<void>

  /** `opening`: until then nobody's turn begins, since somebody may have it already who has not said so yet. */
  constructor(opening: Promise<void> = Promise.resolve()) {
    this.#opening = opening
  }

  /** Resolves when it is the holder's turn; never, when the holder leaves before. `began`: it has it already. */
  take(name: string, holder: Holder, began = false): Promise<void> {
    return new Promise((begin) => {
      const queue = this.#queues.get(name) ?? []
      this.#queues.set(name, queue)
      if (began) {
        queue.unshift({ holder, begin })
        begin()
      } else {
        queue.push({ holder, begin })
        if (queue.length === 1) this.#open(name)
      }
    })
  }

  /** The holder's turn is over, or it does not wait for it any more: of several that it asked for, the first one. */
  leave(name: string, holder: Holder): void {
    const queue = this.#queues.get(name) ?? []
    const at = queue.findIndex((asking) => asking.holder === holder)
    if (at === -1) return
    queue.splice(at, 1)
    if (queue.length === 0) this.#queues.delete(name)
    else if (at === 0) this.#open(name)
  }

  /** The holder is gone. */
  leaveAll(holder: Holder): void {
    for (const [name, queue] of [...this.#queues]) {
      for (const { holder: asking } of [...queue]) if (asking === holder) this.leave(name, holder)
    }
  }

  #open(name: string): void {
    void this.#opening.then(() => this.#queues.get(name)?.[0]?.begin())
  }
}
