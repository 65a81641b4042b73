/** A worker's taking of jobs from BullMQ's queues. */
import type { Worker, WorkerOptions } from 'bullmq'
import type { Clock } from '../io/system.ts'
import type { Job, Shift, Verdict } from './engine.ts'
import { atMost } from './patience.ts'

/** Milliseconds. A job whose worker did not renew its lock is given to another when somebody looks. */
const lock = { lasts: 5000, looked: 2000 }
/** How long a job that is put back stays away, in milliseconds: another worker comes first. */
const away = 500
/** How long the engine may take to hear what became of the last job, in milliseconds. One that is away would be waited for until it is back. */
const patience = 3000

export class BullShift implements Shift {
  readonly #bull: typeof import('bullmq')
  readonly #where: Pick<WorkerOptions, 'connection' | 'prefix'>
  readonly #clock: Clock
  #workers: Worker[] = []
  #slots = 0
  #busy = 0
  readonly #rests = new Set<() => void>()
  #idle: () => void = () => {}
  #leaving: Promise<void> | null = null

  constructor(bull: typeof import('bullmq'), where: Pick<WorkerOptions, 'connection' | 'prefix'>, clock: Clock) {
    this.#bull = bull
    this.#where = where
    this.#clock = clock
  }

  begin(queues: readonly string[], slots: number, take: (job: Job) => Promise<Verdict>): void {
    const { Worker, WaitingError, DelayedError } = this.#bull
    this.#slots = slots
    this.#workers = queues.map((queue) => {
      const worker = new Worker<{ body: string }>(
        queue,
        async (job, token) => {
          // Of another queue one may have come at the same time.
          if (this.#busy >= slots) {
            await job.moveToWait(token)
            throw new WaitingError()
          }
          this.#busy++
          this.#balance()
          try {
            const body = Buffer.from(String(job.data.body), 'base64')
            if ((await take({ queue, id: String(job.id), body })) === 'over') return
          } finally {
            this.#busy--
            if (this.#busy === 0) this.#idle()
            this.#balance()
          }
          await job.moveToDelayed(this.#clock.now() + away, token)
          throw new DelayedError()
        },
        {
          ...this.#where,
          concurrency: slots,
          lockDuration: lock.lasts,
          stalledInterval: lock.looked,
          maxStalledCount: Number.MAX_SAFE_INTEGER,
          drainDelay: 2,
          runRetryDelay: 500,
        },
      )
      worker.on('error', () => {})
      return worker
    })
  }

  drain(): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve
      if (this.#busy === 0) resolve()
    })
    this.#leaving ??= this.#end(false, idle)
    return this.#leaving
  }

  /** Ends it, whatever is worked. */
  leave(): Promise<void> {
    this.#leaving ??= this.#end(true, Promise.resolve())
    return this.#leaving
  }

  rest(milliseconds: number): void {
    const cancel = this.#clock.after(milliseconds, () => {
      this.#rests.delete(cancel)
      this.#balance()
    })
    this.#rests.add(cancel)
    this.#balance()
  }

  async #end(force: boolean, idle: Promise<void>): Promise<void> {
    for (const cancel of this.#rests) cancel()
    const closed = Promise.all(this.#workers.map((worker) => worker.close(force).catch(() => {})))
    await Promise.race([closed, idle])
    await atMost(closed, patience, this.#clock.after)
  }

  /** Takes from each queue while there is a place, and none while it rests. */
  #balance(): void {
    if (this.#leaving !== null) return
    const full = this.#rests.size > 0 || (this.#busy >= this.#slots && this.#workers.length > 1)
    for (const worker of this.#workers) {
      if (full && !worker.isPaused()) void worker.pause(true)
      else if (!full && worker.isPaused()) void worker.resume()
    }
  }
}
