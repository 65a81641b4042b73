/** A document as `lint` reads it: frontmatter, headings, links. Body and links are read only when a rule asks for them. */
import { type Card, idOf } from '../card.ts'
import { type ChecklistLine, checklistOf } from '../checklist.ts'
import { type Diagnostic, type Place, placesIn } from '../diagnostic.ts'
import type { Frontmatter } from '../fields.ts'
import { type Front, frontOf } from '../frontmatter.ts'
import { type Block, blocksOf } from './blocks.ts'
import { type Link, linksIn } from './inline.ts'
import { anchorsOf } from './slug.ts'

/** In every link there is one of these. */
const marks = ['[[', '](', ']:']

export class Page {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  /** The file name without `.md`. */
  readonly stem: string
  /** What was wrong with reading the frontmatter. */
  readonly faults: readonly Diagnostic[]
  readonly #again: ((path: string) => string | null) | null
  /** Null: it cannot be read; undefined: it was let go of. */
  #text: string | null | undefined
  #front: Frontmatter | null
  #place: ((offset: number) => Place) | null = null
  #blocks: Block[] | null = null
  #headings: Block[] | null = null
  #links: Link[] | null = null
  #anchors: ReadonlySet<string> | null = null
  #checklist: ChecklistLine[] | null

  /** `text` is the whole file; null when it cannot be read. `again` reads it once more: then it can be forgotten. */
  constructor(
    path: string,
    text: string | null,
    { front, faults }: Front = frontOf(path, text ?? ''),
    card: Pick<Card, 'id' | 'checklist'> | null = null,
    again: ((path: string) => string | null) | null = null,
  ) {
    this.path = path
    this.stem = card?.id ?? idOf(path)
    this.faults = faults
    this.#again = again
    this.#text = text
    this.#front = front
    this.#checklist = card?.checklist ?? null
  }

  /** False for a file that is not UTF-8 text: its name is known, and no more. */
  get readable(): boolean {
    return this.#read() !== null
  }

  get text(): string {
    return this.#read() ?? ''
  }

  get front(): Frontmatter {
    this.#front ??= frontOf(this.path, this.text).front
    return this.#front
  }

  get place(): (offset: number) => Place {
    this.#place ??= placesIn(this.path, this.text)
    return this.#place
  }

  get blocks(): readonly Block[] {
    this.#blocks ??= blocksOf(this.text, this.front.end)
    return this.#blocks
  }

  get headings(): readonly Block[] {
    this.#headings ??= this.blocks.filter(({ level }) => level > 0)
    return this.#headings
  }

  get checklist(): readonly ChecklistLine[] {
    this.#checklist ??= checklistOf(this.text, this.front.end)
    return this.#checklist
  }

  /** Every link of the body, in order. */
  get links(): readonly Link[] {
    this.#links ??= marks.some((mark) => this.text.includes(mark))
      ? this.blocks.flatMap((block) => linksIn(this.text, block))
      : []
    return this.#links
  }

  /** What `#…` behind the document's name can name: its headings, and elements with an id. */
  get anchors(): ReadonlySet<string> {
    this.#anchors ??= this.#readAnchors()
    return this.#anchors
  }

  /** Lets go of what was read; whoever asks has it read again. */
  forget(): void {
    this.#blocks = null
    this.#headings = null
    this.#links = null
    if (!this.#again) return
    this.#text = undefined
    this.#front = null
    this.#place = null
    this.#checklist = null
  }

  #read(): string | null {
    if (this.#text === undefined) this.#text = this.#again?.(this.path) ?? null
    return this.#text
  }

  #readAnchors(): Set<string> {
    const anchors = anchorsOf(this.headings.map(({ heading }) => heading))
    if (!this.text.includes('<')) return anchors
    for (const [, id] of this.text.matchAll(/\s(?:id|name)=["']?([^"'\s<>]+)/g)) if (id !== undefined) anchors.add(id)
    return anchors
  }
}
