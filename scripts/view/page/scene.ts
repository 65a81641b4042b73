/** What every page is drawn from. */
import type { Standing } from '../../core/standing.ts'
import type { Ways } from './ways.ts'

export interface Scene {
  /** The repository, as a person calls it. */
  name: string
  version: string
  standing: Standing
  ways: Ways
  /** Milliseconds since the epoch; a page that is kept knows no now, and takes the end of the last thing that happened. */
  now: number
  /** Of a served page: which start of the program answered, and how much had changed since. Null: nobody keeps the page up. */
  live: { boot: string; changes: number; documents: number } | null
}
