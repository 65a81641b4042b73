/** What all answers of the page work with: the repository as it is now, and what pages show of its files. */
import { basename, join } from 'node:path'
import type { Excerpt } from '../core/bounded.ts'
import type { Drawing } from '../core/drawing.ts'
import { frontOf } from '../core/frontmatter.ts'
import { Standing } from '../core/standing.ts'
import { readText } from '../io/documents.ts'
import { endOf } from '../io/excerpt.ts'
import { Lookout, type Seen } from '../io/lookout.ts'
import type { Repository } from '../io/repository.ts'
import { sha256 } from '../io/sha256.ts'
import { TaskFolder } from '../io/tasks.ts'
import type { Placed } from '../view/layout.ts'
import { agreements } from '../view/page/control.ts'
import type { Material } from '../view/page/material.ts'
import type { Scene } from '../view/page/scene.ts'
import type { Shelf } from '../view/page/site.ts'
import type { Control } from './control.ts'
import { Drawer } from './drawer.ts'

/** Of a log, so many bytes at its end are shown. */
const most = 128 * 1024
/** So many pictures are kept. */
const pictures = 12

export class Desk implements Shelf {
  readonly repository: Repository
  readonly lookout: Lookout
  /** Null: pages only read. */
  control: Control | null = null
  readonly #about: { version: string; boot: string }
  readonly #now: () => number
  readonly #drawer = new Drawer()
  #shape = { documents: 0, digest: '' }
  readonly #placed = new Map<string, Promise<Placed>>()

  /** `boot`: names this start of the program. */
  constructor(
    repository: Repository,
    now: () => number,
    about: { version: string; boot: string },
    complain: (error: unknown) => void,
  ) {
    this.repository = repository
    this.lookout = new Lookout(repository, now, complain)
    this.#now = now
    this.#about = about
  }

  /** Everything as it is now. @throws the system's own error when the disk refuses. */
  async scene(): Promise<Omit<Scene, 'ways'> & { seen: Seen }> {
    const seen = await this.lookout.look()
    const { version, boot } = this.#about
    const { control } = this
    const changes = seen.changes + (control?.changes ?? 0)
    const live = { boot, changes, shape: this.#shapeOf(seen) }
    return {
      name: basename(this.repository.root),
      version,
      standing: new Standing(seen),
      now: this.#now(),
      live,
      control: control?.state ?? null,
      seen,
    }
  }

  material(id: string, { graph, chronicle }: Standing): Material {
    const card = graph.card(id)
    const text = readText(join(this.repository.root, card.path))
    const body = text === null ? null : text.slice(frontOf(card.path, text).front.end)
    const last = chronicle.tries(id).findLast(({ log }) => log !== '')
    return { body, task: this.#task(id, graph), log: last ? this.log(last.log) : null }
  }

  #task(id: string, graph: Standing['graph']): Material['task'] {
    try {
      const task = new TaskFolder(this.repository).of(graph.card(id))
      if (task === null) return null
      return 'file' in task && 'kind' in task ? { path: task.path, text: readText(task.file) ?? '' } : task.message
    } catch (error) {
      return `its task cannot be looked at: ${(error as Error).message}`
    }
  }

  /** The end of a log; one that has not been begun is empty. */
  log(path: string): Excerpt | null {
    const file = this.logFile(path)
    return file === null ? null : (endOf(file, most) ?? { text: '', before: 0, size: 0 })
  }

  /** Where a log of the journal lies; null: nowhere that logs are. */
  logFile(path: string): string | null {
    const inside = path.startsWith('log/') && !path.split('/').includes('..')
    return inside ? join(this.repository.data, path) : null
  }

  /** A person agrees to what they were shown, and to nothing else. */
  seen(id: string, standing: Standing): string {
    const { title, checklist } = standing.graph.card(id)
    return digestOf([agreements(standing, id), title, checklist.map(({ text }) => text)])
  }

  close(): void {
    this.#drawer.close()
  }

  #shapeOf({ graph, documents }: Seen): string {
    if (this.#shape.documents !== documents) {
      const cards = [...graph.cards.values()].map(({ id, title, requires }) => [
        id,
        title,
        requires.map((each) => each.id),
      ])
      this.#shape = { documents, digest: digestOf(cards) }
    }
    return this.#shape.digest
  }

  /** Laid out once for each shape: states only change colours. */
  layout(drawing: Drawing): Promise<Placed> {
    const shape = [
      drawing.cards.map(({ id, title, path, goal }) => [id, title, path, goal]),
      drawing.edges.map(({ from, to, back }) => [from, to, back]),
    ]
    const key = digestOf(shape)
    const placed = this.#placed.get(key) ?? this.#drawer.layout(drawing)
    placed.catch(() => this.#placed.delete(key))
    this.#placed.delete(key)
    this.#placed.set(key, placed)
    const [oldest] = this.#placed.keys()
    if (this.#placed.size > pictures && oldest !== undefined) this.#placed.delete(oldest)
    return placed
  }
}

export function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, 16)
}
