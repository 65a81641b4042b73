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

/** What a page may do besides reading. */
export interface ControlState {
  /** What was started here and goes on. */
  own: { what: string; stopping: boolean } | null
  /** What came of the last thing that was asked for. `card`: the one that it was asked of. */
  notice: { card: string; text: string; bad: boolean } | null
  /** Whose word counts: the person who has started the program. */
  person: string
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
  /** Null: the page only reads. */
  control: ControlState | null
}
