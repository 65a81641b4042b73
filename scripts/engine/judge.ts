/** Whether a checkout can work a card that it is offered: the same document, the same code, the tools, and what its task looks for. */
import { join } from 'node:path'
import { idOf } from '../core/card.ts'
import { readText } from '../io/documents.ts'
import { Code, documentDigest } from '../io/fingerprint.ts'
import { examineTasks } from '../io/inspect.ts'
import { javascriptOf } from '../io/javascript.ts'
import type { Description } from '../io/offer.ts'
import { onPath } from '../io/programs.ts'
import type { Repository } from '../io/repository.ts'
import type { Clock } from '../io/system.ts'
import { type TaskFile, TaskFolder } from '../io/tasks.ts'
import { Preflights } from './preflights.ts'

/** Why the card is not taken here, and how to mend it. */
export interface Objection {
  why: string
  help: string
  /** It is not this card alone: the checkout holds something else than that of the run. */
  behind?: true
}

/** What is worked: the very text that is the same as that of the run, where its process need not read it. */
export interface Able {
  task: TaskFile
  code: string | null
}

const update = 'Bring its checkout to the commit of the run (`git pull`), or commit and push what differs.'

export class Judge {
  readonly #repository: Repository
  readonly #env: NodeJS.ProcessEnv
  readonly #code: Code
  readonly #tasks: TaskFolder
  readonly #preflights: Preflights

  constructor(repository: Repository, env: NodeJS.ProcessEnv, { now, after }: Clock) {
    this.#repository = repository
    this.#env = env
    this.#tasks = new TaskFolder(repository)
    this.#code = new Code(repository.root)
    const ever = new AbortController().signal
    this.#preflights = new Preflights(
      (file, settings) => examineTasks([file], repository.root, { ...env, ...settings }, after, ever),
      now,
    )
  }

  /** The task to work, or what speaks against it. */
  async taskFor(description: Description): Promise<Able | Objection> {
    const able = this.#find(description)
    return 'why' in able ? able : ((await this.#preflights.objection(description, able.task)) ?? able)
  }

  #find({ card: id, document, task, needs }: Description): Able | Objection {
    const { root, settings } = this.#repository
    const other = (what: string): Objection => ({ why: what, help: update, behind: true })
    const text = isWithin(document.path, settings.docs) ? readText(join(root, document.path)) : null
    if (text === null) return other(`it has no ${document.path}`)
    if (idOf(document.path) !== id || documentDigest(text) !== document.digest)
      return other(`its ${document.path} differs`)
    // The same document: what it says of its task is what the run has read there.
    const place = { file: document.path, line: 1, column: 1 }
    const found = this.#tasks.read({ id, run: task.path, place })
    if (found === null || !('task' in found)) return other(`it has no ${task.path} that it could run`)
    try {
      if (this.#code.digest(found.task) !== task.digest) return other(`its ${task.path}, or what that imports, differs`)
    } catch (error) {
      return other(`its ${task.path} cannot be read: ${(error as Error).message}`)
    }
    const missing = needs.filter((tool) => !onPath(tool, this.#env))
    if (missing.length === 0) return { task: found.task, code: javascriptOf(found.task, found.text) }
    return {
      why: `it lacks ${missing.map((tool) => `\`${tool}\``).join(', ')}`,
      help: 'Install what is missing there.',
    }
  }
}

/** The name of a document in the documents folder, and of nothing else. */
function isWithin(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && !path.split('/').includes('..') && path.endsWith('.md') && idOf(path) !== ''
}
