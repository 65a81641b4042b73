/** Exit codes are an interface: published in docs/reference/exit-codes.md, never renumbered. */
export const exit = {
  /** All that was asked for is true. */
  ok: 0,
  /** A card failed. */
  failed: 1,
  /** A difference was found: `verify` saw drift, `plan --exit-code` has work left. */
  difference: 2,
  /** Waiting for a person. */
  waiting: 3,
  usage: 64,
  /** Bad documents, graph or settings. */
  documents: 65,
  /** A needed tool or host is missing. */
  missing: 69,
  /** A bug of ours. */
  bug: 70,
  /** A document could not be marked. */
  unrecorded: 73,
  /** Another run holds the lock. */
  locked: 75,
} as const

/** A code by its name. */
export type ExitName = keyof typeof exit

/** What each means, in a line; a command may say more. */
export const meanings: Record<ExitName, string> = {
  ok: 'all that was asked for is true',
  failed: 'a card failed',
  difference: 'a difference was found',
  waiting: 'waiting for a person',
  usage: 'wrong usage',
  documents: 'bad documents',
  missing: 'a tool is missing',
  bug: 'a bug',
  unrecorded: 'a document could not be marked',
  locked: 'locked by another run',
}

/** The signals that stop a run. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** What a shell reports for a process that a signal ended. */
export function exitOfSignal(signal: StopSignal): number {
  return 128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal]
}

/** Trouble that is not the program's: told in a line or two, never with a stack. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: number
  /** The next safe step. */
  readonly help: string | null
  constructor(code: number, message: string, help: string | null = null) {
    super(message)
    this.code = code
    this.help = help
  }
}
