/** A thread that does batches; one that hangs or runs out of memory is a failure of the folder it was at. */
import { Worker } from 'node:worker_threads'
import { type Failure, folderAt, noTally, type Tally } from './batch.ts'

/** Folders of one batch: some two thousand documents. */
const runs = 500
/** Milliseconds of the processor for one document, and how long a folder may take before it hangs. */
const limit = 50
const patience = 120_000
/** What a thread may keep, in megabytes. */
const memory = 512

export class Thread {
  readonly #at = new Int32Array(new SharedArrayBuffer(8))
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: this.#at.buffer,
    resourceLimits: { maxOldGenerationSizeMb: memory },
  })

  async run(seed: number): Promise<{ tally: Tally; failure: Failure | null }> {
    let seen = -1
    let stop = () => {}
    const hung = new Promise<{ tally: Tally; failure: Failure }>((resolve) => {
      const timer = setInterval(() => {
        if (seen === this.#index) resolve(this.#lost(seed, `a folder takes less than ${patience / 1000} s`))
        seen = this.#index
      }, patience)
      stop = () => clearInterval(timer)
    })
    const done = new Promise<{ tally: Tally; failure: Failure | null }>((resolve) => {
      const failed = (error: unknown) => resolve(this.#lost(seed, String(error)))
      this.#worker.once('error', failed)
      this.#worker.once('message', (result) => {
        this.#worker.off('error', failed)
        resolve(result)
      })
    })
    this.#worker.postMessage({ seed, runs, limit })
    const result = await Promise.race([done, hung])
    stop()
    return result
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  get #index(): number {
    return Atomics.load(this.#at, 1)
  }

  #lost(seed: number, promise: string): { tally: Tally; failure: Failure } {
    return {
      tally: noTally,
      failure: { place: `${seed}:${this.#index}`, promise, folder: folderAt(seed, this.#index) },
    }
  }
}
