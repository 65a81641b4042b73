/** What frontmatter holds, with places. */
import type { KeyName } from './keys.ts'

/** An entry of the frontmatter. */
export interface Field {
  value: unknown
  offset: number
  /** The whole entry, key to value, for edits that take the line away. */
  range: [start: number, end: number]
  items: { value: unknown; offset: number }[] | null
}

/** Frontmatter as found: its entries with offsets into the whole text, and where the body starts. */
export interface Frontmatter {
  fields: Map<KeyName, Field>
  /** Every key, also those that belong to the document's owner: where it stands, and whether it has a value. */
  keys: Map<string, { offset: number; empty: boolean }>
  /** False for `{a: b}` on one line, where no line can be taken away. */
  block: boolean
  /** Offsets of the YAML text between the fences; null: the document has no frontmatter. */
  span: [start: number, end: number] | null
  /** Offset of the first character after the frontmatter. */
  end: number
}
