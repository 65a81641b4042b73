/** One batch after the other, in a thread of its own: it can hang, or run out of memory, and nothing else does. */
import { parentPort, workerData } from 'node:worker_threads'
import { runBatch } from './batch.ts'

/** The batch, and the folder in it, that are worked now: read by the main thread. */
const at = new Int32Array(workerData as SharedArrayBuffer)

parentPort?.on('message', ({ seed, runs, limit }: { seed: number; runs: number; limit: number }) => {
  Atomics.store(at, 0, seed)
  const begin = (index: number) => void Atomics.store(at, 1, index)
  parentPort?.postMessage(runBatch({ seed, runs, limit, begin }))
})
