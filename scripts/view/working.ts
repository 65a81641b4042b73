/** The cards of a run that are worked now, as lines: each with its times, what it does and what it printed last. */
import { formatElapsed, formatRoughly } from '../core/duration.ts'
import { cut, filled, widthOf } from './fit.ts'
import type { Running, Standing } from './standing.ts'
import { marks, oneLine, type Paint } from './style.ts'

/** Lines of its output that a card has beside others, at most. */
const longestTail = 6
/** What was expected to be shorter is not worth a word. */
const worthTelling = 1000 // milliseconds
/** On a narrower screen, fewer words; and on one that is narrower still, none of what was expected. */
const narrow = 80
const narrower = 40

const endings = { done: 'done', failed: 'failed', waiting: 'waits for a person', skipped: 'stopped' }

export class Working {
  readonly #standing: Standing
  readonly #paint: Paint

  constructor(standing: Standing, paint: Paint) {
    this.#standing = standing
    this.#paint = paint
  }

  /** Every card that runs, in at most `rows` lines. */
  all(now: number, columns: number, rows: number): string[] {
    const { running } = this.#standing
    if (running.size === 0) return []
    const shown = [...running.values().take(running.size <= rows ? rows : rows - 1)]
    const more = running.size - shown.length
    const lines = shown.length === 0 ? 0 : Math.floor((rows - (more > 0 ? 1 : 0)) / shown.length) - 1
    const heads = this.#heads(shown, now, columns, lines === 0)
    const told = shown.flatMap(({ tail }, at) => [
      heads[at] ?? '',
      ...this.#printed(tail.last(Math.min(longestTail, lines), true), columns),
    ])
    return more === 0 ? told : [...told, this.#paint.cyan(cut(`${marks.running} ${more} more run`, columns))]
  }

  /** One card, also when it has ended, with as much of its log as `rows` lines hold. */
  one(running: Running, now: number, columns: number, rows: number): string[] {
    const { ended, tail } = running
    const lines = tail.last(rows - 1).flatMap((line) => filled(line, columns))
    const shown = lines.length === 0 ? [cut('nothing was printed yet', columns)] : lines.slice(1 - rows)
    const head = ended === null ? this.#heads([running], now, columns, false) : [this.#ending(running, ended, columns)]
    return [...head, ...shown]
  }

  #ending({ card }: Running, { mark, afterMs }: NonNullable<Running['ended']>, columns: number): string {
    const { green, red, yellow } = this.#paint
    const paint = { done: green, failed: red, waiting: yellow, skipped: yellow }[mark]
    return paint(cut(`${marks[mark]} ${oneLine(card)}  ${endings[mark]} after ${formatElapsed(afterMs)}`, columns))
  }

  /** A line for each, in columns. `alone`: it has no others, so that the last of what it printed stands there too. */
  #heads(shown: readonly Running[], now: number, columns: number, alone: boolean): string[] {
    const { cyan, bold, dim } = this.#paint
    const names = shown.map(({ card }) => cut(oneLine(card), Math.floor(columns / 2)))
    const times = shown.map((running) => this.#times(running, now, columns))
    const [name, time] = [widest(names), widest(times)]
    return shown.map(({ where, doing, tail }, at) => {
      const [last = ''] = alone ? tail.last(1) : []
      const what = where === null ? oneLine(doing) : `on ${oneLine(where)} · ${oneLine(doing)}`
      const does = last === '' ? what : `${what} · ${last.trim()}`
      const start = `${cyan(marks.running)} ${bold(padded(names[at], name))}  ${padded(times[at], time)}`
      const left = columns - name - time - '▶     '.length
      return left < 2 ? start : `${start}  ${dim(cut(does, left))}`
    })
  }

  #times({ card, since }: Running, now: number, columns: number): string {
    const elapsed = formatElapsed(now - since)
    const expected = this.#standing.expected(card)
    if (expected === null || expected < worthTelling || columns < narrower) return elapsed
    return `${elapsed} of ${columns < narrow ? '~' : 'about '}${formatRoughly(expected)}`
  }

  #printed(lines: readonly string[], columns: number): string[] {
    return lines.map((line) => this.#paint.dim(cut(`│ ${line}`, columns)))
  }
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0)
}

function padded(text = '', columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}
