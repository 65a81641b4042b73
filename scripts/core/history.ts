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

export function historyOf(events: Iterable<Stamped>): History {
  const cards = new Map<string, CardHistory>()
  const runs = new Map<string, RunHistory>()
  const chains = new Map<string, readonly string[]>()
  const cardOf = (id: string): CardHistory => {
    const known = cards.get(id)
    if (known) return known
    const fresh: CardHistory = {
      proof: null,
      failure: null,
      steps: { digest: '', results: new Map() },
      log: null,
      tookMs: null,
    }
    cards.set(id, fresh)
    return fresh
  }
  for (const event of events) {
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
        runs.set(run, entry)
        if (command === 'finalize') chains.set(goal, event.cards)
        break
      }
      case 'run-ended': {
        const entry = runs.get(run)
        if (entry)
          Object.assign(entry, { ended: time, outcome: event.outcome, exitCode: event.exitCode, failed: event.failed })
        break
      }
      case 'card-started': {
        cardOf(event.card).log = event.log
        if (event.anew) forgetSteps(cardOf(event.card))
        break
      }
      case 'step-done': {
        const { steps } = cardOf(event.card)
        if (steps.digest !== event.digest) cardOf(event.card).steps = { digest: event.digest, results: new Map() }
        cardOf(event.card).steps.results.set(event.step, event.result)
        break
      }
      case 'card-completed': {
        const { how, verified, by, target, card } = event
        cardOf(card).proof = { time, run, how, verified, by, target }
        cardOf(card).failure = null
        if (how === 'ran') cardOf(card).tookMs = event.durationMs
        forgetSteps(cardOf(card))
        runs.get(run)?.completed.push(card)
        break
      }
      case 'card-failed': {
        cardOf(event.card).failure = { time, message: event.message }
        break
      }
      case 'card-reopened': {
        cardOf(event.card).proof = null
        forgetSteps(cardOf(event.card))
        break
      }
      case 'check-failed': {
        if (event.phase === 'verify') cardOf(event.card).proof = null
        break
      }
      default:
        break
    }
  }
  return { cards, runs: [...runs.values()], chains }
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
