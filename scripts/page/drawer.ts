/** Lays pictures out: small ones at once, large ones in a thread of their own, so that nobody else waits for them. */
import { Worker } from 'node:worker_threads'
import type { Drawing } from '../core/drawing.ts'
import { layoutOf, type Placed } from '../view/layout.ts'

/** So many cards take no longer than to start a thread. */
const small = 150

const program = new URL(import.meta.url.endsWith('.ts') ? './drawer-thread.ts' : './drawer-thread.js', import.meta.url)

export class Drawer {
  readonly #threads = new Set<Worker>()

  async layout(drawing: Drawing): Promise<Placed> {
    if (drawing.cards.length <= small) return await layoutOf(drawing)
    const thread = new Worker(program, { workerData: drawing })
    this.#threads.add(thread)
    try {
      return await new Promise<Placed>((resolve, reject) => {
        thread.once('message', resolve)
        thread.once('error', reject)
        thread.once('exit', () => reject(new Error('the picture was given up')))
      })
    } finally {
      this.#threads.delete(thread)
    }
  }

  /** Gives up what is still being laid out. */
  close(): void {
    for (const thread of this.#threads) void thread.terminate()
  }
}
