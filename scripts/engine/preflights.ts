/** What a task finds on this machine before it is worked here: whether all is there that it needs. */
import type { Finding } from '../index.ts'
import type { Description } from '../io/offer.ts'
import type { TaskFile } from '../io/tasks.ts'
import type { Objection } from './judge.ts'

/** How long what was found wrong is not looked at again, in milliseconds. */
const patience = 10_000

/** For how many runs and tasks it is remembered what was found. */
const most = 1000

interface Found {
  at: number
  objection: Objection | null
}

export class Preflights {
  readonly #examine: (file: string, settings: Readonly<Record<string, string>>) => Promise<Finding[]>
  readonly #now: () => number
  readonly #found = new Map<string, Promise<Found>>()

  constructor(
    examine: (file: string, settings: Readonly<Record<string, string>>) => Promise<Finding[]>,
    now: () => number,
  ) {
    this.#examine = examine
    this.#now = now
  }

  /** What speaks against working the card here; null: nothing. The task is asked once for each run, as at the start of a run on one machine. */
  async objection(description: Description, task: TaskFile): Promise<Objection | null> {
    if (!description.task.preflight) return null
    const name = JSON.stringify([description.run, description.task, description.target])
    for (let known = this.#found.get(name); known; known = this.#found.get(name)) {
      const { at, objection } = await known
      if (objection === null || this.#now() - at < patience) return objection
      // Of those who wait for it, the first one looks again.
      if (this.#found.get(name) === known) break
    }
    if (this.#found.size >= most) this.#found.clear()
    const asked = this.#ask(task, description.target)
    this.#found.set(name, asked)
    return (await asked).objection
  }

  async #ask({ file }: TaskFile, settings: Readonly<Record<string, string>>): Promise<Found> {
    const help = 'Mend it there; `mikado doctor` looks again.'
    let wrong: string[]
    try {
      const findings = await this.#examine(file, settings)
      wrong = findings.filter(({ ok }) => !ok).map(({ about, detail }) => `${about}: ${detail}`)
    } catch (error) {
      wrong = [`its preflight cannot be asked: ${(error as Error).message}`]
    }
    return { at: this.#now(), objection: wrong.length === 0 ? null : { why: wrong.join('; '), help } }
  }
}
