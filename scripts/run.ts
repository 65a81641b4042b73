/** The loop: a plan and a World in, outcomes out. All scheduling policy is here, and nothing else. */
import type { Outcome } from './core/outcome.ts'
import type { Plan, Planned } from './core/plan.ts'
import { Queue } from './core/queue.ts'
import type { Expected } from './core/weights.ts'
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

/** How many cards may wait for the disk at once, beside those that are worked. */
const writing = 32

/** Works the plan and answers how each card ended, in the order in which they did. Never throws for a card's trouble. */
export async function run(plan: Plan, world: World, options: RunOptions): Promise<Map<string, Outcome>> {
  const { jobs, keepGoing, timeoutMs, expected } = options
  const outcomes = new Map<string, Outcome>()
  const queue = new Queue(plan, jobs > 1 && expected ? expected : null)
  const bugs: unknown[] = []
  /** Cards that have begun and not ended; of these, those that do not only wait for the disk. */
  const now = { begun: 0, worked: 0 }
  let changed = () => {}
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
  const start = async ({ card, start: from }: Planned) => {
    const began = world.now()
    let worked = true
    const leave = () => {
      if (worked) now.worked--
      worked = false
      changed()
    }
    const proved = () => {
      queue.ending(card.id, world.now() - began)
      leave()
    }
    now.begun++
    now.worked++
    try {
      // One at a time means that the next begins when this one is marked.
      settle(card.id, await workCard(card, from, world, timeoutMs, jobs > 1 ? proved : undefined))
    } catch (bug) {
      bugs.push(bug)
    }
    now.begun--
    leave()
  }
  const goesOn = () => !halted && !world.stop.aborted && bugs.length === 0

  for (const { card, blockedBy } of plan) {
    const [blocker] = blockedBy
    if (blocker === undefined || outcomes.has(card.id)) continue
    skip(card.id, blocker)
    for (const other of queue.without(card.id)) skip(other.card.id, blocker)
  }
  for (;;) {
    let room: Promise<void> | null = null
    while (goesOn() && now.worked < jobs && now.begun < jobs + writing) {
      // Chosen as late as can be: by then, one on which more time hangs may have become ready.
      room = now.begun === 0 || !queue.hasNext ? null : (world.room?.() ?? null)
      const next = room === null ? queue.next() : undefined
      if (!next) break
      void start(next)
    }
    if (now.begun === 0) break
    void room?.then(() => changed())
    await new Promise<void>((resolve) => {
      changed = resolve
    })
  }
  if (bugs.length > 0) throw bugs[0]
  const because = firstFailure(outcomes) ?? 'the run was stopped'
  for (const { card } of plan) if (!outcomes.has(card.id)) skip(card.id, because)
  return outcomes
}

function firstFailure(outcomes: ReadonlyMap<string, Outcome>): string | null {
  for (const [id, outcome] of outcomes) if (outcome.kind === 'failed' || outcome.kind === 'unrecorded') return id
  return null
}
