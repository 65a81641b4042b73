/** The job summary of a run: Markdown for a forge's page. What others wrote stands in HTML or in a fence, and stays text there. */
import type { Account, Ended } from '../core/account.ts'
import { clip } from '../core/bounded.ts'
import { formatDuration } from '../core/duration.ts'
import { escapeText } from './markup.ts'
import { count, marks, oneLine, plain } from './style.ts'
import { headline } from './summary.ts'

/** How much of it: rows of the table, failures with their last lines, characters of a text in a row and of a line. */
const most = { rows: 500, failures: 5, cell: 200, line: 500 }

/** `cards`: in run order. `graph`: the chain as Mermaid; null: none. `callOf`: how a person calls the runner with these words. */
export function jobSummary(
  account: Account,
  goal: string,
  cards: readonly string[],
  graph: string | null,
  callOf: (words: string) => string,
): string {
  const resume = account.resume(goal)
  const mark = resume === null ? marks.done : account.of('card-failed').length > 0 ? marks.failed : marks.waiting
  const parts = [`<h2>${mark} ${headline(account, code(goal))}</h2>`]
  const ended = cards.flatMap((card) => account.ended.get(card) ?? [])
  if (ended.length > 0) parts.push(tableOf(ended, account))
  if (graph !== null) parts.push(fenced(graph.trimEnd(), 'mermaid'))
  const failed = account.of('card-failed')
  for (const { card, message } of failed.slice(0, most.failures)) {
    const lines = account.tail(card).map((line) => clip(plain(line), most.line))
    parts.push(`<p>${marks.failed} ${code(card)} ${code(message)}</p>`)
    if (lines.length > 0) parts.push(fenced(lines.join('\n')))
  }
  if (failed.length > most.failures) parts.push(`And ${count(failed.length - most.failures, 'more failed card')}.`)
  if (resume !== null) parts.push('To go on:', fenced(callOf(resume), 'sh'))
  return `${parts.join('\n\n')}\n`
}

/** An HTML table: in one of Markdown, a bar in a card's text would end the cell. */
function tableOf(ended: readonly Ended[], account: Account): string {
  const rows = ended.slice(0, most.rows).map((event) => {
    const took = 'durationMs' in event ? formatDuration(event.durationMs) : ''
    const held = account.held(event.card)
    const checks = event.event === 'card-completed' && event.verified ? `${held} held` : ''
    return row([code(event.card), howOf(event), took, checks])
  })
  const left = ended.length - rows.length
  const rest = left > 0 ? [row([`and ${count(left, 'more card')}`, '', '', ''])] : []
  return ['<table>', row(['card', 'how it ended', 'took', 'checks'], 'th'), ...rows, ...rest, '</table>'].join('\n')
}

function howOf(event: Ended): string {
  switch (event.event) {
    case 'card-completed': {
      const how = { ran: 'done', 'found-true': 'found true', confirmed: 'confirmed' }[event.how]
      return `${marks.done} ${how}${event.verified ? '' : ', not verified'}`
    }
    case 'card-failed':
      return `${marks.failed} ${code(event.message)}`
    case 'card-waiting':
      return `${marks.waiting} waits for a person: ${code([event.instructions, ...event.lines].join('; '))}`
    case 'card-skipped':
      return `${marks.skipped} not started, because of ${code(event.because)}`
    case 'card-stopped':
      return `${marks.skipped} stopped, left active`
  }
}

function row(cells: readonly string[], tag = 'td'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
}

/** In code nothing becomes a link, a mention or the number of an issue. */
function code(text: string): string {
  return `<code>${escapeText(clip(oneLine(text), most.cell))}</code>`
}

/** Behind a fence that nothing in the text ends. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}
