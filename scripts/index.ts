/**
 * The public entry: what a task script may use of the runner. Types and two small functions, nothing to load.
 *
 * @example
 * export default task({
 *   apply: async ({ $ }) => { await $`make deploy` },
 *   verify: { 'The page answers': async ({ $ }) => { await $`curl -sf http://127.0.0.1:8080/` } },
 * })
 */
import type { Shell } from 'zx/core'

/** Anything that survives JSON: what steps and tasks hand on. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What the runner hands to `apply` and to every check. */
export interface TaskContext {
  /** zx's `$`: runs in the repository, with its environment; ends when the card is cancelled; its output is logged and masked. */
  $: Shell
  /** The card this is about. */
  card: { id: string; title: string; path: string }
  /** Absolute path of the repository. */
  root: string
  /** Writes a line to the card's log. */
  log: (text: string) => void
  /** A line for the summary of the run: what a person should know afterwards. */
  note: (text: string) => void
  /** Where to put a file that is kept as evidence, for instance a screenshot: an absolute path beside the card's log. */
  evidence: (name: string) => string
  /** Outputs of the cards that this one requires, directly or not, by card id. */
  inputs: Record<string, Json>
  /** Registers a value as secret: masked in all output from here on, kept out of the journal. Answers the value. */
  secret: (value: string) => Promise<string>
  /** One at a time among all tasks of all runs in this repository that name the same thing; with an engine also among all cards of the run, on whichever machine. */
  exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Aborted when the run is stopped or the card's time is up. */
  signal: AbortSignal
}

/** `apply` also has steps: each is journaled before and after; a resumed card gets a finished step's result back. */
export interface ApplyContext extends TaskContext {
  step: <T extends Json | undefined | void>(name: string, work: () => Promise<T> | T) => Promise<T>
}

/**
 * A check holds when it returns without throwing and does not return `false`. A string it returns is kept as evidence.
 * One that calls `needsPerson` leaves its line to a person's word, like a line without a function.
 */
export type Check = (context: TaskContext) => Promise<string | boolean | void> | string | boolean | void

/** What was found when something that a task needs was looked at, without changing anything. */
export interface Finding {
  /** What was looked at, for instance "identity provider". */
  about: string
  ok: boolean
  /** What was seen; when it is not as it should be: what is wrong, and the next safe step. Never a secret. */
  detail: string
}

/** What `preflight` gets: no card runs yet. Values given to `secret` are masked in its findings. */
export type PreflightContext = Pick<TaskContext, 'root' | 'signal' | 'secret'>

/** The work of a card, and the proof of it. */
export interface Task {
  /**
   * Looks whether all is there that the work needs: settings, hosts, rights. Changes nothing. Asked before a run starts anything and by `doctor`;
   * one finding that is not ok stops the run. Several tasks may have the same function: it is asked once.
   */
  preflight?: (context: PreflightContext) => Promise<Finding[]> | Finding[]
  /** Does the work; safe to run again. What it returns (JSON) is there as `inputs` for the cards that require this one. */
  apply?: (context: ApplyContext) => Promise<Json | undefined | void> | Json | undefined | void
  /** One function per line of the card's Verification checklist: its text, backticks dropped, a trailing (detail) left out. */
  verify?: Record<string, Check>
}

/** Only adds types: `export default task({ … })`. */
export function task(definition: Task): Task {
  return definition
}

/** Thrown by `needsPerson`: the card, or the line of its checklist, waits for a person; nothing has failed. */
export class NeedsPerson extends Error {
  override name = 'NeedsPerson'
}

/** Ends `apply` with the card waiting for a person, or a check with its line left to their word; `instructions` say exactly what to do. */
export function needsPerson(instructions: string): never {
  throw new NeedsPerson(instructions)
}
