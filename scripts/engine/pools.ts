/** The processes of a worker: for each set of settings that cards are proved against, some that have them. */
import { Pool } from '../io/pool.ts'

/** How long processes that have worked are kept, in milliseconds: they keep runs of this checkout waiting. */
const idle = 1000

type Settings = Readonly<Record<string, string>>

interface Used {
  pool: Pool
  /** How many cards are worked with it. */
  by: number
  /** Keeps it beyond the time that was left to it. */
  keep: () => void
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

  /** One stands ready for a card with these settings, that has worked none; those that nobody works in are ended. */
  prepare(settings: Settings): void {
    if (this.#closed) return
    for (const [name, { pool, by, keep }] of this.#pools) {
      if (by > 0) continue
      keep()
      this.#pools.delete(name)
      void pool.close()
    }
    this.#of(settings)
  }

  /** Lends the processes of these settings for as long as `work` goes on. */
  async with(settings: Settings, work: (pool: Pool) => Promise<void>): Promise<void> {
    const used = this.#of(settings)
    used.keep()
    used.by++
    try {
      await work(used.pool)
    } finally {
      used.by--
      if (used.by === 0) used.keep = this.#after(idle, () => this.prepare(settings))
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()))
  }

  #of(settings: Settings): Used {
    const name = JSON.stringify(settings)
    const known = this.#pools.get(name)
    if (known) return known
    const pool = new Pool({ root: this.#root, env: { ...this.#env, ...settings }, after: this.#after })
    pool.expect(this.#slots)
    const made = { pool, by: 0, keep: () => {} }
    this.#pools.set(name, made)
    return made
  }
}
