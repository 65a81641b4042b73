/** Events of a run as people read them, a line each. */
import { formatDuration } from '../core/duration.ts'
import type { FailureReason, Phase, Stamped } from '../core/event.ts'
import { count, marks, oneLine, type Paint, plain } from './style.ts'

/** What is told of the output of tasks: each line as it comes, cards in folds, cards when they end, nothing. */
export type OutputChoice = 'stream' | 'fold' | 'group' | 'quiet'

/** The work did not fail: what it came to could not be written down. */
const unrecorded: ReadonlySet<FailureReason> = new Set(['outputs', 'unrecorded'])

/** What is told of a run. `live`: a picture shows already what runs and what is not started. `stream`: also what tasks print. */
export interface Telling {
  verbose: boolean
  stream: boolean
  live: boolean
}

/** Follows a run, and gives the line that stays on the screen for an event. */
export class Progress {
  readonly #paint: Paint
  readonly #telling: Telling
  /** Checks that held when they were asked last. */
  readonly #held = new Map<string, { phase: Phase; count: number }>()

  constructor(paint: Paint, telling: Telling) {
    this.#paint = paint
    this.#telling = telling
  }

  line(event: Stamped): string | null {
    const { green, red, yellow, cyan, dim } = this.#paint
    const { verbose, stream, live } = this.#telling
    switch (event.event) {
      case 'card-started':
        return live ? null : `${cyan(marks.running)} ${event.card}  ${dim(oneLine(event.title))}`
      case 'card-placed':
        return live ? null : dim(`  ${event.card}: on ${oneLine(event.worker)}`)
      case 'check-passed':
        this.#held.set(event.card, counted(this.#held.get(event.card), event.phase))
        return verbose
          ? dim(
              `  ${event.card}: holds: ${plain(event.check)}${event.detail === null ? '' : ` (${oneLine(event.detail)})`}`,
            )
          : null
      case 'check-failed':
        return verbose || event.phase === 'after'
          ? `  ${event.card}: ${event.phase === 'before' ? 'does not hold yet' : red('does not hold')}: ${plain(event.check)}: ${plain(event.message)}`
          : null
      case 'check-waiting':
        return verbose ? `  ${event.card}: for a person to see: ${plain(event.check)}` : null
      case 'output':
        return stream ? `${dim(`${event.card} │`)} ${plain(event.text)}` : null
      case 'card-retried':
        return yellow(
          `  ${event.card}: ${plain(event.message)}; try ${event.attempt} in ${formatDuration(event.delayMs)}`,
        )
      case 'card-reopened':
        return yellow(`  ${event.card}: was complete, reopened: ${plain(event.because)}`)
      case 'card-completed': {
        const how = {
          ran: 'done',
          'found-true': live ? 'found true' : 'found true, nothing to do',
          confirmed: `confirmed by ${plain(event.by ?? 'a person')}`,
        }[event.how]
        const proof = event.verified ? `${count(this.#held.get(event.card)?.count ?? 0, 'check')} held` : 'not verified'
        return `${green(marks.done)} ${event.card}  ${how} in ${formatDuration(event.durationMs)}, ${proof}`
      }
      case 'card-failed':
        return `${red(marks.failed)} ${event.card}  ${red(unrecorded.has(event.reason) ? 'not recorded' : 'failed')} after ${formatDuration(event.durationMs)}: ${plain(event.message)}`
      case 'card-waiting':
        return `${yellow(marks.waiting)} ${event.card}  ${yellow('waits for a person')}: ${plain(event.instructions)}`
      case 'card-skipped':
        return live ? null : `${dim(marks.skipped)} ${event.card}  ${dim(`not started, because of ${event.because}`)}`
      case 'card-stopped':
        return `${yellow(marks.skipped)} ${event.card}  stopped, left as it is`
      case 'commit':
        return dim(`  ${event.card}: committed ${event.sha.slice(0, 8)}, ${event.verb}`)
      case 'warning':
        return yellow(`  ${event.card === null ? '' : `${event.card}: `}${plain(event.message)}`)
      default:
        return null
    }
  }
}

/** One more that held in this phase; a new phase counts from the start. */
export function counted(
  before: { phase: Phase; count: number } | undefined,
  phase: Phase,
): { phase: Phase; count: number } {
  return { phase, count: before?.phase === phase ? before.count + 1 : 1 }
}
