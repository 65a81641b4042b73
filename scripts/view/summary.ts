/** The end of a run in a few lines: what was proved, in how long, and the root failure last. */
import type { Account } from '../core/account.ts'
import { formatDuration } from '../core/duration.ts'
import { typed } from '../core/plain.ts'
import { columns, count, marks, type Paint, plain } from './style.ts'

/** How far the run has come, in a line. */
export function headline(account: Account, goal: string): string {
  const took = formatDuration(account.end?.durationMs ?? 0)
  const completed = account.of('card-completed').length
  if (account.ended.size === 0) return `Nothing to do: ${goal} is complete`
  if (account.complete) return `${goal} is complete: ${count(completed, 'card')} proved in ${took}`
  return `${goal}: ${completed} of ${count(account.ended.size, 'card')} complete after ${took}`
}

/** `callOf`: how a person calls the runner with these words. `data`: where logs are, as a person would type it. */
export function summaryText(
  account: Account,
  goal: string,
  callOf: (words: string) => string,
  data: string,
  paint: Paint,
): string {
  const completed = account.of('card-completed')
  const failed = account.of('card-failed')
  const lines: string[] = []
  const rows = completed.map((event) => [
    paint.green(marks.done),
    event.card,
    { ran: 'done', 'found-true': 'found true', confirmed: 'confirmed' }[event.how],
    formatDuration(event.durationMs),
    event.verified ? `${count(account.held(event.card), 'check')} held` : paint.yellow('not verified'),
  ])
  if (rows.length > 0) lines.push(columns(rows, '  '))
  for (const event of account.of('card-stopped')) lines.push(`  ${marks.skipped} ${event.card}  stopped, left active`)
  for (const event of account.of('card-skipped'))
    lines.push(paint.dim(`  ${marks.skipped} ${event.card}  not started, because of ${event.because}`))
  for (const note of account.notes) lines.push(`  ${plain(note)}`)
  for (const event of account.of('card-waiting')) {
    lines.push(`  ${paint.yellow(marks.waiting)} ${event.card}  ${plain(event.instructions)}`)
    for (const line of event.lines) lines.push(`      ${plain(line)}`)
    lines.push(`    When it is true, say so on a terminal, or: ${paint.bold(callOf(`close ${typed(event.card)}`))}`)
  }
  // The failure that came first is the root of the others: it stands last, next to the prompt.
  for (const event of failed.toReversed()) {
    lines.push(`  ${paint.red(`${marks.failed} ${event.card}`)}  ${plain(event.message)}`)
    for (const line of account.tail(event.card)) lines.push(paint.dim(`    │ ${plain(line)}`))
    const log = account.log(event.card)
    if (log !== null) lines.push(`    log: ${data}/${log}`)
  }
  const head = headline(account, goal)
  const [root] = failed
  const resume = account.resume(goal)
  const tail = resume === null ? [] : [`To go on: ${paint.bold(callOf(resume))}`]
  if (root && root.reason !== 'unrecorded' && root.reason !== 'outputs') {
    tail.unshift(
      paint.dim(`If something else must be true first: ${callOf(`discover "TITLE" --for ${typed(root.card)}`)}`),
    )
  }
  return `${[paint.bold(resume === null ? paint.green(head) : head), ...lines, ...tail].join('\n')}\n`
}
