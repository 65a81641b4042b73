/** What cards have handed on, as far as a run needs it: each is read once. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '../core/secret.ts'
import type { Json } from '../index.ts'
import type { Repository } from './repository.ts'
import { kinds, loadOutputs, nameOf, saveOutputs } from './store.ts'

export class HandedOn {
  readonly #repository: Repository
  readonly #secrets: Secrets
  readonly #known = new Map<string, Json>()
  /** Of the files that there are; looked up when somebody first asks. */
  #names: Set<string> | null = null

  /** `secrets`: gets those that are among it. */
  constructor(repository: Repository, secrets: Secrets) {
    this.#repository = repository
    this.#secrets = secrets
  }

  /** What the card has left; null: nothing. @throws when the disk refuses: it must not be taken for nothing. */
  of(card: string): Json {
    const known = this.#known.get(card)
    if (known !== undefined) return known
    const found = this.#isThere(card) ? loadOutputs(this.#repository, card, this.#secrets) : null
    this.#known.set(card, found)
    return found
  }

  /** What a task gets: of the cards it requires, and of all below them that have left something. @throws like `of`. */
  for(requires: readonly string[], below: () => readonly string[]): { [card: string]: Json } {
    const others = this.#files().size > 0 ? below().filter((card) => this.of(card) !== null) : []
    return Object.fromEntries([...requires, ...others].map((card) => [card, this.of(card)]))
  }

  /** Keeps it for later cards, and runs. @throws when the disk refuses. */
  keep(card: string, outputs: Json): void {
    if (outputs !== null || this.#isThere(card)) {
      saveOutputs(this.#repository, card, outputs, this.#secrets)
      this.#files().add(nameOf(card))
    }
    this.#known.set(card, outputs)
  }

  #isThere(card: string): boolean {
    return this.#files().has(nameOf(card))
  }

  #files(): Set<string> {
    this.#names ??= new Set(kinds.flatMap((kind) => namesIn(join(this.#repository.data, kind))))
    return this.#names
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
