/** How much time hangs on each card of a plan, as far as earlier runs tell. */
import type { Plan } from './plan.ts'

/** Milliseconds that a card took the last time its work was done; null: it is not known. */
export type Expected = (id: string) => number | null

/** Both in milliseconds, by card; empty when of no card anything is known. */
export interface Weights {
  /** What the card itself takes; one that nobody knows counts as much as one that is known on average. */
  cost: ReadonlyMap<string, number>
  /** From its start to the end of all that needs it. */
  urgency: ReadonlyMap<string, number>
}

export function weightsOf(plan: Plan, expected: Expected): Weights {
  const cost = new Map<string, number>()
  const urgency = new Map<string, number>()
  const known = plan.map(({ card }) => expected(card.id)).filter((duration) => duration !== null)
  if (known.length === 0) return { cost, urgency }
  const average = known.reduce((sum, duration) => sum + duration, 0) / known.length
  /** The most that hangs on what comes directly after a card. */
  const later = new Map<string, number>()
  for (const { card, after } of plan.toReversed()) {
    const own = expected(card.id) ?? average
    const whole = own + (later.get(card.id) ?? 0)
    cost.set(card.id, own)
    urgency.set(card.id, whole)
    for (const id of after) later.set(id, Math.max(later.get(id) ?? 0, whole))
  }
  return { cost, urgency }
}
