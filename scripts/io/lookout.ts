/** The repository as it is now: documents, journal and lock, each read again only where it changed. Waits for nobody who works there. */
import { join } from 'node:path'
import type { Running } from '../core/brief.ts'
import { Chronicle } from '../core/chronicle.ts'
import type { CardGraph } from '../core/graph.ts'
import type { Sight } from '../core/standing.ts'
import { readGraph } from './documents.ts'
import { Follower } from './follow.ts'
import { eventIn, journalPath } from './history.ts'
import { holderOf, whoHolds } from './lock.ts'
import { Looked, looksOf } from './looked.ts'
import type { Repository } from './repository.ts'

/** A sight, and how often it has changed since the first: one number for the documents alone. */
export interface Seen extends Sight {
  changes: number
  documents: number
}

/** Some disks count time in steps: a file that young may change again and look the same. Milliseconds. */
const young = 50
/** How long it is believed that the holder of the lock lives, in milliseconds. */
const trust = 2000

export class Lookout {
  readonly #repository: Repository
  readonly #now: () => number
  readonly #complain: (error: unknown) => void
  readonly #journal: Follower
  #chronicle = new Chronicle()
  #graph: CardGraph | null = null
  /** Folders and files that were looked at. */
  #looked: readonly string[] = []
  /** How they looked; null: they must be read again. */
  #looks: string | null = null
  #holder: Running | null = null
  #asked = { note: 'null', at: -Infinity }
  #changes = 0
  #documents = 0
  #pending: Promise<Seen> | null = null

  /** `complain`: hears that the journal cannot be read; then history is missing, and nothing else. */
  constructor(repository: Repository, now: () => number, complain: (error: unknown) => void) {
    this.#repository = repository
    this.#now = now
    this.#complain = complain
    this.#journal = new Follower(journalPath(repository))
  }

  /** Folders in which a change would show. */
  folders(): string[] {
    const { root, settings, data } = this.#repository
    const docs = this.#looked.filter((path) => !/\.md$/i.test(path)).map((path) => join(root, path))
    return [...new Set([join(root, settings.docs), ...docs, data])]
  }

  /** @throws the system's own error when the disk refuses. */
  look(): Promise<Seen> {
    this.#pending ??= this.#look().finally(() => {
      this.#pending = null
    })
    return this.#pending
  }

  async #look(): Promise<Seen> {
    this.#readJournal()
    const graph = this.#readDocuments()
    const holder = await this.#whoWorks()
    if (JSON.stringify(holder) !== JSON.stringify(this.#holder)) this.#changes++
    this.#holder = holder
    return { graph, chronicle: this.#chronicle, holder, changes: this.#changes, documents: this.#documents }
  }

  #readJournal(): void {
    let read = 0
    const take = (line: Buffer) => {
      const event = eventIn(line)
      if (event) this.#chronicle.add(event)
      read++
    }
    const anew = () => {
      this.#chronicle = new Chronicle()
      read++
    }
    try {
      this.#journal.read(take, anew)
    } catch (error) {
      this.#complain(error)
    }
    if (read > 0) this.#changes++
  }

  #readDocuments(): CardGraph {
    const { root } = this.#repository
    if (this.#graph && this.#looks !== null && looksOf(root, this.#looked).text === this.#looks) return this.#graph
    const began = this.#now()
    const looked = new Looked(root)
    const graph = readGraph({ ...this.#repository, looked })
    const { text, latest } = looked.looks()
    this.#looked = looked.paths
    this.#looks = latest >= began - young ? null : text
    this.#graph = graph
    this.#documents++
    this.#changes++
    return graph
  }

  async #whoWorks(): Promise<Running | null> {
    const lock = join(this.#repository.data, 'lock')
    const note = JSON.stringify(holderOf(lock))
    const known = note === this.#asked.note && this.#now() - this.#asked.at < trust
    if (note === 'null') return null
    if (known) return this.#holder
    this.#asked = { note, at: this.#now() }
    return whoHolds(lock)
  }
}
