/** What the journal says about working one card: how the last try ended, and what each check said last. */
import type { Phase, Stamped } from './event.ts'

/** The last try of a card that did not complete it. */
export interface Attempt {
  run: string
  /** When it ended; when it began, if it has not. */
  time: string
  /** `unfinished`: it goes on now, or was cut off. */
  ended: 'failed' | 'waiting' | 'stopped' | 'unfinished'
  /** Why it failed, or what a person is to do. */
  message: string
  /** Lines of the checklist that wait for a person. */
  waiting: string[]
  /** Relative to the run data. */
  log: string
}

/** The answer of a check when it was asked last; null: a person has to see. */
export interface Said {
  time: string
  phase: Phase
  held: boolean | null
  detail: string | null
}

/** Null when the card was never tried, or completed since. What `verify` and `close` ask is no try. */
export function lastAttempt(events: readonly Stamped[], card: string): Attempt | null {
  const runs = new Set<string>()
  let last: Attempt | null = null
  for (const event of events) {
    if (event.event === 'run-started' && event.command === 'run') runs.add(event.run)
    if (!('card' in event) || event.card !== card) continue
    const { time, run } = event
    if (event.event === 'card-completed') last = null
    if (!runs.has(run)) continue
    if (event.event === 'card-started')
      last = { run, time, ended: 'unfinished', message: '', waiting: [], log: event.log }
    if (last === null || last.run !== run) continue
    if (event.event === 'card-failed') last = { ...last, time, ended: 'failed', message: event.message }
    if (event.event === 'card-stopped') last = { ...last, time, ended: 'stopped' }
    if (event.event === 'card-waiting')
      last = { ...last, time, ended: 'waiting', message: event.instructions, waiting: event.lines }
  }
  return last
}

/** What each check of the card said last, by its key. */
export function sayings(events: readonly Stamped[], card: string): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>()
  for (const event of events) {
    if (!('card' in event) || event.card !== card || !('check' in event)) continue
    const { time, phase, check } = event
    if (event.event === 'check-passed') said.set(check, { time, phase, held: true, detail: event.detail })
    if (event.event === 'check-failed') said.set(check, { time, phase, held: false, detail: event.message })
    if (event.event === 'check-waiting') said.set(check, { time, phase, held: null, detail: event.instructions })
  }
  return said
}

/** Cards that began in a run before `now` which did not see their end: they may still be worked on other machines. */
export function leftBehind(events: Iterable<Stamped>, now: string): Set<string> {
  const left = new Set<string>()
  const ends: readonly Stamped['event'][] = ['card-completed', 'card-failed', 'card-stopped', 'card-waiting']
  for (const event of events) {
    if (!('card' in event) || event.card === null || event.run === now) continue
    if (event.event === 'card-started') left.add(event.card)
    else if (ends.includes(event.event)) left.delete(event.card)
  }
  return left
}

/** Cards whose work began in a run before `now` and was cut short, so that it may have handed nothing on; with the time when it began. */
export function cutShort(events: Iterable<Stamped>, now: string): ReadonlyMap<string, string> {
  const runs = new Set<string>()
  const began = new Map<string, string>()
  for (const event of events) {
    if (event.event === 'run-started' && event.command === 'run' && event.run !== now) runs.add(event.run)
    if (!('card' in event) || event.card === null || !runs.has(event.run)) continue
    const begins = event.event === 'check-failed' && event.phase === 'before'
    if (begins || event.event === 'step-started' || event.event === 'card-reopened') began.set(event.card, event.time)
    const failed = event.event === 'card-failed' && event.reason !== 'outputs'
    // Its checks are asked again when what it hands on is kept.
    if ('phase' in event && event.phase === 'after') began.delete(event.card)
    if (failed || event.event === 'card-completed' || event.event === 'card-waiting') began.delete(event.card)
  }
  return began
}
