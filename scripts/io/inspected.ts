/**
 * What task modules can do, as they said when they were looked at, kept from run to run: each for as long as its text is the same,
 * with all that it imports from the repository, and the packages, the settings of the call and this program look the same. What is
 * kept spares a look before the run; what a module says when its card is opened is what counts.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Code } from './fingerprint.ts'
import { makeFolder } from './folder.ts'
import type { Inspection } from './inspect.ts'
import { scratch } from './journal.ts'
import { environmentDigest, looksOf } from './looked.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'
import type { TaskFile } from './tasks.ts'

/** What a module said, and the digest of it and of all that it imports. */
interface Known extends Omit<Extract<Inspection, { ok: true }>, 'ok'> {
  digest: string
}

/** As it is kept. */
interface Kept {
  around: string
  /** By path: what lies beside a module may be read by it too. */
  tasks: Record<string, Known>
}

const self = fileURLToPath(import.meta.url)

export class Inspected {
  readonly #repository: Repository
  readonly #around: string
  readonly #code: Code
  readonly #tasks: Map<string, Known>

  constructor(repository: Repository, env: NodeJS.ProcessEnv) {
    this.#repository = repository
    const { root } = repository
    const { text } = looksOf(root, ['package.json', 'node_modules', 'node_modules/.package-lock.json', self])
    this.#around = JSON.stringify([process.version, environmentDigest(env), text])
    this.#code = new Code(root)
    this.#tasks = new Map(Object.entries(this.#read()))
  }

  /** What the module said; null: nobody asked it as it is now. */
  of(task: TaskFile): Inspection | null {
    const known = this.#tasks.get(task.path)
    if (known === undefined || known.digest !== this.#digestOf(task)) return null
    const { works, checks, preflight } = known
    return { ok: true, works, checks, preflight }
  }

  /** Keeps what these modules said; one that cannot be loaded is looked at each time. */
  keep(tasks: readonly TaskFile[], found: ReadonlyMap<string, Inspection>): void {
    let news = false
    for (const task of tasks) {
      const inspection = found.get(task.file)
      const digest = inspection?.ok ? this.#digestOf(task) : null
      if (digest === null || !inspection?.ok) continue
      const { works, checks, preflight } = inspection
      this.#tasks.set(task.path, { digest, works, checks, preflight })
      news = true
    }
    if (!news) return
    const kept: Kept = { around: this.#around, tasks: Object.fromEntries(this.#tasks) }
    try {
      makeFolder(dirname(this.#place))
      replaceFile(this.#place, [Buffer.from(JSON.stringify(kept))], scratch(this.#repository), 0o600)
    } catch {
      // A disk that refuses is no trouble: the next run looks at them again.
    }
  }

  /** Nothing, when all around was different, or the file is not what we wrote. */
  #read(): Kept['tasks'] {
    try {
      const kept = JSON.parse(readFileSync(this.#place, 'utf8')) as Kept
      const whole = Object.values(kept.tasks).every(({ checks }) => Array.isArray(checks))
      return whole && kept.around === this.#around ? kept.tasks : {}
    } catch {
      return {}
    }
  }

  get #place(): string {
    return join(this.#repository.data, 'cache', 'inspected.json')
  }

  /** Null: a file that it imports cannot be read. */
  #digestOf(task: TaskFile): string | null {
    try {
      return this.#code.digest(task)
    } catch {
      return null
    }
  }
}
