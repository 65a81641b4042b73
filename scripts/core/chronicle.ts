/** What the journal says about the tries of each card, kept up as events come: when each began and ended, how, and what its checks said. */
import type { Said } from './attempt.ts'
import { clip } from './bounded.ts'
import type { How, RunOutcome, Stamped } from './event.ts'
import { type History, HistoryBook } from './history.ts'

/** A named part of a task, as far as it came. */
export interface Step {
  name: string
  started: string
  /** Null: it goes on, or was cut off. */
  ended: string | null
  /** An earlier try had finished it; its result was taken over. */
  replayed: boolean
}

/** How a try ended. Null: it goes on, or was cut off. */
export type End = How | 'failed' | 'waiting' | 'stopped'

/** A card in one call: worked by a run, or asked by `verify` or `close`. */
export interface Try {
  card: string
  run: string
  command: string
  started: string
  ended: string | null
  end: End | null
  /** Why it failed, or what a person is to do. */
  message: string
  /** Who gave their word. */
  by: string | null
  /** Lines of the checklist that wait for a person. */
  waiting: readonly string[]
  /** The worker that has it, or had it last, where that is another machine. */
  worker?: string
  /** How often its work was begun again after a failure. */
  retries: number
  steps: Step[]
  /** What its task told people. */
  notes: string[]
  /** Relative to the run data; empty: there is none. */
  log: string
}

/** A call of `run`. */
export interface Run {
  run: string
  goal: string
  started: string
  /** Null: it goes on, or was cut off. */
  ended: string | null
  outcome: RunOutcome | null
  exitCode: number | null
  /** The card that failed first. */
  failed: string | null
  /** The cards it set out to work, in order. */
  planned: readonly string[]
  /** By card, in the order in which they began. */
  tries: ReadonlyMap<string, Try>
  /** Cards that were not begun, each with the one because of which. */
  skipped: ReadonlyMap<string, string>
  warnings: readonly string[]
}

/** How many are kept: runs, and tries of each card. What is older is in the journal. */
const most = { runs: 50, tries: 10, steps: 200, notes: 20 }
/** Characters of a message, of what a check said, and of a name. */
const room = { message: 4000, name: 300 }

type Open = Omit<Run, 'tries' | 'skipped' | 'warnings'> & {
  tries: Map<string, Try>
  skipped: Map<string, string>
  warnings: string[]
}

export class Chronicle {
  readonly #book = new HistoryBook()
  readonly #commands = new Map<string, string>()
  readonly #runs = new Map<string, Open>()
  readonly #tries = new Map<string, Try[]>()
  readonly #said = new Map<string, Map<string, Said>>()

  /** When the latest event happened. */
  last: string | null = null

  get history(): History {
    return this.#book
  }

  /** The latest runs, oldest first. Of calls that had nothing to do, too. */
  get runs(): readonly Run[] {
    return [...this.#runs.values()]
  }

  run(name: string): Run | null {
    return this.#runs.get(name) ?? null
  }

  /** The latest tries of a card, oldest first. */
  tries(card: string): readonly Try[] {
    return this.#tries.get(card) ?? []
  }

  /** The last try in a run that did not complete the card; null: there was none, or it was completed since. */
  unfinished(card: string): Try | null {
    const last = this.tries(card).findLast(({ command, end }) => command === 'run' || isDone(end))
    return last && !isDone(last.end) ? last : null
  }

  /** What each check of the card said last, by its key. */
  said(card: string): ReadonlyMap<string, Said> {
    return this.#said.get(card) ?? new Map()
  }

  /** Takes the next event. */
  add(event: Stamped): void {
    this.#book.add(event)
    this.last = event.time
    if (event.event === 'run-started') this.#begin(event)
    else if (event.event === 'run-ended') this.#end(event)
    else if (event.event === 'warning')
      this.#warn(event.run, event.card === null ? event.message : `${event.card}: ${event.message}`)
    else if ('card' in event) this.#tell(event)
  }

  #begin({ run, command, goal, time, cards }: Extract<Stamped, { event: 'run-started' }>): void {
    this.#commands.set(run, command)
    if (command !== 'run') return
    const empty = { tries: new Map(), skipped: new Map(), warnings: [] }
    const open = { ended: null, outcome: null, exitCode: null, failed: null }
    this.#runs.set(run, { run, goal, started: time, planned: cards, ...open, ...empty })
    const [oldest] = this.#runs.keys()
    if (this.#runs.size > most.runs && oldest !== undefined) this.#runs.delete(oldest)
  }

  #end({ run, time, outcome, exitCode, failed }: Extract<Stamped, { event: 'run-ended' }>): void {
    const open = this.#runs.get(run)
    if (open) Object.assign(open, { ended: time, outcome, exitCode, failed })
  }

  #tell(event: Extract<Stamped, { card: string }>): void {
    const { card, run, time } = event
    if (event.event === 'card-started') this.#start(card, run, time, event.log)
    if (event.event === 'card-skipped') this.#runs.get(run)?.skipped.set(card, event.because)
    if ('check' in event) this.#hear(event)
    // `close --force` asks nothing before.
    if (event.event === 'card-completed' && this.tries(card).at(-1)?.run !== run) this.#start(card, run, time, '')
    const last = this.tries(card).at(-1)
    if (!last || last.run !== run) return
    switch (event.event) {
      case 'step-started':
        if (last.steps.length < most.steps)
          last.steps.push({ name: clip(event.step, room.name), started: time, ended: null, replayed: false })
        break
      case 'step-done': {
        const name = clip(event.step, room.name)
        const step = last.steps.findLast((begun) => begun.name === name && begun.ended === null)
        if (step) Object.assign(step, { ended: time, replayed: event.replayed })
        else if (last.steps.length < most.steps)
          last.steps.push({ name, started: time, ended: time, replayed: event.replayed })
        break
      }
      case 'card-placed':
        last.worker = clip(event.worker, room.name)
        break
      case 'note':
        if (last.notes.length < most.notes) last.notes.push(clip(event.text, room.message))
        break
      case 'card-retried':
        last.retries = event.attempt
        break
      case 'card-completed':
        Object.assign(last, { ended: time, end: event.how, by: event.by })
        break
      case 'card-failed':
        Object.assign(last, { ended: time, end: 'failed', message: clip(event.message, room.message) })
        break
      case 'card-waiting':
        Object.assign(last, { ended: time, end: 'waiting', message: clip(event.instructions, room.message) })
        last.waiting = event.lines
        break
      case 'card-stopped':
        Object.assign(last, { ended: time, end: 'stopped' })
        break
      default:
        break
    }
  }

  #start(card: string, run: string, time: string, log: string): void {
    const command = this.#commands.get(run) ?? 'run'
    const nothing = { message: '', by: null, waiting: [], retries: 0, steps: [], notes: [] }
    const begun: Try = { card, run, command, started: time, ended: null, end: null, ...nothing, log }
    const tries = this.#tries.get(card) ?? []
    tries.push(begun)
    if (tries.length > most.tries) tries.shift()
    this.#tries.set(card, tries)
    this.#runs.get(run)?.tries.set(card, begun)
  }

  #hear(event: Extract<Stamped, { check: string }>): void {
    const { card, check, time, phase } = event
    const [held, text] =
      event.event === 'check-passed'
        ? [true, event.detail]
        : event.event === 'check-failed'
          ? [false, event.message]
          : [null, event.instructions]
    const said = this.#said.get(card) ?? new Map<string, Said>()
    said.set(check, { time, phase, held, detail: text === null ? null : clip(text, room.message) })
    this.#said.set(card, said)
  }

  #warn(run: string, message: string): void {
    const warnings = this.#runs.get(run)?.warnings
    if (warnings && warnings.length < most.notes) warnings.push(clip(message, room.message))
  }
}

/** Whether the card was completed. */
export function isDone(end: End | null): boolean {
  return end === 'ran' || end === 'found-true' || end === 'confirmed'
}
