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

export class Pool implements Processes<LocalProcess> {
  readonly #around: Around
  readonly #idle: LocalProcess[] = []
  readonly #living = new Set<LocalProcess>()
  /** Those that are not ready yet. As many as there are cores: more would only hold each other up. */
  readonly #starting = new Set<LocalProcess>()
  readonly #waiting: (() => void)[] = []
  #expected = 0
  /** How often one will be taken yet. */
  #left = Number.POSITIVE_INFINITY
  #closed = false

  constructor(around: Around) {
    this.#around = around
  }

  /** So many will be taken side by side: as long as there are fewer, one stands ready before it is asked for. `times`: so often in all, after which none is kept. */
  expect(processes: number, times = Number.POSITIVE_INFINITY): void {
    this.#expected = processes
    this.#left = times
    this.#prepare()
  }

  /** Null: whoever takes one at once need not wait for others that start. Else it resolves when that may have changed. */
  room(): Promise<void> | null {
    if (this.#starting.size < availableParallelism() || this.#idle.some(({ alive }) => alive)) return null
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  take(alone: boolean): LocalProcess {
    const at = this.#idle.findIndex((idle) => idle.alive && (!alone || idle.used === 0))
    const [found] = at === -1 ? [] : this.#idle.splice(at, 1)
    const taken = found ?? this.#start()
    this.#left--
    this.#prepare()
    for (const spare of this.#idle.splice(Math.max(0, this.#left))) void spare.close()
    return taken
  }

  give(idle: LocalProcess): void {
    idle.holder = null
    if (this.#closed || idle.used >= most || this.#idle.length >= this.#left) void idle.close()
    else this.#idle.push(idle)
    this.#changed()
  }

  /** Ends those that nobody has. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#idle.splice(0).map((idle) => idle.close()))
  }

  #start(): LocalProcess {
    const started = new LocalProcess(this.#around)
    this.#living.add(started)
    this.#starting.add(started)
    void started.ready.then(() => {
      this.#starting.delete(started)
      this.#prepare()
      this.#changed()
    })
    void started.ended.then(() => this.#living.delete(started))
    return started
  }

  #prepare(): void {
    if (this.#closed || this.#idle.length > 0 || this.#left <= 0 || this.#living.size >= this.#expected) return
    if (this.#starting.size >= availableParallelism()) return
    try {
      this.#idle.push(this.#start())
    } catch {
      // Whoever wants one is told.
    }
  }

  #changed(): void {
    for (const look of this.#waiting.splice(0)) look()
  }
}
