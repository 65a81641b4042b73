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

const told = ['run-started', 'card-started', 'check-failed', 'step-started', 'step-done', 'check-passed'] as const

/** At any moment of the call's life alike, or right after something is seen of it; null: it may live. `left`: active cards. */
export function chooseBlow(dice: Dice, args: readonly string[], left: number, tries: number): Blow | null {
  if (!dice.chance(tries < 8 ? 0.8 : 0.4)) return null
  const works = args[0] === 'run' || args[0] === 'resume'
  const victims = ['runner', 'runner', 'runner', 'group', 'all', 'all'] as const
  const victim = works && dice.chance(0.15) ? 'task' : dice.pick(victims)
  const nth = dice.int(Math.min(left, 3) + 1)
  const after = dice.pick([0, 0, 0, 1, 2, 4, 8, 16, 32])
  const rare = dice.pick(['card-completed', 'card-reopened', 'document', 'document', 'document'] as const)
  if (works && dice.chance(0.75)) {
    return { victim, moment: { since: dice.chance(0.3) ? rare : dice.pick(told), nth, after } }
  }
  if (!works && args[0] !== 'verify' && dice.chance(0.6)) return { victim, moment: { since: 'document', nth, after } }
  const cards = works ? Math.max(left, 1) : args[0] === 'verify' ? 2 : 0
  return {
    victim,
    moment: { since: 'start', nth: 0, after: Math.round(dice.next() * (pace.start + cards * pace.card)) },
  }
}
