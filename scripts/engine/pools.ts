/** The processes of a worker: for each set of settings that cards are proved against, some that have them. */
import { Pool } from '../io/pool.ts'

/** How long processes that nobody works in are kept, in milliseconds: they keep runs of this checkout waiting. */
const idle = 1000

interface Used {
  pool: Pool
  /** How many cards are worked with it. */
  by: number
}

export class Pools {
  readonly #root: string
  readonly #env: NodeJS.ProcessEnv
  readonly #after: (milliseconds: number, then: () => void) => () => void
  readonly #pools = new Map<string, Used>()

  constructor(root: string, env: NodeJS.ProcessEnv, after: (milliseconds: number, then: () => void) => () => void) {
    this.#root = root
    this.#env = env
    this.#after = after
  }

  /** Lends the processes of these settings for as long as `work` goes on. */
  async with(settings: Readonly<Record<string, string>>, work: (pool: Pool) => Promise<void>): Promise<void> {
    const name = JSON.stringify(settings)
    const used = this.#pools.get(name) ?? this.#make(name, settings)
    used.by++
    try {
      await work(used.pool)
    } finally {
      used.by--
      if (used.by === 0) this.#after(idle, () => this.#release(name, used))
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()))
  }

  #make(name: string, settings: Readonly<Record<string, string>>): Used {
    const pool = new Pool({ root: this.#root, env: { ...this.#env, ...settings }, after: this.#after })
    const made = { pool, by: 0 }
    this.#pools.set(name, made)
    return made
  }

  #release(name: string, used: Used): void {
    if (used.by > 0 || this.#pools.get(name) !== used) return
    this.#pools.delete(name)
    void used.pool.close()
  }
}
