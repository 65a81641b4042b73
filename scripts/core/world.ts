/** The few effects that the loop may have. A command builds a World from `io/`; tests build one in memory. */
import type { Json } from '../index.ts'
import type { Card } from './card.ts'
import type { FailureReason, RunEvent } from './event.ts'

/** Null: the task cannot tell, a person has to see. */
export type CheckResult =
  | { held: true; detail: string | null }
  /** `lost`: its machine is away, and nothing was said about the card. */
  | { held: false; message: string; lost?: boolean }
  | { held: null; instructions: string }

export type ApplyResult =
  | { ok: true; outputs: Json }
  | { ok: false; reason: Extract<FailureReason, 'threw' | 'exited'>; message: string; exitCode: number | null }
  | { ok: false; reason: 'waiting' | 'outputs' | 'lost'; message: string; exitCode: null }

/** A card's task, ready to be asked and to work, outside the runner's own process. */
export interface OpenTask {
  /** Whether there is work to do; without, the card is a person's. */
  readonly works: boolean
  /** Keys of the checklist lines that have a function. */
  readonly checks: ReadonlySet<string>
  check: (key: string) => Promise<CheckResult>
  /** Does the work once. Journals steps and keeps outputs by itself. `lost`: its machine is away, and nobody knows how far it came. */
  apply: () => Promise<ApplyResult>
  /** Ends the process, if there is one, with all it started. */
  close: () => Promise<void>
}

/** A document was marked, or the reason why it was left alone. */
export type WriteBack = { ok: true } | { ok: false; reason: string }

export interface World {
  /** Milliseconds since the epoch. */
  now: () => number
  /** Calls back after so many milliseconds, unless the answer is called before. */
  after: (milliseconds: number, then: () => void) => () => void
  emit: (event: RunEvent) => void
  /** Aborted when the run is to stop. */
  stop: AbortSignal
  /** Present settings, as recorded beside each proof. */
  target: string
  /** Null: a card that is opened in this moment need not wait for others to be. Else it resolves when that may have changed. */
  room?: () => Promise<void> | null
  /** Waits until there is a machine for the card, where that is not this one: waiting is no part of its time. `forced`: as for `open`. */
  place?: (card: Card, forced: boolean) => Promise<void>
  /**
   * Opens a card's task; it ends by itself when `signal` is aborted. `forced`: finished steps do not count. A string says why it
   * cannot be opened.
   */
  open: (card: Card, signal: AbortSignal, forced: boolean) => Promise<OpenTask | string>
  /** Takes `status: active` away and ticks the boxes of the lines that held. */
  mark: (card: Card, held: readonly string[]) => Promise<WriteBack>
  /** Puts `status: active` back. */
  reopen: (card: Card) => Promise<WriteBack>
  /** Asks a person whether these are true. Answers who said so, or null: nobody is there, or said no. */
  ask: (card: Card, questions: readonly string[]) => Promise<string | null>
}
