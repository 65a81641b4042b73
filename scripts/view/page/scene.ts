/** What every page is drawn from. */
import type { Standing } from '../../core/standing.ts'
import type { Ways } from './ways.ts'

/** How new a served page is. */
export interface Live {
  /** Which start of the program answered. */
  boot: string
  /** How much had changed since. */
  changes: number
  /** Of the graph, whatever its states: the same picture has the same. */
  shape: string
}

export interface Scene {
  /** The repository, as a person calls it. */
  name: string
  version: string
  standing: Standing
  ways: Ways
  /** Milliseconds since the epoch; a page that is kept knows no now, and takes the end of the last thing that happened. */
  now: number
  /** Null: nobody keeps the page up. */
  live: Live | null
}
