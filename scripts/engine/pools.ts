/** The processes of a worker: for each set of settings that cards are proved against, some that have them. */
import { Pool } from '../io/pool.ts'

/** How long processes that have worked are kept, in milliseconds: they keep runs of this checkout waiting. */
const idle = 1000

type Settings = Readonly<Record<string, string>>

interface Used {
  pool: Pool
  /** How many cards are worked with it. */
  by: number
  /** How many have been. */
  times: number
}

export class Pools {
  readonly #root: string
  readonly #env: NodeJS.ProcessEnv
  readonly #after: (milliseconds: number, then: () => void) => () => void
  readonly #slots: number
  readonly #pools = new Map<string, Used>()
  #closed = false

  /** `slots`: how many cards are worked at once. */
  constructor(
    root: string,
    env: NodeJS.ProcessEnv,
    after: (milliseconds: number, then: () => void) => () => void,
    slots: number,
  ) {
    this.#root = root
    this.#env = env
    this.#after = after
    this.#slots = slots
  }

  /** One stands ready for a card with these settings, that has worked none; those that stood ready for others are ended. */
  prepare(settings: Settings): void {
    if (this.#closed) return
    for (const [name, { pool, by }] of this.#pools) {
      if (by > 0) continue
      this.#pools.delete(name)
      void pool.close()
    }
    if (!this.#pools.has(JSON.stringify(settings))) this.#make(settings)
  }

  /** Lends the processes of these settings for as long as `work` goes on. */
  async with(settings: Settings, work: (pool: Pool) => Promise<void>): Promise<void> {
    const used = this.#pools.get(JSON.stringify(settings)) ?? this.#make(settings)
    used.by++
    try {
      await work(used.pool)
    } finally {
      used.by--
      const times = ++used.times
      this.#after(idle, () => {
        if (used.by === 0 && used.times === times) this.#renew(settings, used)
      })
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()))
  }

  #renew(settings: Settings, used: Used): void {
    if (this.#pools.get(JSON.stringify(settings)) === used) this.prepare(settings)
  }

  #make(settings: Settings): Used {
    const pool = new Pool({ root: this.#root, env: { ...this.#env, ...settings }, after: this.#after })
    pool.expect(this.#slots)
    const made = { pool, by: 0, times: 0 }
    this.#pools.set(JSON.stringify(settings), made)
    return made
  }
}
