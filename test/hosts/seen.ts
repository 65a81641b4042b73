/** What a journal tells about cards that something happened to. */
import type { Event } from './checkout.ts'

/** The cards that are worked, as far as it was told. */
export function running(events: readonly Event[]): Set<string> {
  const open = new Set<string>()
  for (const { event, card } of events) {
    if (card && event === 'card-placed') open.add(card)
    if (card && event === 'card-completed') open.delete(card)
  }
  return open
}

/** By card, the worker that it was placed on last. */
export function placements(events: readonly Event[]): Map<string, string> {
  const last = new Map<string, string>()
  for (const { event, card, worker } of events) if (card && worker && event === 'card-placed') last.set(card, worker)
  return last
}

/** Of these cards, those that were placed on a worker last. */
export function placedOn(events: readonly Event[], cards: ReadonlySet<string>, worker: string): Set<string> {
  const last = placements(events)
  return new Set([...cards].filter((id) => last.get(id) === worker))
}

/** Milliseconds until each of the cards was heard of again; null: there are none, but such as had come through already. */
export function recoveryOf(events: readonly Event[], hit: ReadonlySet<string>, moment: number): number | null {
  const times = [...hit].flatMap((id) => {
    const own = events.filter(({ card, event }) => card === id && event !== 'output')
    const next = own.find(({ time }) => Date.parse(time) > moment)
    if (next) return Date.parse(next.time) - moment
    // What was on its way when it was hit may have been heard all the same.
    return own.some(({ event }) => event === 'card-completed') ? [] : Number.POSITIVE_INFINITY
  })
  return times.length === 0 ? null : Math.max(...times)
}
