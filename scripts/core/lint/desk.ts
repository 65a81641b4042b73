/** What the rules have before them. */
import type { CardGraph } from '../graph.ts'
import type { Library } from './library.ts'
import type { Scope } from './scope.ts'
import type { LintSettings } from './settings.ts'

export interface Desk {
  graph: CardGraph
  library: Library
  scope: Scope
  settings: LintSettings
}
