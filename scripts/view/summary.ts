/** The end of a run in a few lines: what was proved, in how long, and the root failure last. */
import type { Account, Ended } from '../core/account.ts'
import { formatDuration } from '../core/duration.ts'
import { typed } from '../core/plain.ts'
import type { Expected } from '../core/weights.ts'
import { filled, hanging } from './fit.ts'
import { columns, count, marks, oneLine, type Paint, plain } from './style.ts'

/** Of more cards that ended alike, not each has a line. */
const linesAtMost = 40
/** Then, so many of them are named. */
const namedAtMost = 3
/** A card that took so much longer than last time is worth a word. */
const longer = { times: 2, milliseconds: 2000 }

/** How a summary is told. */
export interface Telling {
  /** How a person calls the runner with these words. */
  callOf: (words: string) => string
  /** Where logs are, as a person would type it. */
  data: string
  /** How long cards took before this run. */
  expected: Expected
  /** How wide the screen is; Infinity: nothing is wrapped. */
  columns: number
  paint: Paint
}

/** How far the run has come, in a line. */
export function headline(account: Account, goal: string): string {
  const took = formatDuration(account.end?.durationMs ?? 0)
  const completed = account.of('card-completed').length
  if (account.ended.size === 0) return `Nothing to do: ${goal} is complete`
  if (account.complete) return `${goal} is complete: ${count(completed, 'card')} proved in ${took}`
  return `${goal}: ${completed} of ${count(account.ended.size, 'card')} complete after ${took}`
}

export function summaryText(account: Account, goal: string, telling: Telling): string {
  const { callOf, data, paint, columns: room } = telling
  const completed = account.of('card-completed')
  const failed = account.of('card-failed')
  const lines = (completed.length > linesAtMost ? inShort : each)(account, completed, telling)
  for (const event of account.of('card-stopped')) lines.push(`  ${marks.skipped} ${event.card}  stopped, left active`)
  for (const line of skippedLines(account.of('card-skipped'))) lines.push(`  ${paint.dim(hanging(line, 4, room))}`)
  for (const note of account.notes) lines.push(`  ${hanging(plain(note), 2, room)}`)
  for (const event of account.of('card-waiting')) {
    const told = hanging(`${event.card}  ${plain(event.instructions)}`, 4, room)
    lines.push(`  ${paint.yellow(marks.waiting)} ${told}`)
    for (const line of event.lines) lines.push(`      ${hanging(plain(line), 6, room)}`)
    lines.push(`    When it is true, say so on a terminal, or: ${paint.bold(callOf(`close ${typed(event.card)}`))}`)
  }
  // The failure that came first is the root of the others: it stands last, next to the prompt.
  for (const event of failed.toReversed()) {
    const told = hanging(`${paint.red(`${marks.failed} ${event.card}`)}  ${plain(event.message)}`, 4, room)
    lines.push(`  ${told}`)
    for (const line of account.tail(event.card)) {
      for (const row of filled(plain(line), room - 6)) lines.push(paint.dim(`    │ ${row}`))
    }
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

type Completed = Extract<Ended, { event: 'card-completed' }>

const hows = { ran: 'done', 'found-true': 'found true', confirmed: 'confirmed' }

/** A line for each card. */
function each(account: Account, completed: readonly Completed[], telling: Telling): string[] {
  const { paint, columns: room } = telling
  if (completed.length === 0) return []
  const rows = completed.map((event) => {
    const proof = event.verified ? held(account, [event]) : paint.yellow('not verified')
    const words = [proof, ...slower(event, telling)].map(unbroken).join(', ')
    return [paint.green(marks.done), event.card, hows[event.how], formatDuration(event.durationMs), words]
  })
  return columns(rows)
    .split('\n')
    .map((line) => `  ${hanging(line, 5, room)}`.replaceAll(unbroken(' '), ' '))
}

/** How many ended how, and the few that stand out. */
function inShort(account: Account, completed: readonly Completed[], telling: Telling): string[] {
  const { paint, columns: room } = telling
  const kinds = Object.entries(hows).flatMap(([how, told]) => {
    const number = completed.filter((event) => event.how === how).length
    return number === 0 ? [] : [`${number} ${told}`]
  })
  const unproved = completed.filter((event) => !event.verified).map(({ card }) => card)
  const slowest = completed
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, namedAtMost)
    .map((event) => {
      const before = slower(event, telling).map((told) => ` (${told})`)
      return unbroken(`${event.card} ${formatDuration(event.durationMs)}${before.join('')}`)
    })
  const proofs = held(
    account,
    completed.filter(({ verified }) => verified),
  )
  return [
    `  ${paint.green(marks.done)} ${hanging(`${kinds.join(', ')}; ${proofs}`, 4, room)}`,
    ...(unproved.length === 0 ? [] : [`    ${paint.yellow(hanging(`not verified: ${named(unproved)}`, 4, room))}`]),
    `    ${hanging(`slowest: ${slowest.join(', ')}`, 4, room)}`.replaceAll(unbroken(' '), ' '),
  ]
}

function held(account: Account, completed: readonly Completed[]): string {
  const checks = completed.reduce((sum, { card }) => sum + account.held(card), 0)
  return `${count(checks, 'check')} held`
}

/** What a card took before, where it took much longer now. */
function slower({ card, how, durationMs }: Completed, { expected }: Telling): string[] {
  const before = how === 'ran' ? expected(card) : null
  if (before === null || durationMs < before * longer.times || durationMs < before + longer.milliseconds) return []
  return [`${formatDuration(before)} last time`]
}

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
