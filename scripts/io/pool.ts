/** The processes in which tasks are worked. One in which nothing was left serves again; what leaves something had its own. */
import { availableParallelism } from 'node:os'
import { type Around, LocalProcess, type TaskProcess } from './task-process.ts'

/** A process that has loaded so many modules is let go: what is once loaded stays in its memory. */
const most = 1000

/** Where processes come from, and go back to. */
export interface Processes<P extends TaskProcess = TaskProcess> {
  /** `alone`: one that has loaded no task yet. @throws when the system has no room for a process. */
  take(alone: boolean): P
  /** Takes one back that is as it was. */
  give(idle: P): void
}

/** Milliseconds. To start a process holds up this one and those that work: whoever was taken before is asked first, and begins. */
const courtesy = 15

/** So many start at once: more would only hold each other up. */
const together = availableParallelism()

export class Pool implements Processes<LocalProcess> {
  readonly #around: Around
  readonly #idle: LocalProcess[] = []
  readonly #living = new Set<LocalProcess>()
  /** Those that are not ready yet. */
  readonly #starting = new Set<LocalProcess>()
  readonly #waiting: (() => void)[] = []
  #expected = 0
  /** The card that was done last ended its process: the next one will want another, which stands ready beside those that are at work. */
  #ending = false
  /** How often one will be taken yet. */
  #left = Number.POSITIVE_INFINITY
  /** Cancels the look that is due, whether another is to be started. */
  #due: (() => void) | null = null
  #closed = false

  constructor(around: Around) {
    this.#around = around
  }

  /** So many will be taken side by side: as long as there are fewer, one stands ready before it is asked for, more start when somebody waits. `times`: so often in all, after which none is kept. */
  expect(processes: number, times = Number.POSITIVE_INFINITY): void {
    this.#expected = processes
    this.#left = times
    if (this.#living.size === 0) this.#prepare()
    else this.#prepareSoon()
  }

  /** Null: whoever takes one now need not wait for it. Else it resolves when that may have changed. */
  room(): Promise<void> | null {
    // Where none will come by itself, whoever takes one starts it, or is told why it cannot be.
    if (this.#idle.some((idle) => this.#isReady(idle)) || (this.#starting.size === 0 && this.#due === null)) return null
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  take(alone: boolean): LocalProcess {
    const fit = this.#idle.filter((idle) => idle.alive && (!alone || idle.used === 0))
    // One that has worked is quicker than one that only stands ready.
    const found = fit.findLast((idle) => this.#isReady(idle)) ?? fit[0]
    if (found) this.#idle.splice(this.#idle.indexOf(found), 1)
    const taken = found ?? this.#start()
    this.#left--
    this.#spare()
    this.#prepareSoon()
    return taken
  }

  give(idle: LocalProcess): void {
    idle.holder = null
    this.#ending = false
    if (this.#closed || idle.used >= most) {
      void idle.close()
    } else {
      this.#idle.push(idle)
      this.#spare()
    }
    this.#changed()
  }

  /** Ends those that nobody has. */
  async close(): Promise<void> {
    this.#closed = true
    this.#due?.()
    await Promise.all(this.#idle.splice(0).map((idle) => idle.close()))
  }

  /** Ends those that will not be taken any more: first what is not ready yet. */
  #spare(): void {
    while (this.#idle.length > this.#left) {
      const late = this.#idle.findIndex((idle) => !this.#isReady(idle))
      for (const spare of this.#idle.splice(late, 1)) void spare.close()
    }
  }

  #isReady(process: LocalProcess): boolean {
    return process.alive && !this.#starting.has(process)
  }

  #start(): LocalProcess {
    const started = new LocalProcess(this.#around)
    this.#living.add(started)
    this.#starting.add(started)
    void started.ready.then(() => {
      this.#starting.delete(started)
      this.#prepareSoon()
      this.#changed()
    })
    void started.ended.then(() => {
      this.#living.delete(started)
      this.#ending ||= started.holder !== null
    })
    return started
  }

  #prepareSoon(): void {
    this.#due ??= this.#around.after(courtesy, () => {
      this.#due = null
      this.#prepare()
      this.#changed()
    })
  }

  #prepare(): void {
    const { length } = this.#idle
    const least = Math.min(
      this.#expected + (this.#ending ? 1 : 0) - this.#living.size,
      together - this.#starting.size,
      (this.#waiting.length > 0 ? together : 1) - length,
      this.#left - length,
    )
    try {
      for (let more = this.#closed ? 0 : least; more > 0; more--) this.#idle.push(this.#start())
    } catch {
      // Whoever wants one is told.
    }
  }

  #changed(): void {
    for (const look of this.#waiting.splice(0)) look()
  }
}
