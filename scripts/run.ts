/** The loop: a plan and a World in, outcomes out. All scheduling policy is here, and nothing else. */
import type { Outcome } from './core/outcome.ts'
import type { Plan, Planned } from './core/plan.ts'
import type { World } from './core/world.ts'
import { workCard } from './work.ts'

export interface RunOptions {
  /** How many cards at once. */
  jobs: number
  /** Go on with the cards that do not need a failed one. */
  keepGoing: boolean
  /** Limit for a card that names none of its own, in milliseconds; null: no limit. */
  timeoutMs: number | null
}

/** Works the plan and answers how each card ended, in the order in which they did. Never throws for a card's trouble. */
export async function run(plan: Plan, world: World, options: RunOptions): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const waiting = new Map(plan.map((planned) => [planned.card.id, planned]))
  const running = new Map<string, Promise<void>>()
  let halted = false

  const settle = (id: string, outcome: Outcome) => {
    outcomes.set(id, outcome)
    if (outcome.kind === 'failed' || outcome.kind === 'unrecorded') halted ||= !options.keepGoing
  }
  const skip = (planned: Planned, because: string) => {
    waiting.delete(planned.card.id)
    settle(planned.card.id, { kind: 'skipped', because })
    world.emit({ event: 'card-skipped', card: planned.card.id, because })
  }
  const start = (planned: Planned) => {
    const { id } = planned.card
    waiting.delete(id)
    const work = workCard(planned.card, planned.start, world, options.timeoutMs).then((outcome) => {
      running.delete(id)
      settle(id, outcome)
    })
    running.set(id, work)
  }

  while (waiting.size > 0 || running.size > 0) {
    for (const planned of [...waiting.values()]) {
      const obstacle = obstacleOf(planned, outcomes)
      if (obstacle !== null) skip(planned, obstacle)
      else if (halted || world.stop.aborted || running.size >= options.jobs) continue
      else if (planned.after.every((id) => outcomes.has(id))) start(planned)
    }
    if (running.size > 0) await Promise.race(running.values())
    else if (halted || world.stop.aborted) {
      const because = firstFailure(outcomes) ?? 'the run was stopped'
      for (const planned of [...waiting.values()]) skip(planned, because)
    }
  }
  return outcomes
}

/** The card because of which this one cannot be done in this run: the root failure, not the nearest. */
function obstacleOf(planned: Planned, outcomes: ReadonlyMap<string, Outcome>): string | null {
  const [blocker] = planned.blockedBy
  if (blocker !== undefined) return blocker
  for (const id of planned.after) {
    const outcome = outcomes.get(id)
    if (!outcome || outcome.kind === 'completed') continue
    return outcome.kind === 'skipped' ? outcome.because : id
  }
  return null
}

function firstFailure(outcomes: ReadonlyMap<string, Outcome>): string | null {
  for (const [id, outcome] of outcomes) if (outcome.kind === 'failed' || outcome.kind === 'unrecorded') return id
  return null
}
