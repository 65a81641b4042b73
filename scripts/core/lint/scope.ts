/** Which documents the rules of style look at, and what they ask of each. */
import type { CardGraph } from '../graph.ts'
import { houseKeys } from '../keys.ts'
import type { Page } from './page.ts'
import type { LintSettings } from './settings.ts'

export class Scope {
  /** The how-to folder; null: none is there and none is named, so its rules say nothing. */
  readonly howTo: string | null
  /** The folder of the documents. */
  readonly docs: string
  /** The fields that its frontmatter must have. Those of the house are asked for where there is a how-to folder. */
  readonly required: readonly string[]
  readonly #settings: LintSettings
  readonly #graph: CardGraph

  /** @param hasFolder whether there is a folder of that path. */
  constructor(settings: LintSettings, graph: CardGraph, docs: string, hasFolder: (path: string) => boolean) {
    const usual = `${docs}/how-to`
    this.docs = docs
    this.howTo = settings.howTo ?? (hasFolder(usual) ? usual : null)
    this.required = settings.required ?? (this.howTo === null ? [] : [...houseKeys.keys()])
    this.#settings = settings
    this.#graph = graph
  }

  /** Whether the rules of style look at this document: a card or a how-to, or any if so set. */
  covers(page: Page): boolean {
    if (!page.readable || this.ignores(page)) return false
    return this.#settings.documents === 'all' || this.isHowTo(page) || this.isCard(page)
  }

  /** Whether the settings say to pass over it. */
  ignores(page: Page): boolean {
    return this.#settings.ignore.some((path) => isIn(page.path, path))
  }

  isHowTo(page: Page): boolean {
    return this.howTo !== null && isIn(page.path, this.howTo)
  }

  isCard(page: Page): boolean {
    const { fields } = page.front
    return fields.has('status') || fields.has('requires') || this.#graph.cards.get(page.stem)?.path === page.path
  }
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
