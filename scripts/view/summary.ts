/** The end of a run in a few lines: what was proved, in how long, and the root failure last. */
import { formatDuration } from '../core/duration.ts'
import type { Phase, Stamped } from '../core/event.ts'
import { typed } from '../core/plain.ts'
import { counted } from './progress.ts'
import { columns, count, marks, type Paint, plain } from './style.ts'

/** How many last lines of a failed card are shown. */
const tailLines = 12

type Ended = Extract<
  Stamped,
  { event: 'card-completed' | 'card-failed' | 'card-waiting' | 'card-skipped' | 'card-stopped' }
>

/** Collects a run as it goes. */
export class Summary {
  readonly #ended = new Map<string, Ended>()
  /** Checks that held when they were asked last. */
  readonly #held = new Map<string, { phase: Phase; count: number }>()
  readonly #tails = new Map<string, string[]>()
  readonly #logs = new Map<string, string>()
  readonly #notes = new Set<string>()

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

  /** `callOf`: how a person calls the runner with these words. `data`: where logs are, as a person would type it. */
  text(goal: string, durationMs: number, callOf: (words: string) => string, data: string, paint: Paint): string {
    const ended = [...this.#ended.values()]
    const of = <K extends Ended['event']>(kind: K) =>
      ended.filter((event): event is Extract<Ended, { event: K }> => event.event === kind)
    const completed = of('card-completed')
    const failed = of('card-failed')
    const lines: string[] = []
    const rows = completed.map((event) => [
      paint.green(marks.done),
      event.card,
      { ran: 'done', 'found-true': 'found true', confirmed: 'confirmed' }[event.how],
      formatDuration(event.durationMs),
      event.verified ? `${count(this.#held.get(event.card)?.count ?? 0, 'check')} held` : paint.yellow('not verified'),
    ])
    if (rows.length > 0) lines.push(columns(rows, '  '))
    for (const event of of('card-stopped')) lines.push(`  ${marks.skipped} ${event.card}  stopped, left active`)
    for (const event of of('card-skipped'))
      lines.push(paint.dim(`  ${marks.skipped} ${event.card}  not started, because of ${event.because}`))
    for (const note of this.#notes) lines.push(`  ${plain(note)}`)
    for (const event of of('card-waiting')) {
      lines.push(`  ${paint.yellow(marks.waiting)} ${event.card}  ${plain(event.instructions)}`)
      for (const line of event.lines) lines.push(`      ${plain(line)}`)
      lines.push(`    When it is true, say so on a terminal, or: ${paint.bold(callOf(`close ${typed(event.card)}`))}`)
    }
    // The failure that came first is the root of the others: it stands last, next to the prompt.
    for (const event of failed.toReversed()) {
      lines.push(`  ${paint.red(`${marks.failed} ${event.card}`)}  ${plain(event.message)}`)
      for (const line of this.#tails.get(event.card) ?? []) lines.push(paint.dim(`    │ ${plain(line)}`))
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
}
