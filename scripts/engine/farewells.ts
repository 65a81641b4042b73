/** Processes that ended for the run, whose workers have not heard all that was said to them. */
import type { System } from '../io/system.ts'
import { pause } from './patience.ts'
import type { RemoteProcess } from './remote-process.ts'

export class Farewells {
  /** By job. */
  readonly #leaving = new Map<string, RemoteProcess>()

  add(process: RemoteProcess): void {
    if (!process.settled) this.#leaving.set(process.job, process)
  }

  /** All up to a number was heard. */
  wasHeard(job: string, epoch: number, seq: number): void {
    const process = this.#leaving.get(job)
    if (process?.seat?.epoch !== epoch) return
    process.wasHeard(seq)
    if (process.settled) this.#leaving.delete(job)
  }

  /** Says again what was not heard to those that are there; of the others nobody waits for anything. */
  insist(isThere: (address: string) => boolean): void {
    for (const [job, process] of this.#leaving) {
      if (process.seat !== null && isThere(process.seat.address)) process.insist()
      else this.#leaving.delete(job)
    }
  }

  /** Resolves when all was heard, or so many milliseconds have gone. */
  async settle(milliseconds: number, after: System['after']): Promise<void> {
    const step = 20 // milliseconds
    for (let left = milliseconds; this.#leaving.size > 0 && left > 0; left -= step) await pause(step, after)
  }
}
