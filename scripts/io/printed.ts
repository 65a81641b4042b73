/** What a card's task prints, followed from its first word on: masked, into the card's log, and told. */
import { PassThrough } from 'node:stream'
import { follow } from './output.ts'
import type { Surroundings } from './surroundings.ts'
import type { Stream } from './task-process.ts'

export class Printed {
  readonly #card: string
  readonly #around: Surroundings
  /** Opened when the first word comes. */
  readonly #open = new Map<Stream, { stream: PassThrough; followed: Promise<void> }>()

  constructor(card: string, around: Surroundings) {
    this.#card = card
    this.#around = around
  }

  get streams(): PassThrough[] {
    return [...this.#open.values()].map(({ stream }) => stream)
  }

  /** Answers when there is room for more; null: now. */
  add(name: Stream, chunk: Buffer): Promise<void> | null {
    const { stream } = this.#open.get(name) ?? this.#follow(name)
    if (stream.write(chunk)) return null
    return new Promise((resolve) => stream.once('drain', resolve))
  }

  /** Nothing more comes: resolves when all has been told. */
  async end(): Promise<void> {
    const ending = [...this.#open.values()]
    this.#open.clear()
    for (const { stream } of ending) stream.end()
    await Promise.all(ending.map(({ followed }) => followed))
  }

  #follow(name: Stream) {
    const { secrets, log, emit, room } = this.#around
    const stream = new PassThrough()
    const tell = (text: string) => emit({ event: 'output', card: this.#card, stream: name, text })
    const output = { stream, followed: follow(stream, secrets, log, tell, room) }
    this.#open.set(name, output)
    return output
  }
}
