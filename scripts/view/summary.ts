/** The end of a run in a few lines: what was proved, in how long, and the root failure last. */
import { formatDuration } from '../core/duration.ts'
import type { Phase, Stamped } from '../core/event.ts'
import { typed } from '../core/plain.ts'
import type { Expected } from '../core/weights.ts'
import { filled, hanging } from './fit.ts'
import { counted } from './progress.ts'
import { columns, count, marks, oneLine, type Paint, plain } from './style.ts'

/** How many last lines of a failed card are shown. */
const tailLines = 12
/** Of more cards that ended alike, not each has a line. */
const linesAtMost = 40
/** Then, so many of them are named. */
const namedAtMost = 3
/** A card that took so much longer than last time is worth a word. */
const longer = { times: 2, milliseconds: 2000 }

type Ended = Extract<
  Stamped,
  { event: 'card-completed' | 'card-failed' | 'card-waiting' | 'card-skipped' | 'card-stopped' }
>
type Completed = Extract<Ended, { event: 'card-completed' }>

/** How a summary is told. */
export interface Telling {
  /** How a person calls the runner with these words. */
  callOf: (words: string) => string
  /** Where logs are, as a person would type it. */
  data: string
  /** How wide the screen is; Infinity: nothing is wrapped. */
  columns: number
  paint: Paint
}

/** Collects a run as it goes. */
export class Summary {
  readonly #expected: Expected
  readonly #ended = new Map<string, Ended>()
  /** Checks that held when they were asked last. */
  readonly #held = new Map<string, { phase: Phase; count: number }>()
  readonly #tails = new Map<string, string[]>()
  readonly #logs = new Map<string, string>()
  readonly #notes = new Set<string>()

  /** `expected`: how long cards took before this run. */
  constructor(expected: Expected) {
    this.#expected = expected
  }

  add(event: Stamped): void {
    switch (event.event) {
      case 'card-started':
        this.#logs.set(event.card, event.log)
        break
      case 'check-passed':
        this.#held.set(event.card, counted(this.#held.get(event.card), event.phase))
        break
      case 'output': {
        const tail = this.#tails.get(event.card) ?? []
        tail.push(event.text)
        if (tail.length > tailLines) tail.shift()
        this.#tails.set(event.card, tail)
        break
      }
      case 'note':
        this.#notes.add(event.text)
        break
      case 'card-completed':
        this.#tails.delete(event.card)
        this.#ended.set(event.card, event)
        break
      case 'card-failed':
      case 'card-waiting':
      case 'card-skipped':
      case 'card-stopped':
        this.#ended.set(event.card, event)
        break
      default:
        break
    }
  }

  text(goal: string, durationMs: number, telling: Telling): string {
    const { callOf, data, paint, columns: room } = telling
    const ended = [...this.#ended.values()]
    const of = <K extends Ended['event']>(kind: K) =>
      ended.filter((event): event is Extract<Ended, { event: K }> => event.event === kind)
    const completed = of('card-completed')
    const failed = of('card-failed')
    const lines = completed.length > linesAtMost ? this.#inShort(completed, telling) : this.#each(completed, telling)
    for (const event of of('card-stopped')) lines.push(`  ${marks.skipped} ${event.card}  stopped, left active`)
    for (const line of skippedLines(of('card-skipped'))) lines.push(`  ${paint.dim(hanging(line, 4, room))}`)
    for (const note of this.#notes) lines.push(`  ${hanging(plain(note), 2, room)}`)
    for (const event of of('card-waiting')) {
      const told = hanging(`${event.card}  ${plain(event.instructions)}`, 4, room)
      lines.push(`  ${paint.yellow(marks.waiting)} ${told}`)
      for (const line of event.lines) lines.push(`      ${hanging(plain(line), 6, room)}`)
      lines.push(`    When it is true, say so on a terminal, or: ${paint.bold(callOf(`close ${typed(event.card)}`))}`)
    }
    // The failure that came first is the root of the others: it stands last, next to the prompt.
    for (const event of failed.toReversed()) {
      const told = hanging(`${paint.red(`${marks.failed} ${event.card}`)}  ${plain(event.message)}`, 4, room)
      lines.push(`  ${told}`)
      for (const line of this.#tails.get(event.card) ?? []) {
        for (const row of filled(plain(line), room - 6)) lines.push(paint.dim(`    │ ${row}`))
      }
      const log = this.#logs.get(event.card)
      if (log !== undefined) lines.push(`    log: ${data}/${log}`)
    }
    const all = completed.length === ended.length
    const head = all
      ? paint.green(`${goal} is complete: ${count(completed.length, 'card')} proved in ${formatDuration(durationMs)}`)
      : `${goal}: ${completed.length} of ${count(ended.length, 'card')} complete after ${formatDuration(durationMs)}`
    const [root] = failed
    // True already, it would not be done again: what it hands on would stay lost.
    const again = root?.reason === 'outputs' ? ` --force ${typed(root.card)}` : ''
    const tail = all ? [] : [`To go on: ${paint.bold(callOf(`resume ${typed(goal)}${again}`))}`]
    if (root && root.reason !== 'unrecorded' && root.reason !== 'outputs') {
      tail.unshift(
        paint.dim(`If something else must be true first: ${callOf(`discover "TITLE" --for ${typed(root.card)}`)}`),
      )
    }
    return `${[paint.bold(head), ...lines, ...tail].join('\n')}\n`
  }

  /** A line for each card. */
  #each(completed: readonly Completed[], { paint, columns: room }: Telling): string[] {
    const rows = completed.map((event) => [
      paint.green(marks.done),
      event.card,
      hows[event.how],
      formatDuration(event.durationMs),
      [event.verified ? this.#checks([event]) : paint.yellow('not verified'), ...this.#slower(event)]
        .map(unbroken)
        .join(', '),
    ])
    if (rows.length === 0) return []
    return columns(rows)
      .split('\n')
      .map((line) => `  ${hanging(line, 5, room)}`.replaceAll(unbroken(' '), ' '))
  }

  /** How many ended how, and the few that stand out. */
  #inShort(completed: readonly Completed[], { paint, columns: room }: Telling): string[] {
    const kinds = Object.entries(hows).flatMap(([how, told]) => {
      const number = completed.filter((event) => event.how === how).length
      return number === 0 ? [] : [`${number} ${told}`]
    })
    const unproved = completed.filter((event) => !event.verified).map(({ card }) => card)
    const slowest = completed
      .toSorted((a, b) => b.durationMs - a.durationMs)
      .slice(0, namedAtMost)
      .map((event) => {
        const before = this.#slower(event).map((told) => ` (${told})`)
        return unbroken(`${event.card} ${formatDuration(event.durationMs)}${before.join('')}`)
      })
    return [
      `  ${paint.green(marks.done)} ${hanging(`${kinds.join(', ')}; ${this.#checks(completed)}`, 4, room)}`,
      ...(unproved.length === 0 ? [] : [`    ${paint.yellow(hanging(`not verified: ${named(unproved)}`, 4, room))}`]),
      `    ${hanging(`slowest: ${slowest.join(', ')}`, 4, room)}`.replaceAll(unbroken(' '), ' '),
    ]
  }

  #checks(completed: readonly Completed[]): string {
    const held = completed.filter(({ verified }) => verified).map(({ card }) => this.#held.get(card)?.count ?? 0)
    return `${count(
      held.reduce((sum, number) => sum + number, 0),
      'check',
    )} held`
  }

  /** What a card took before, where it took much longer now. */
  #slower({ card, how, durationMs }: Completed): string[] {
    const before = how === 'ran' ? this.#expected(card) : null
    if (before === null || durationMs < before * longer.times || durationMs < before + longer.milliseconds) return []
    return [`${formatDuration(before)} last time`]
  }
}

const hows = { ran: 'done', 'found-true': 'found true', confirmed: 'confirmed' }

/** A line for each, or for all that have the same cause. */
function skippedLines(skipped: readonly Extract<Ended, { event: 'card-skipped' }>[]): string[] {
  if (skipped.length <= linesAtMost) {
    return skipped.map(({ card, because }) => `${marks.skipped} ${card}  not started, because of ${because}`)
  }
  const causes = Map.groupBy(skipped, ({ because }) => because)
  return [...causes].map(
    ([because, cards]) => `${marks.skipped} ${count(cards.length, 'card')} not started, because of ${because}`,
  )
}

/** For a text that is wrapped: a line does not end in it. */
function unbroken(words: string): string {
  return words.replaceAll(' ', '\u00a0')
}

function named(cards: readonly string[]): string {
  const more = cards.length > namedAtMost ? ` and ${cards.length - namedAtMost} more` : ''
  return cards.slice(0, namedAtMost).map(oneLine).join(', ') + more
}
