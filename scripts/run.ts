/** The loop: a plan and a World in, outcomes out. All scheduling policy is here, and nothing else. */
import type { Outcome } from './core/outcome.ts'
import type { Plan, Planned } from './core/plan.ts'
import { type Expected, Queue } from './core/queue.ts'
import type { World } from './core/world.ts'
import { workCard } from './work.ts'

export interface RunOptions {
  /** How many cards at once. */
  jobs: number
  /** Go on with the cards that do not need a failed one. */
  keepGoing: boolean
  /** Limit for a card that names none of its own, in milliseconds; null: no limit. */
  timeoutMs: number | null
  /** How long a card may take, from earlier runs. Side by side, what most time hangs on is started first. */
  expected?: Expected
}

/** Works the plan and answers how each card ended, in the order in which they did. Never throws for a card's trouble. */
export async function run(plan: Plan, world: World, options: RunOptions): Promise<Map<string, Outcome>> {
  const { jobs, keepGoing, timeoutMs, expected } = options
  const outcomes = new Map<string, Outcome>()
  const running = new Map<string, Promise<void>>()
  const queue = new Queue(plan, jobs > 1 && expected ? expected : null)
  let halted = false

  const settle = (id: string, outcome: Outcome) => {
    outcomes.set(id, outcome)
    if (outcome.kind === 'completed') return queue.complete(id)
    if (outcome.kind === 'failed' || outcome.kind === 'unrecorded') halted ||= !keepGoing
    for (const { card } of queue.without(id)) skip(card.id, id)
  }
  const skip = (id: string, because: string) => {
    outcomes.set(id, { kind: 'skipped', because })
    world.emit({ event: 'card-skipped', card: id, because })
  }
  const start = ({ card, start: from }: Planned) => {
    const work = workCard(card, from, world, timeoutMs).then((outcome) => {
      running.delete(card.id)
      settle(card.id, outcome)
    })
    running.set(card.id, work)
  }

  for (const { card, blockedBy } of plan) {
    const [blocker] = blockedBy
    if (blocker === undefined || outcomes.has(card.id)) continue
    skip(card.id, blocker)
    for (const other of queue.without(card.id)) skip(other.card.id, blocker)
  }
  for (;;) {
    while (!halted && !world.stop.aborted && running.size < jobs) {
      const next = queue.next()
      if (!next) break
      start(next)
    }
    if (running.size === 0) break
    await Promise.race(running.values())
  }
  const because = firstFailure(outcomes) ?? 'the run was stopped'
  for (const { card } of plan) if (!outcomes.has(card.id)) skip(card.id, because)
  return outcomes
}

function firstFailure(outcomes: ReadonlyMap<string, Outcome>): string | null {
  for (const [id, outcome] of outcomes) if (outcome.kind === 'failed' || outcome.kind === 'unrecorded') return id
  return null
}
