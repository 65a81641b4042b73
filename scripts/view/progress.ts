/** Events of a run as people read them: lines that stay, and a live picture of what runs now. */
import { formatDuration } from '../core/duration.ts'
import type { FailureReason, Phase, Stamped } from '../core/event.ts'
import { count, marks, oneLine, type Paint, plain } from './style.ts'

/** What is told of the output of tasks: each line as it comes, cards in folds, cards when they end, nothing. */
export type OutputChoice = 'stream' | 'fold' | 'group' | 'quiet'

/** The work did not fail: what it came to could not be written down. */
const unrecorded: ReadonlySet<FailureReason> = new Set(['outputs', 'unrecorded'])

interface Running {
  since: number
  doing: string
  last: string
}

/** Follows a run. `line` gives what stays on the screen for an event; `frame` what stands below it now. */
export class Progress {
  readonly #paint: Paint
  readonly #verbose: boolean
  readonly #stream: boolean
  readonly #running = new Map<string, Running>()
  /** Checks that held when they were asked last. */
  readonly #held = new Map<string, { phase: Phase; count: number }>()
  readonly #waiting: Map<string, readonly string[]>

  /** `waits`: the cards of the run, each with those of the run that come before it. */
  constructor(
    waits: ReadonlyMap<string, readonly string[]>,
    paint: Paint,
    options: { verbose: boolean; stream: boolean },
  ) {
    this.#waiting = new Map(waits)
    this.#paint = paint
    this.#verbose = options.verbose
    this.#stream = options.stream
  }

  line(event: Stamped): string | null {
    const { green, red, yellow, cyan, dim } = this.#paint
    const at = Date.parse(event.time)
    switch (event.event) {
      case 'card-started':
        this.#waiting.delete(event.card)
        this.#running.set(event.card, { since: at, doing: 'checking what holds already', last: '' })
        return `${cyan(marks.running)} ${event.card}  ${dim(oneLine(event.title))}`
      case 'check-passed':
        if (event.phase !== 'before') this.#doing(event.card, `checked: ${event.check}`)
        this.#held.set(event.card, counted(this.#held.get(event.card), event.phase))
        return this.#verbose
          ? dim(
              `  ${event.card}: holds: ${plain(event.check)}${event.detail === null ? '' : ` (${oneLine(event.detail)})`}`,
            )
          : null
      case 'check-failed':
        if (event.phase === 'before') this.#doing(event.card, 'working')
        return this.#verbose || event.phase === 'after'
          ? `  ${event.card}: ${event.phase === 'before' ? 'does not hold yet' : red('does not hold')}: ${plain(event.check)}: ${plain(event.message)}`
          : null
      case 'check-waiting':
        return this.#verbose ? `  ${event.card}: for a person to see: ${plain(event.check)}` : null
      case 'step-started':
        this.#doing(event.card, event.step)
        return null
      case 'output': {
        const running = this.#running.get(event.card)
        if (running && event.text.trim() !== '') running.last = oneLine(event.text)
        return this.#stream ? `${dim(`${event.card} │`)} ${plain(event.text)}` : null
      }
      case 'card-retried':
        return yellow(
          `  ${event.card}: ${plain(event.message)}; try ${event.attempt} in ${formatDuration(event.delayMs)}`,
        )
      case 'card-reopened':
        return yellow(`  ${event.card}: was complete, reopened: ${plain(event.because)}`)
      case 'card-completed': {
        this.#running.delete(event.card)
        const how = {
          ran: 'done',
          'found-true': 'found true, nothing to do',
          confirmed: `confirmed by ${plain(event.by ?? 'a person')}`,
        }[event.how]
        const proof = event.verified ? `${count(this.#held.get(event.card)?.count ?? 0, 'check')} held` : 'not verified'
        return `${green(marks.done)} ${event.card}  ${how} in ${formatDuration(event.durationMs)}, ${proof}`
      }
      case 'card-failed':
        this.#running.delete(event.card)
        return `${red(marks.failed)} ${event.card}  ${red(unrecorded.has(event.reason) ? 'not recorded' : 'failed')} after ${formatDuration(event.durationMs)}: ${plain(event.message)}`
      case 'card-waiting':
        this.#running.delete(event.card)
        return `${yellow(marks.waiting)} ${event.card}  ${yellow('waits for a person')}: ${plain(event.instructions)}`
      case 'card-skipped':
        this.#waiting.delete(event.card)
        return `${dim(marks.skipped)} ${event.card}  ${dim(`not started, because of ${event.because}`)}`
      case 'card-stopped':
        this.#running.delete(event.card)
        return `${yellow(marks.skipped)} ${event.card}  stopped, left as it is`
      case 'commit':
        return dim(`  ${event.card}: committed ${event.sha.slice(0, 8)}, ${event.verb}`)
      case 'warning':
        return yellow(`  ${event.card === null ? '' : `${event.card}: `}${plain(event.message)}`)
      default:
        return null
    }
  }

  /** What runs, for how long, with its last word; and what waits on what. At most `rows` lines of `columns` characters. */
  frame(now: number, columns: number, rows: number): string {
    const lines: string[] = []
    for (const [card, { since, doing, last }] of this.#running) {
      const said = last === '' ? doing : `${doing} · ${last}`
      lines.push(this.#paint.cyan(cut(`${marks.running} ${card}  ${formatDuration(now - since)}  ${said}`, columns)))
    }
    for (const [card, after] of this.#waiting) {
      const left = after.filter((id) => this.#running.has(id) || this.#waiting.has(id))
      const why = left.length === 0 ? 'next' : `waits for ${left.join(', ')}`
      lines.push(this.#paint.dim(cut(`${marks.blocked} ${card}  ${why}`, columns)))
    }
    const room = Math.max(1, rows - 1)
    if (lines.length <= room) return lines.join('\n')
    return [...lines.slice(0, room - 1), this.#paint.dim(`  and ${lines.length - room + 1} more`)].join('\n')
  }

  #doing(card: string, what: string): void {
    const running = this.#running.get(card)
    if (running) running.doing = oneLine(what)
  }
}

/** One more that held in this phase; a new phase counts from the start. */
export function counted(
  before: { phase: Phase; count: number } | undefined,
  phase: Phase,
): { phase: Phase; count: number } {
  return { phase, count: before?.phase === phase ? before.count + 1 : 1 }
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`
}
