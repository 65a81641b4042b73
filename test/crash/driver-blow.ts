/** When and whom to hit. */
import type { Dice } from './driver-dice.ts'
import type { Blow } from './driver-program.ts'

/** How long calls take here and now, measured on those that nobody killed; in milliseconds. */
const pace = { start: 400, card: 300 }

/** Learns from a call that was left alone. */
export function learnPace(args: readonly string[], milliseconds: number, completed: number): void {
  const learn = (old: number, seen: number) => old * 0.8 + seen * 0.2
  if (completed === 0) pace.start = learn(pace.start, milliseconds)
  else if (args[0] === 'run') pace.card = learn(pace.card, Math.max(50, (milliseconds - pace.start) / completed))
}

const works = ['run', 'resume']
const told = [
  'run-started',
  'card-started',
  'check-failed',
  'step-started',
  'step-done',
  'check-passed',
  'card-completed',
]

/** At any moment of the call's life alike, or right after something it tells; null: it may live. `left`: active cards. */
export function chooseBlow(dice: Dice, args: readonly string[], left: number, tries: number): Blow | null {
  if (!dice.chance(tries < 8 ? 0.8 : 0.4)) return null
  const [verb = ''] = args
  const worked = works.includes(verb)
  const victims = ['runner', 'runner', 'runner', 'group', 'all', 'all'] as const
  const victim = worked && dice.chance(0.15) ? 'task' : dice.pick(victims)
  if (worked && dice.chance(0.6)) {
    const event = dice.chance(0.1) ? 'card-reopened' : dice.pick(told)
    return { victim, moment: { event, nth: dice.int(left + 1), after: dice.pick([0, 0, 0, 1, 2, 4, 8, 16, 32]) } }
  }
  const cards = worked ? Math.max(left, 1) : verb === 'verify' ? 2 : 0
  return { victim, moment: { after: Math.round(dice.next() * 1.1 * (pace.start + cards * pace.card)) } }
}
