/** What the page of a card shows besides its standing. */
import type { Excerpt } from '../../core/bounded.ts'

export interface Material {
  /** The document without its frontmatter; null: it cannot be read. */
  body: string | null
  /** The script that does its work; null: none. A string says why it cannot be used. */
  task: { path: string; text: string } | string | null
  /** The end of what it printed in its last try; null: nothing, or it is not to be shown. */
  log: Excerpt | null
}
