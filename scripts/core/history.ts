/** What the journal says about cards and runs. History only: nothing here decides whether a card is complete. */
import type { Json } from '../index.ts'
import type { How, RunOutcome, Stamped } from './event.ts'

/** The last proof of a card. */
export interface Proof {
  time: string
  run: string
  how: How
  verified: boolean
  by: string | null
  target: string
}

export interface Failure {
  time: string
  message: string
}

export interface CardHistory {
  /** Null also when something since then spoke against it. */
  proof: Proof | null
  failure: Failure | null
  /** Finished steps of unfinished work, for the task text (`digest`) that did them. */
  steps: { digest: string; results: Map<string, Json> }
  /** The latest log, relative to the run data. */
  log: string | null
  /** Milliseconds that it took when its work was done last; null: it never was. */
  tookMs: number | null
}

export interface RunHistory {
  run: string
  goal: string
  command: string
  started: string
  ended: string | null
  /** Null: it was cut off. */
  outcome: RunOutcome | null
  exitCode: number | null
  completed: string[]
  failed: string | null
}

export interface History {
  cards: ReadonlyMap<string, CardHistory>
  /** Oldest first. */
  runs: readonly RunHistory[]
  /** Cards of the chains that were finalized, by goal: their documents do not say so any more. */
  chains: ReadonlyMap<string, readonly string[]>
}

const names = [
  'run-started',
  'run-ended',
  'card-started',
  'step-done',
  'card-completed',
  'card-failed',
  'card-reopened',
  'check-failed',
] as const satisfies readonly Stamped['event'][]

/** What a history is made of: other events need not be read for it. */
export const telling: ReadonlySet<string> = new Set(names)

function isTelling(event: Stamped): event is Extract<Stamped, { event: (typeof names)[number] }> {
  return telling.has(event.event)
}

/** The history that these events tell, oldest first. */
export function historyOf(events: Iterable<Stamped>): History {
  const book = new HistoryBook()
  for (const event of events) book.add(event)
  const { cards, runs, chains } = book
  return { cards, runs, chains }
}

/** A history that is kept up: it holds for the events that were added. */
export class HistoryBook implements History {
  readonly #cards = new Map<string, CardHistory>()
  readonly #runs = new Map<string, RunHistory>()
  readonly #chains = new Map<string, readonly string[]>()

  get cards(): ReadonlyMap<string, CardHistory> {
    return this.#cards
  }

  get runs(): readonly RunHistory[] {
    return [...this.#runs.values()]
  }

  get chains(): ReadonlyMap<string, readonly string[]> {
    return this.#chains
  }

  /** Takes the next event. */
  add(event: Stamped): void {
    if (!isTelling(event)) return
    const { time, run } = event
    switch (event.event) {
      case 'run-started': {
        const { goal, command } = event
        const entry = {
          run,
          goal,
          command,
          started: time,
          ended: null,
          outcome: null,
          exitCode: null,
          completed: [],
          failed: null,
        }
        this.#runs.set(run, entry)
        if (command === 'finalize') this.#chains.set(goal, event.cards)
        break
      }
      case 'run-ended': {
        const { outcome, exitCode, failed } = event
        const entry = this.#runs.get(run)
        if (entry) Object.assign(entry, { ended: time, outcome, exitCode, failed })
        break
      }
      case 'card-started': {
        const card = this.#card(event.card)
        card.log = event.log
        if (event.anew) forgetSteps(card)
        break
      }
      case 'step-done': {
        const card = this.#card(event.card)
        if (card.steps.digest !== event.digest) card.steps = { digest: event.digest, results: new Map() }
        card.steps.results.set(event.step, event.result)
        break
      }
      case 'card-completed': {
        const { how, verified, by, target, durationMs } = event
        const card = this.#card(event.card)
        card.proof = { time, run, how, verified, by, target }
        card.failure = null
        if (how === 'ran') card.tookMs = durationMs
        forgetSteps(card)
        this.#runs.get(run)?.completed.push(event.card)
        break
      }
      case 'card-failed': {
        this.#card(event.card).failure = { time, message: event.message }
        break
      }
      case 'card-reopened': {
        const card = this.#card(event.card)
        card.proof = null
        forgetSteps(card)
        break
      }
      case 'check-failed': {
        if (event.phase === 'verify') this.#card(event.card).proof = null
        break
      }
    }
  }

  #card(id: string): CardHistory {
    const known = this.#cards.get(id)
    if (known) return known
    const steps = { digest: '', results: new Map() }
    const fresh: CardHistory = { proof: null, failure: null, steps, log: null, tookMs: null }
    this.#cards.set(id, fresh)
    return fresh
  }
}

/** Goals whose last run did not end complete, the latest first. */
export function unfinishedGoals(history: History): string[] {
  const latest = new Map<string, RunHistory>()
  for (const entry of history.runs.toReversed()) {
    if (entry.command === 'run' && !latest.has(entry.goal)) latest.set(entry.goal, entry)
  }
  return [...latest.values()].filter((entry) => entry.outcome !== 'complete').map((entry) => entry.goal)
}

function forgetSteps(card: CardHistory): void {
  card.steps = { digest: '', results: new Map() }
}
