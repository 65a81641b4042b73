/** The picture of a run while it goes: how far it is, what runs, what is next, who waits on whom; or the log of one card. */
import { formatElapsed, formatRoughly } from '../core/duration.ts'
import type { Forecast } from '../core/forecast.ts'
import { cut, widthOf } from './fit.ts'
import { first, type Running, type Standing } from './standing.ts'
import { count, marks, oneLine, type Paint } from './style.ts'

/** As they come from a terminal. */
const tab = '\t'
const escapeKey = '\u001b'

/** Lines that the parts of a picture take at most. */
const most = { troubles: 3, waits: 3, tail: 8 }
/** Less than this is no bar. */
const leastBar = 6
const widestBar = 32
/** Below this, what was expected is not worth a word. */
const worthTelling = 1000 // milliseconds

export class Live {
  readonly #standing: Standing
  readonly #forecast: Forecast
  readonly #paint: Paint
  readonly #began: number
  readonly #keys: boolean
  /** The card whose log fills the picture. */
  #followed: Running | null = null
  #helps = false

  /** `keys`: a person can press some, see `press`. */
  constructor(standing: Standing, forecast: Forecast, paint: Paint, { began, keys }: { began: number; keys: boolean }) {
    this.#standing = standing
    this.#forecast = forecast
    this.#paint = paint
    this.#began = began
    this.#keys = keys
  }

  /** What a key asks for. Others mean nothing. */
  press(key: string): void {
    if (key === '?') this.#helps = !this.#helps
    else if (key === tab || (key === 'f' && this.#followed === null)) this.#follow()
    else if (key === 'f' || key === escapeKey) {
      if (!this.#helps) this.#followed = null
      this.#helps = false
    }
  }

  /** At most `rows` lines of `columns` characters. */
  picture(now: number, columns: number, rows: number): string {
    const hint = this.#hint(columns, rows)
    const head = this.#progress(now, columns)
    if (this.#followed !== null) {
      return [head, ...this.#log(this.#followed, now, columns, rows - 1 - hint.length), ...hint].join('\n')
    }
    // The lines that stay keep a third of the screen, so that a person sees them come.
    const height = Math.min(rows, Math.max(8, Math.floor((rows * 2) / 3)))
    const above = this.#troubles(columns, Math.min(most.troubles, Math.floor(height / 4)))
    const below = this.#notStarted(columns, Math.min(most.waits, Math.floor(height / 4)))
    const room = height - 1 - above.length - below.length - hint.length
    return [head, ...above, ...this.#running(now, columns, Math.max(1, room)), ...below, ...hint]
      .slice(0, rows)
      .join('\n')
  }

  /** Follows the next card that runs. */
  #follow(): void {
    const running = [...this.#standing.running.values()]
    const at = this.#followed === null ? -1 : running.indexOf(this.#followed)
    this.#followed = running[(at + 1) % running.length] ?? this.#followed
  }

  #progress(now: number, columns: number): string {
    const { green, red, dim } = this.#paint
    const { total, complete, failed, skipped, halted, running, ready } = this.#standing
    const since = [...running.values()].map(({ card, since }) => [card, now - since] as const)
    const left = halted === null ? this.#forecast.left(since, ready) : null
    const parts = [
      `${complete} of ${count(total, 'card')}`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      formatElapsed(now - this.#began),
      ...(left !== null && left >= worthTelling ? [`about ${formatRoughly(left)} left`] : []),
      ...(skipped > 0 ? [`${skipped} not started`] : []),
    ]
    while (parts.length > 1 && widthOf(parts.join(' · ')) > columns) parts.pop()
    const text = parts.join(' · ')
    const length = Math.min(widestBar, columns - widthOf(text) - 2)
    const told = failed > 0 ? text.replace(`${failed} failed`, red(`${failed} failed`)) : text
    if (length < leastBar) return told
    const done = Math.floor((length * complete) / Math.max(1, total))
    return `${green('━'.repeat(done))}${dim('─'.repeat(length - done))}  ${told}`
  }

  /** What failed, or waits for a person. */
  #troubles(columns: number, rows: number): string[] {
    const { red, yellow } = this.#paint
    const { troubles } = this.#standing
    const shown = troubles.length > rows ? troubles.slice(0, rows - 1) : troubles
    const lines = shown.map(({ card, kind, why }) => {
      const told = kind === 'failed' ? oneLine(why) : `waits for a person: ${oneLine(why)}`
      return (kind === 'failed' ? red : yellow)(cut(`${marks[kind]} ${card}  ${told}`, columns))
    })
    const more = troubles.length - shown.length
    return more === 0 ? lines : [...lines, red(cut(`  and ${more} more`, columns))]
  }

  /** Each card that runs, with the last lines that it printed where there is room. */
  #running(now: number, columns: number, rows: number): string[] {
    const all = this.#standing.running
    const shown = first(all.values(), all.size <= rows ? rows : rows - 1)
    const more = all.size - shown.length
    const room = Math.min(most.tail, Math.floor((rows - (more > 0 ? 1 : 0)) / Math.max(1, shown.length)) - 1)
    const heads = this.#heads(shown, now, columns, room < 1)
    const lines = shown.flatMap((running, at) => [
      heads[at] ?? '',
      ...running.tail.last(room).map((line) => this.#printed(line, columns)),
    ])
    return more === 0 ? lines : [...lines, this.#paint.cyan(cut(`  and ${more} more run`, columns))]
  }

  /** The line of each: its name, its times, what it does; and what it printed last, where that has no line of its own. */
  #heads(shown: readonly Running[], now: number, columns: number, alone: boolean): string[] {
    const { cyan, bold, dim } = this.#paint
    const names = shown.map(({ card }) => cut(oneLine(card), Math.max(16, Math.floor(columns / 2))))
    const times = shown.map((running) => this.#times(running, now, columns))
    const [widestName, widestTime] = [widest(names), widest(times)]
    return shown.map(({ doing, tail }, at) => {
      const [name, time] = [names[at] ?? '', times[at] ?? '']
      const [last = ''] = alone ? tail.last(1) : []
      const left = Math.max(0, columns - widestName - widestTime - 6)
      const does = cut(last === '' ? oneLine(doing) : `${oneLine(doing)} · ${last.trim()}`, left)
      const start = `${cyan(marks.running)} ${bold(name)}${' '.repeat(widestName - widthOf(name))}  ${time}`
      return left < 4 ? start : `${start}${' '.repeat(widestTime - widthOf(time))}  ${dim(does)}`
    })
  }

  #times({ card, since, ended }: Running, now: number, columns: number): string {
    const elapsed = formatElapsed(ended === null ? now - since : ended.afterMs)
    const expected = this.#forecast.of(card)
    if (ended !== null || expected === null || expected < worthTelling) return elapsed
    return `${elapsed} of ${columns < 80 ? '~' : 'about '}${formatRoughly(expected)}`
  }

  /** What is ready and what waits, or why none of it will be started. */
  #notStarted(columns: number, rows: number): string[] {
    const { dim } = this.#paint
    const { ready, waiting, halted } = this.#standing
    const left = ready.size + waiting
    if (halted !== null)
      return left === 0 ? [] : [dim(cut(`${marks.skipped} ${count(left, 'card')} not started, ${halted}`, columns))]
    const lines = ready.size === 0 ? [] : [listed(`${marks.ready} ready: `, [...first(ready, 20)], ready.size, columns)]
    let unnamed = waiting
    const groups = waiting === 0 ? [] : this.#standing.waits(rows).slice(0, rows)
    for (const { cards, for: blockers, more } of groups) {
      const whom = listed('', blockers, blockers.length + more, Math.floor(columns / 2))
      const who = listedOnly(cards, columns - widthOf(`${marks.blocked}  waits for ${whom}`))
      unnamed -= who.length
      const verb = who.length === 1 ? 'waits' : 'wait'
      lines.push(cut(`${marks.blocked} ${who.join(', ')} ${verb} for ${whom}`, columns))
    }
    if (unnamed > 0) {
      const text = `${groups.length === 0 ? count(unnamed, 'card') : `${unnamed} more`} ${unnamed === 1 ? 'waits' : 'wait'}`
      lines.push(cut(`${marks.blocked} ${text}`, columns))
    }
    return lines.map((line) => dim(line))
  }

  /** The last lines of a card's log, below its own. */
  #log(running: Running, now: number, columns: number, rows: number): string[] {
    const [head = ''] = this.#heads([running], now, columns, false)
    const { ended } = running
    const { green, yellow, red } = this.#paint
    const paint = { done: green, failed: red, waiting: yellow, skipped: yellow }
    const told = ended && paint[ended.mark](cut(`${marks[ended.mark]} ${endings[ended.mark]} after `, columns))
    const top =
      ended === null ? head : `${told}${formatElapsed(ended.afterMs)}  ${this.#paint.bold(oneLine(running.card))}`
    const lines = running.tail.last(Math.max(0, rows - 1))
    const shown =
      lines.length === 0
        ? [this.#paint.dim('│ nothing was printed yet')]
        : lines.map((line) => this.#printed(line, columns))
    return [top, ...shown].slice(0, Math.max(1, rows))
  }

  #printed(line: string, columns: number): string {
    return this.#paint.dim(cut(`│ ${line}`, columns))
  }

  #hint(columns: number, rows: number): string[] {
    if (!this.#keys || rows < 8) return []
    const { dim } = this.#paint
    if (this.#helps) {
      return [
        'f       follow the log of a card that runs, and back',
        'Tab     the log of the next card that runs',
        'Esc     back to all cards',
        'Ctrl-C  stop the run; once more: at once',
      ].map((line) => dim(cut(line, columns)))
    }
    const next = this.#standing.running.size > 1 ? ' · Tab: the next one' : ''
    return [dim(cut(this.#followed === null ? `f: follow a log · ?: keys` : `Esc: back${next}`, columns))]
  }
}

/** How a followed card ended. */
const endings = { done: 'done', failed: 'failed', waiting: 'waits for a person', skipped: 'stopped' }

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0)
}

/** As many of these names as fit, at least one, and how many there are more in all. */
function listed(before: string, names: readonly string[], all: number, columns: number): string {
  for (let shown = names.length; shown > 1; shown--) {
    const more = all > shown ? ` and ${all - shown} more` : ''
    const text = `${before}${names.slice(0, shown).map(oneLine).join(', ')}${more}`
    if (widthOf(text) <= columns) return text
  }
  const more = all > 1 ? ` and ${all - 1} more` : ''
  return `${before}${cut(oneLine(names[0] ?? ''), Math.max(8, columns - widthOf(before + more)))}${more}`
}

/** As many of these names as fit, at least one. */
function listedOnly(names: readonly string[], columns: number): string[] {
  const shown: string[] = []
  let left = columns
  for (const name of names.map(oneLine)) {
    left -= widthOf(name) + 2
    if (shown.length > 0 && left < 0) break
    shown.push(name)
  }
  return shown
}
