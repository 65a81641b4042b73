/** The processes in which tasks are worked. One in which nothing was left serves again; what leaves something had its own. */
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
  #closed = false

  constructor(around: Around) {
    this.#around = around
  }

  take(alone: boolean): LocalProcess {
    const at = this.#idle.findIndex((idle) => idle.alive && (!alone || idle.used === 0))
    const [found] = at === -1 ? [] : this.#idle.splice(at, 1)
    return found ?? new LocalProcess(this.#around)
  }

  give(idle: LocalProcess): void {
    idle.holder = null
    if (this.#closed || idle.used >= most) idle.kill()
    else this.#idle.push(idle)
  }

  /** Ends those that nobody has. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#idle.splice(0).map((idle) => idle.close()))
  }
}
