/** The output of cards that are worked side by side, one card at a time: as folds of a CI log, or as parts with a heading. */
import type { Stamped } from '../core/event.ts'
import { inert, plain } from '../core/plain.ts'
import { commandLine } from '../core/workflow-command.ts'
import { withoutColour } from './style.ts'

/** A card that has not had its turn, or has it. */
interface Turn {
  heading: string
  /** Lines of its output so far. */
  printed: number
  /** What is said of it in between, and how much of its output comes before. */
  said: { after: number; line: string }[]
  /** What is to be told below its part, when it has ended. */
  end: string[] | null
}

const enders: ReadonlySet<Stamped['event']> = new Set([
  'card-completed',
  'card-failed',
  'card-waiting',
  'card-skipped',
  'card-stopped',
])

/**
 * Says which lines to write for each event. One card at a time has the turn: what it prints comes as it comes. Of others only the
 * place in their log is kept: their output is read from there when it is their turn. How a card ended stands below its part.
 */
export class Folds {
  readonly #commands: boolean
  readonly #streams: boolean
  readonly #logOf: (card: string) => Iterable<readonly string[]>
  /** In the order in which they started. */
  readonly #turns = new Map<string, Turn>()
  #current: string | null = null
  /** What happened during the turn of another, in order: a card that ended, or lines. */
  #later: (string | string[])[] = []

  /**
   * `commands`: a runner that folds reads the output. `streams`: a card has its turn while it works; else all have theirs when they
   * have ended. `logOf`: what a card has printed so far, some lines at a time.
   */
  constructor(
    { commands, streams }: { commands: boolean; streams: boolean },
    logOf: (card: string) => Iterable<readonly string[]>,
  ) {
    this.#commands = commands
    this.#streams = streams
    this.#logOf = logOf
  }

  /** `line`: the event in words, or null. `below`: commands that are to stand behind it, where it ends a card. */
  *lines(event: Stamped, line: string | null, below: readonly string[] = []): Generator<string> {
    const words = line === null ? [] : [inert(line)]
    const card = 'card' in event ? event.card : null
    const turn = card === null ? undefined : this.#turns.get(card)
    if (event.event === 'card-started') {
      this.#turns.set(event.card, { heading: words.join(''), printed: 0, said: [], end: null })
      if (!this.#streams) yield* words
      else if (this.#current === null) yield* this.#take(event.card)
    } else if (enders.has(event.event)) {
      const end = [...words, ...below]
      if (turn) turn.end = end
      if (card !== null && turn && this.#current === null) yield* this.#whole(card, turn)
      else if (card !== null && this.#current === card) yield* this.#hand()
      else yield* this.#tell(turn && card !== null ? card : end)
    } else if (turn && event.event === 'output') {
      turn.printed++
      if (this.#current === card) yield barred(event.text)
    } else if (turn) {
      if (this.#current === card) yield* words
      else for (const said of words) turn.said.push({ after: turn.printed, line: said })
      if (below.length > 0) yield* this.#tell([...below])
    } else {
      const told = [...words, ...below]
      if (told.length > 0) yield* this.#tell(told)
    }
  }

  /** Closes what is open and tells what is left: also where cards never ended. */
  *close(): Generator<string> {
    while (this.#current !== null) yield* this.#hand()
  }

  /** Now, or when the turn is over. */
  *#tell(what: string | string[]): Generator<string> {
    if (this.#current !== null) this.#later.push(what)
    else if (typeof what !== 'string') yield* what
  }

  *#take(card: string): Generator<string> {
    const turn = this.#turns.get(card)
    if (!turn) return
    this.#current = card
    yield this.#commands ? opening(turn) : turn.heading
    yield* this.#missed(card, turn)
  }

  /** Ends the turn, tells what happened meanwhile, and gives the turn to the card that has waited longest. */
  *#hand(): Generator<string> {
    const card = this.#current ?? ''
    this.#current = null
    if (this.#commands) yield commandLine('endgroup', {}, '')
    yield* this.#turns.get(card)?.end ?? []
    this.#turns.delete(card)
    for (const what of this.#later.splice(0)) {
      const turn = typeof what === 'string' ? this.#turns.get(what) : undefined
      if (typeof what !== 'string') yield* what
      else if (turn) yield* this.#whole(what, turn)
    }
    const [next] = this.#turns.keys()
    if (next !== undefined && this.#streams) yield* this.#take(next)
  }

  /** The part of a card that has ended. */
  *#whole(card: string, turn: Turn): Generator<string> {
    if (turn.printed > 0 || turn.said.length > 0) {
      if (this.#commands) yield opening(turn)
      else if (this.#streams) yield turn.heading
      yield* this.#missed(card, turn)
      if (this.#commands) yield commandLine('endgroup', {}, '')
    }
    yield* turn.end ?? []
    this.#turns.delete(card)
  }

  /** What a card has printed, and what was said of it, before its turn. */
  *#missed(card: string, turn: Turn): Generator<string> {
    const said = turn.said.splice(0)
    let at = 0
    if (turn.printed > 0) {
      for (const lines of this.#logOf(card)) {
        for (const line of lines) {
          while (said[0] && said[0].after <= at) yield said.shift()?.line ?? ''
          yield barred(line)
          at++
        }
      }
    }
    for (const { line } of said) yield line
  }
}

/** A colour would be a letter in the title of a fold. */
function opening({ heading }: Turn): string {
  return commandLine('group', {}, withoutColour(heading))
}

/** Behind a bar no line begins with what it says. */
function barred(text: string): string {
  return inert(`│ ${plain(text)}`)
}
