/** What may be done about a card next, and what each of it touches. */
import type { Attempt } from './attempt.ts'
import type { Card } from './card.ts'
import { typed } from './plain.ts'

/** `asks the world`: runs the card's checks, which change nothing that lasts. */
export type Effect = 'read-only' | 'asks the world' | 'changes documents' | 'changes the world' | 'needs a person'

/** One command that is allowed now. */
export interface Step {
  /** What stands after `mikado`. */
  words: string
  effect: Effect
  about: string
}

interface Situation {
  card: Card
  ready: boolean
  /** A task does its work, not a person. */
  works: boolean
  /** Something in its chain has an error: nothing of it can run. */
  faults: boolean
  last: Attempt | null
  /** A run holds the lock: whatever else takes it is refused. */
  running: boolean
  /** Cards that can be worked now and that this one waits for. */
  readyBehind: readonly string[]
}

/** How many ready cards behind a blocked one are named. */
const named = 2

/** Steps that would not be refused. */
export function nextSteps(situation: Situation): Step[] {
  const steps = stepsOf(situation)
  return situation.running ? steps.filter(({ effect }) => effect === 'read-only') : steps
}

function stepsOf({ card, ready, works, faults, last, readyBehind }: Situation): Step[] {
  const id = typed(card.id)
  const step = (words: string, effect: Effect, about: string): Step => ({ words, effect, about })
  if (faults)
    return [step('lint', 'read-only', 'says what is wrong in this chain, with the places: mend the documents first')]
  if (card.status === 'complete') {
    return [
      step(`verify ${id}`, 'asks the world', 'does it still hold? Asks its checks, and those of all it requires'),
      step(`reopen ${id}`, 'changes documents', 'when it is no longer true: active again, with all that requires it'),
    ]
  }
  const steps: Step[] = []
  for (const other of readyBehind.slice(0, named))
    steps.push(step(`brief ${typed(other)}`, 'read-only', 'ready now, and this card waits for it'))
  if (last !== null) steps.push(step(`log ${id}`, 'read-only', 'all that its task printed the last time'))
  steps.push(step(`plan ${id}`, 'read-only', 'what a run would do, card by card'))
  if (works || !ready) {
    const about = ready
      ? 'asks its checks, does the work, asks again; marks it only when all hold'
      : 'works what it requires first, then this card'
    steps.push(step(`run ${id}`, 'changes the world', about))
  }
  steps.push(
    step(
      `discover TITLE --for ${id}`,
      'changes documents',
      'when something must be true first: a new card that it requires',
    ),
  )
  if (ready && (!works || last?.ended === 'waiting'))
    steps.push(step(`close ${id}`, 'needs a person', 'on the word of a person who has seen that it is true'))
  return steps
}
