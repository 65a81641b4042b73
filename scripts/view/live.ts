/** The picture of a run while it goes: how far it is, what went wrong, what runs, what comes next; or the log of one card. */
import { formatElapsed, formatRoughly } from '../core/duration.ts'
import { cut, rowsOf, widthOf } from './fit.ts'
import type { Running, Standing } from './standing.ts'
import { count, marks, oneLine, type Paint } from './style.ts'
import { upcoming } from './upcoming.ts'
import { Working } from './working.ts'

/** Lines of the picture for troubles, and for what comes next, at most. */
const most = { troubles: 3, upcoming: 4 }
/** Lines that each card that runs has before more of what comes next is told. */
const leastForEach = 3
/** On a lower screen there is no room for a hint. */
const leastForHint = 8
/** Less than this tells nothing. */
const lowest = 10
/** Columns of the bar; with less room, none. */
const bar = { least: 6, most: 32 }
/** Less is as good as nothing. */
const worthTelling = 1000 // milliseconds

const help = [
  'f       follow the log of a card that runs, and back',
  'Tab     the log of the next card that runs',
  'Esc     back to all cards',
  'Ctrl-C  stop the run; once more: kill it at once',
]

interface Options {
  /** When the run began, in milliseconds since the epoch. */
  began: number
  /** A person can press some, see `press`. */
  keys: boolean
}

export class Live {
  readonly #standing: Standing
  readonly #working: Working
  readonly #paint: Paint
  readonly #options: Options
  /** The card whose log fills the picture. */
  #followed: Running | null = null
  #helps = false

  constructor(standing: Standing, paint: Paint, options: Options) {
    this.#standing = standing
    this.#working = new Working(standing, paint)
    this.#paint = paint
    this.#options = options
  }

  /** Does what a key asks for, named by what it sends. Others mean nothing. */
  press(key: string): void {
    if (key === '?') this.#helps = !this.#helps
    else if (key === '\t' || (key === 'f' && this.#followed === null)) this.#followed = this.#next()
    else if (key === '\u001b' && this.#helps) this.#helps = false
    else if (key === '\u001b' || key === 'f') this.#followed = null
  }

  /** Whether it is the log of one card. */
  get whole(): boolean {
    return this.#followed !== null
  }

  readonly rowsOf = rowsOf

  /** At most `rows` lines of `columns` characters. */
  text(now: number, columns: number, rows: number): string {
    const hint = this.#hint(columns, rows)
    const head = this.#progress(now, columns)
    if (this.#followed !== null) {
      const log = this.#working.one(this.#followed, now, columns, Math.max(2, rows - 1 - hint.length))
      return [head, ...log, ...hint].slice(0, rows).join('\n')
    }
    const height = this.#height(rows)
    const few = Math.floor(height / 4)
    const troubles = this.#troubles(columns, Math.min(most.troubles, few))
    const spare = height - 1 - hint.length - troubles.length - leastForEach * this.#standing.running.size
    const next = upcoming(this.#standing, columns, Math.min(most.upcoming, Math.max(few, spare)))
    const left = height - 1 - troubles.length - next.length - hint.length
    const working = this.#working.all(now, columns, Math.max(1, left))
    return [head, ...troubles, ...working, ...next.map((line) => this.#paint.dim(line)), ...hint]
      .slice(0, rows)
      .join('\n')
  }

  /**
   * A third of the screen, half of it when many cards run: the rest is for the lines that stay. And a picture for which a window that
   * becomes smaller has no room cannot be taken back.
   */
  #height(rows: number): number {
    const wanted = this.#standing.running.size + lowest
    return Math.min(rows, Math.max(lowest, Math.floor(rows / 3), Math.min(Math.floor(rows / 2), wanted)))
  }

  /** The card that runs after the one that is followed. */
  #next(): Running | null {
    const running = [...this.#standing.running.values()]
    const at = this.#followed === null ? -1 : running.indexOf(this.#followed)
    return running[(at + 1) % running.length] ?? this.#followed
  }

  #progress(now: number, columns: number): string {
    const { green, red, dim } = this.#paint
    const { total, complete, failed, skipped } = this.#standing
    const left = this.#standing.left(now) ?? 0
    const parts = [
      `${complete} of ${count(total, 'card')}`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      formatElapsed(now - this.#options.began),
      ...(left < worthTelling ? [] : [`about ${formatRoughly(left)} left`]),
      ...(skipped > 0 ? [`${skipped} not started`] : []),
    ]
    while (parts.length > 1 && widthOf(parts.join(' · ')) > columns) parts.pop()
    const room = Math.min(bar.most, columns - widthOf(parts.join(' · ')) - 2)
    const told = parts.map((part) => (part.endsWith('failed') ? red(part) : part)).join(' · ')
    if (room < bar.least) return told
    const done = Math.floor((room * complete) / Math.max(1, total))
    return `${green('━'.repeat(done))}${dim('─'.repeat(room - done))}  ${told}`
  }

  /** What failed, or waits for a person. */
  #troubles(columns: number, rows: number): string[] {
    const { red, yellow } = this.#paint
    const { troubles } = this.#standing
    const shown = troubles.slice(0, troubles.length > rows ? rows - 1 : rows)
    const lines = shown.map(({ card, kind, why }) => {
      const told = kind === 'failed' ? oneLine(why) : `waits for a person: ${oneLine(why)}`
      return (kind === 'failed' ? red : yellow)(cut(`${marks[kind]} ${oneLine(card)}  ${told}`, columns))
    })
    const more = troubles.length - shown.length
    return more === 0 ? lines : [...lines, red(cut(`${marks.failed} and ${more} more`, columns))]
  }

  #hint(columns: number, rows: number): string[] {
    if (!this.#options.keys || rows < leastForHint) return []
    const more = this.#next() === this.#followed ? '' : ' · Tab: the next card'
    const short = [this.#followed === null ? 'f: follow a log · ?: keys' : `Esc: back${more}`]
    return (this.#helps ? help : short).map((line) => this.#paint.dim(cut(line, columns)))
  }
}
