/** Tells open pages what has changed: the states of cards, and what the card that they show prints. */
import type { Chronicle } from '../core/chronicle.ts'
import { addedTo } from '../io/excerpt.ts'
import { Notice } from '../io/notice.ts'
import type { Listener } from '../io/page-server.ts'
import type { System } from '../io/system.ts'
import { logText } from '../view/page/log.ts'
import { type States, statesOf } from '../view/page/site.ts'
import { stateWords } from '../view/page/words.ts'
import type { Desk } from './desk.ts'

/** Milliseconds between two looks at a log, and bytes of it that are told at once. */
const log = { pause: 300, most: 256 * 1024 }

interface Page extends Listener {
  /** The log that it shows: where it lies, and how much of it was told. */
  log: { file: string; at: number } | null
}

export class News {
  readonly #desk: Desk
  readonly #system: System
  readonly #complain: (error: unknown) => void
  readonly #pages = new Set<Page>()
  #notice: Notice | null = null
  #cancel: (() => void) | null = null
  /** What was told last. */
  #told = new Map<string, string>()
  #changes = 0

  constructor(desk: Desk, system: System, complain: (error: unknown) => void) {
    this.#desk = desk
    this.#system = system
    this.#complain = complain
  }

  /** Something was done here: open pages need not wait until it is noticed. */
  told(): void {
    this.#notice?.told()
  }

  /** A page listens; `query.log`: the run and the card of the log it shows, with `query.at` bytes of it. Nothing is looked at while none does. */
  listen(listener: Listener, query: URLSearchParams): () => void {
    const page: Page = { ...listener, log: null }
    let gone = false
    void this.#greet(page, query, () => gone)
    this.#notice ??= new Notice(
      this.#system,
      () => this.#desk.lookout.folders(),
      () => this.#look(),
    )
    return () => {
      gone = true
      this.#pages.delete(page)
      if (this.#pages.size === 0) this.close()
    }
  }

  close(): void {
    this.#notice?.close()
    this.#notice = null
    this.#cancel?.()
    this.#cancel = null
  }

  /** A page that knows less asks for the rest. */
  async #greet(page: Page, query: URLSearchParams, gone: () => boolean): Promise<void> {
    try {
      const { live, standing } = await this.#desk.scene()
      page.log = this.#logOf(standing.chronicle, query)
      if (gone()) return
      page.tell('hello', { ...live, words: stateWords })
      this.#pages.add(page)
      if (page.log) this.#readLogs()
    } catch (error) {
      this.#complain(error)
    }
  }

  async #look(): Promise<void> {
    try {
      const { live, standing } = await this.#desk.scene()
      if (live === null || live.changes === this.#changes) return
      const first = this.#changes === 0
      this.#changes = live.changes
      const states = statesOf(standing)
      const before = this.#told
      this.#told = new Map(states.map(([id, state, why]) => [id, `${state} ${why}`]))
      const cards: States = first ? states : states.filter(([id, state, why]) => before.get(id) !== `${state} ${why}`)
      for (const page of this.#pages) page.tell('change', { ...live, cards })
    } catch (error) {
      this.#complain(error)
    }
  }

  #logOf(chronicle: Chronicle, query: URLSearchParams): Page['log'] {
    const [run = '', ...rest] = (query.get('log') ?? '').split('/')
    const path = chronicle.tries(rest.join('/')).find((one) => one.run === run)?.log
    const file = path === undefined ? null : this.#desk.logFile(path)
    return file === null ? null : { file, at: Number(query.get('at')) || 0 }
  }

  #readLogs(): void {
    if (this.#cancel) return
    const next = () => {
      this.#cancel = null
      for (const page of this.#pages) if (page.log) this.#readLog(page, page.log)
      if ([...this.#pages].some((page) => page.log)) this.#readLogs()
    }
    this.#cancel = this.#system.after(log.pause, next)
  }

  #readLog(page: Page, known: { file: string; at: number }): void {
    const added = addedTo(known.file, known.at, log.most)
    if (added === null || added.text === '') return
    const left = added.before > known.at ? added.before - known.at : 0
    known.at = added.size
    page.tell('log', { text: logText(added.text), left, size: added.size })
  }
}
