/** What a task prints, on its way to the run: so much at once. A run that is away does not hold the task up. */
import type { Stream } from '../io/task-process.ts'
import { later } from './workbench.ts'

/** Bytes that may be on their way; a task that prints more waits. While its run is away, what is more is lost. */
const most = 1024 * 1024

export class Outlet {
  readonly #waiting: () => number
  readonly #say: (stream: Stream, data: string) => void
  #printed = 0
  /** Bytes that nobody hears. */
  #lost = 0
  #room: ReturnType<typeof later> | null = null

  /** `waiting`: how many bytes are on their way. */
  constructor(waiting: () => number, say: (stream: Stream, data: string) => void) {
    this.#waiting = waiting
    this.#say = say
  }

  /** Bytes that were printed. */
  get printed(): number {
    return this.#printed
  }

  /** `heard`: the run is there. Answers when there is room for more; null: now. */
  print(stream: Stream, chunk: Buffer, heard: boolean): Promise<void> | null {
    this.#printed += chunk.length
    const full = this.#waiting() > most
    if (full && !heard) {
      this.#lost += chunk.length
      return null
    }
    if (this.#lost > 0) {
      const words = `\n… ${this.#lost} bytes were printed while the run was away, and are lost …\n`
      this.#say(stream, Buffer.from(words).toString('base64'))
      this.#lost = 0
    }
    this.#say(stream, chunk.toString('base64'))
    if (!full) return null
    this.#room ??= later()
    return this.#room.wait
  }

  /** Something was heard, or nothing will be. */
  open(away: boolean): void {
    if (this.#room === null || (!away && this.#waiting() > most / 2)) return
    this.#room.open()
    this.#room = null
  }
}
