/** All documents, and the files around them: what a link can lead to. */
import { posix } from 'node:path'
import { idOf } from '../card.ts'
import { didYouMean } from '../suggest.ts'
import { Page } from './page.ts'

/** The files of the repository, by path relative to its root, with forward slashes. Names count to the letter. */
export interface Files {
  kind: (path: string) => 'file' | 'folder' | null
  /** Names in a folder; none when it is not there. */
  names: (folder: string) => readonly string[]
  /** A file's text; null when it cannot be read as UTF-8. */
  text: (path: string) => string | null
}

/** What a wiki link or a required name means: documents by that very name, or the one name it should have been. */
export type Meaning = { pages: readonly string[] } | { stem: string } | null

/** Looking for a near name goes through all names: after so many questions it is left. */
const suggestions = 200

export class Library {
  readonly pages: ReadonlyMap<string, Page>
  readonly files: Files
  readonly #byStem: ReadonlyMap<string, string[]>
  /** Stems by their small letters, once somebody asks. */
  #bySmall: ReadonlyMap<string, string[]> | null = null
  readonly #docs: string
  readonly #others = new Map<string, Page | null>()
  /** Names of each folder by their small letters. */
  readonly #folders = new Map<string, ReadonlyMap<string, string[]>>()
  readonly #suggested = new Map<string, string | null>()
  #asked = 0

  /** `docs` is the folder of the documents. */
  constructor(pages: readonly Page[], files: Files, docs: string) {
    const plain = posix.join(docs, 'x') === `${docs}/x`
    this.pages = new Map(pages.map((page) => [plain ? page.path : posix.normalize(page.path), page]))
    this.files = files
    this.#docs = docs
    const beside = files.names('').filter((name) => /\.md$/i.test(name) && !this.pages.has(name))
    const byStem = new Map<string, string[]>()
    for (const [path, { stem }] of this.pages) {
      const named = byStem.get(stem)
      if (named) named.push(path)
      else byStem.set(stem, [path])
    }
    for (const name of beside) if (!byStem.has(idOf(name))) byStem.set(idOf(name), [name])
    this.#byStem = byStem
  }

  /** Paths of the documents with that name. */
  named(stem: string): readonly string[] {
    return this.#byStem.get(stem) ?? []
  }

  /** Names that several documents have: the paths of each. */
  get doubled(): readonly (readonly string[])[] {
    return [...this.#byStem.values()].filter(({ length }) => length > 1)
  }

  /**
   * What a name means that stands in the document `from`. A name is a stem: the documents in the documents folder, and the
   * Markdown files beside that folder. Written as a path, with `.md`, in brackets or another case, it has one meaning or none.
   */
  meaning(name: string, from: string): Meaning {
    const exact = this.#byStem.get(name)
    if (exact) return { pages: exact }
    const bare = name.trim().replace(/\.md$/i, '')
    if (bare === '') return null
    if (bare.includes('/')) return this.#byPath(bare, from)
    this.#bySmall ??= Map.groupBy(this.#byStem.keys(), (stem) => stem.toLowerCase())
    const stems = this.#byStem.has(bare) ? [bare] : (this.#bySmall.get(bare.toLowerCase()) ?? [])
    const [stem] = stems
    return stem !== undefined && stems.length === 1 && this.named(stem).length === 1 ? { stem } : null
  }

  /** The name of a document near this word, as a question. */
  didYouMean(word: string): string | null {
    const known = this.#suggested.get(word)
    if (known !== undefined) return known
    const question = this.near(word, this.#byStem.keys())
    this.#suggested.set(word, question)
    return question
  }

  /** One of the candidates near this word, as a question; null after so many questions. */
  near(word: string, candidates: Iterable<string>): string | null {
    return this.#asked++ < suggestions ? didYouMean(word, candidates) : null
  }

  /** The page of a Markdown file, also of one that is no document; null: it is none, or cannot be read. */
  page(path: string): Page | null {
    const known = this.pages.get(path)
    if (known || !/\.md$/i.test(path)) return known ?? null
    if (!this.#others.has(path)) {
      const text = this.files.text(path)
      this.#others.set(path, text === null ? null : new Page(path, text))
    }
    return this.#others.get(path) ?? null
  }

  /** The same path as its folders spell it, when only its case differs and there is one such path. */
  spelled(path: string): string | null {
    let found = ''
    for (const part of path.split('/')) {
      const alike = this.#smallNames(found).get(part.toLowerCase()) ?? []
      const only = alike.includes(part) ? part : alike[0]
      if (only === undefined || (only !== part && alike.length > 1)) return null
      found = found === '' ? only : `${found}/${only}`
    }
    return found
  }

  #smallNames(folder: string): ReadonlyMap<string, string[]> {
    const known = this.#folders.get(folder)
    if (known) return known
    const names = Map.groupBy(this.files.names(folder), (name) => name.toLowerCase())
    this.#folders.set(folder, names)
    return names
  }

  /** A name with slashes: from the documents folder, from the root, or from the document it stands in. */
  #byPath(name: string, from: string): Meaning {
    const folders = [this.#docs, '', posix.dirname(from)]
    const paths = new Set(folders.map((folder) => `${posix.join(folder, name)}.md`.replace(/^\/+/, '')))
    const path = [...paths].find((candidate) => this.pages.has(candidate))
    if (path === undefined) return null
    const stem = idOf(path)
    return this.named(stem).length === 1 ? { stem } : { pages: [path] }
  }
}
