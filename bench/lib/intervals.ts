/** Where the time of each card went, read off the journal. */
import type { JournalLine } from './documents.ts'

/** Milliseconds since 1970. */
export interface Span {
  from: number
  to: number
}

/** Milliseconds. */
export interface CardTimes {
  card: string
  /** Until the last answer of its checks before the work: the start of its process is in it. */
  before: number
  /** While any Ansible ran, as they take turns. */
  ansible: number
  /** The rest until the first answer after the work; no event says when the work itself ended. */
  work: number
  /** From there to the last answer. */
  after: number
  mark: number
  /** What each single event was waited for, from the one before it. */
  parts: { what: string; ms: number }[]
}

/** Each completed card of a journal with one run in it; `spans`: when Ansible ran. */
export function timesOf(journal: readonly JournalLine[], spans: readonly Span[]): CardTimes[] {
  const completed = journal.filter(({ event }) => event === 'card-completed')
  return completed.map(({ card = '' }) => {
    const own = journal.filter((line) => line.card === card)
    const time = (line: JournalLine | undefined) => Date.parse(line?.time ?? '')
    const asked = (phase: string) => own.filter((line) => line.event.startsWith('check-') && line.phase === phase)
    const [before, after] = [asked('before'), asked('after')]
    const started = time(own.find(({ event }) => event === 'card-started'))
    const ended = time(own.find(({ event }) => event === 'card-completed'))
    const probed = before.length > 0 ? time(before.at(-1)) : started
    const answered = after.length > 0 ? time(after[0]) : probed
    const proved = after.length > 0 ? time(after.at(-1)) : probed
    const ansible = overlap(spans, { from: probed, to: answered })
    const parts = own.slice(1).map((line, at) => {
      const besides = line === before[0] ? 'start, ' : line === after[0] ? 'work, ' : ''
      return { what: `${besides}${named(line)}`, ms: time(line) - time(own[at]) }
    })
    return {
      card,
      before: probed - started,
      ansible,
      work: answered - probed - ansible,
      after: proved - answered,
      mark: ended - proved,
      parts,
    }
  })
}

/** From the start of the first card to the end of the last. */
export function spanOf(journal: readonly JournalLine[]): Span {
  const times = journal.filter(({ card }) => card !== undefined).map(({ time }) => Date.parse(time))
  return { from: Math.min(...times), to: Math.max(...times) }
}

function overlap(spans: readonly Span[], { from, to }: Span): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)), 0)
}

function named({ event, check, phase, step }: JournalLine): string {
  if (check !== undefined) return `"${check}" asked ${phase === 'before' ? 'first' : 'again'}`
  return step === undefined ? event : `step "${step}"${event === 'step-started' ? ' begins' : ''}`
}
