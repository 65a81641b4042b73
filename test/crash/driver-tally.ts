/** What the kills hit, counted. */
import type { Chain } from './driver-chain.ts'
import type { Call } from './driver-oracle.ts'
import type { Victim } from './driver-program.ts'
import type { Deed } from './driver-sight.ts'

/** What the runner was at: before its first word, asking checks, in the work, between the last check and the record of the mark, none of these. */
export type Phase = 'start' | 'check' | 'work' | 'mark' | 'idle'

export class Tally {
  readonly phases: Record<Phase, number> = { start: 0, check: 0, work: 0, mark: 0, idle: 0 }
  readonly victims: Record<Victim, number> = { runner: 0, group: 0, all: 0, task: 0 }
  kills = 0
  chains = 0
  cards = 0
  /** Works in a process that had worked another card before, or did so after. */
  shared = 0
  calls = 0
  readers = 0
  /** The longest that a process outlived its runner, in milliseconds. */
  longest = 0

  hit(victim: Victim, phase: Phase): void {
    this.kills++
    this.phases[phase]++
    this.victims[victim]++
  }

  completed(chain: Chain, deeds: readonly Deed[]): void {
    this.chains++
    this.cards += chain.cards.length
    const works = Map.groupBy(
      deeds.filter(({ what }) => what === 'apply'),
      ({ call, pid }) => `${call} ${pid}`,
    )
    for (const worked of works.values()) {
      const cards = new Set(worked.map(({ card }) => card)).size
      if (cards > 1) this.shared += cards
    }
  }

  lingered(milliseconds: number): void {
    this.longest = Math.max(this.longest, milliseconds)
  }
}

const ends = ['card-completed', 'card-failed', 'card-waiting', 'card-stopped']

/** What the call was at when it was hit; of several cards, the one that was farthest. */
export function phaseOf(chain: Chain, { ended, before, after, events }: Call, deeds: readonly Deed[]): Phase {
  if (events.length === 0) return 'start'
  const phases = chain.cards.map(({ id, work }): Phase => {
    const mine = events.filter(({ card }) => card === id)
    const changed = before.states.get(id) !== after.states.get(id)
    const recorded = mine.some(({ event }) => event === 'card-completed' || event === 'card-reopened')
    if (changed && !recorded) return 'mark'
    if (after.temporary.some((name) => name.startsWith(`${id}.`) && !before.temporary.includes(name))) return 'mark'
    const open = mine.some(({ event }) => event === 'card-started') && !mine.some(({ event }) => ends.includes(event))
    if (!open) return 'idle'
    const passed = mine.filter(({ event, phase }) => event === 'check-passed' && phase === 'after').length
    if (passed > 0 && passed === work.checks.length) return 'mark'
    const applied = deeds.some(({ card, call, what }) => card === id && call === ended.name && what === 'apply')
    const asked = mine.some(({ event, phase }) => event.startsWith('check-') && phase === 'after')
    return applied && !asked ? 'work' : 'check'
  })
  return (['mark', 'work', 'check'] as const).find((phase) => phases.includes(phase)) ?? 'idle'
}
