/** What a card's task needs from the run around it. */
import type { RunEvent } from '../core/event.ts'
import type { Secrets } from '../core/secret.ts'
import type { Turns } from '../core/turns.ts'
import type { Json } from '../index.ts'
import type { CardLog } from './output.ts'
import type { Processes } from './pool.ts'
import type { TaskProcess } from './task-process.ts'

export interface Surroundings {
  root: string
  /** Absolute path of the run data. */
  data: string
  run: string
  pool: Processes
  /** For what is exclusive; null: the lock of this checkout is enough. */
  turns: Turns<TaskProcess> | null
  secrets: Secrets
  log: CardLog
  inputs: Record<string, Json>
  steps: Map<string, Json>
  emit: (event: RunEvent) => void
  /** Resolves when what was told is on disk. */
  recorded: () => Promise<void>
  /** The form of a step's result that may be journaled. */
  conceal: (step: string, result: Json) => Json
  saveOutputs: (outputs: Json) => void
  after: (milliseconds: number, then: () => void) => () => void
  /** Waits until what was told has gone out; null: there is room for more. */
  room: () => Promise<void> | null
  signal: AbortSignal
}
