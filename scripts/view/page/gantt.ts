/** A run over time: each card a row, with a bar from its beginning to its end. */
import type { Run, Try } from '../../core/chronicle.ts'
import { formatDuration } from '../../core/duration.ts'
import { plainLine } from '../../core/plain.ts'
import { count } from '../style.ts'
import { type Html, html } from './html.ts'
import type { Ways } from './ways.ts'
import { endState, endWords, firstLine, stateWords } from './words.ts'

/** Units of a bar's width. */
const wide = 1000
/** A bar is never so short that it cannot be seen. */
const least = 6

export interface Chart {
  run: Run
  /** Whether it works now. */
  goesOn: boolean
  /** Milliseconds since the epoch. */
  now: number
  /** Whether there is a page for a card of that id. */
  known: (id: string) => boolean
}

/** At most so many rows, the latest; `more` leads to the rest. */
export function ganttOf({ run, goesOn, now, known }: Chart, ways: Ways, most = Infinity): Html {
  const tries = [...run.tries.values()]
  const shown = tries.slice(-most)
  const began = Date.parse(run.started)
  const ended = run.ended === null ? lastOf(tries, goesOn ? now : began) : Date.parse(run.ended)
  const span = Math.max(1, ended - began)
  const rows = shown.map((one) => rowOf(one, { began, ended, span, goesOn, known }, ways))
  const skipped = [...run.skipped]
    .slice(0, most)
    .map(
      ([id, because]) =>
        html`<tr class="skipped"><th scope="row">${nameOf(id, known, ways)}</th><td class="end"><span aria-hidden="true">${stateWords.blocked.mark}</span> <span class="words">not begun</span></td><td class="number"></td><td class="why">because of ${plainLine(because)}</td></tr>`,
    )
  const left = tries.length - shown.length
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Cards over time"><table class="gantt">
<thead><tr><th scope="col">Card</th><th scope="col">Ended</th><th scope="col" class="number">Took</th><th scope="col" class="axis"><span>0 s</span><span>${formatDuration(span / 2)}</span><span>${formatDuration(span)}</span></th></tr></thead>
<tbody>
${left > 0 && html`<tr><td colspan="4" class="more"><a href="${ways.run(run.run)}">${count(left, 'earlier card')}: the whole run</a></td></tr>`}
${rows}
${skipped}
</tbody></table></div>`
}

/** When the last of them ended; a run that was cut off left no end of its own. */
function lastOf(tries: readonly Try[], least: number): number {
  return tries.reduce((last, { started, ended }) => Math.max(last, Date.parse(ended ?? started)), least)
}

interface Span extends Pick<Chart, 'goesOn' | 'known'> {
  began: number
  ended: number
  span: number
}

function rowOf(one: Try, { began, ended, span, goesOn, known }: Span, ways: Ways): Html {
  const state = endState(one, goesOn)
  const start = Date.parse(one.started)
  const end = one.ended === null ? ended : Date.parse(one.ended)
  const x = place(start - began, span, wide - least)
  const width = Math.max(least, place(end - start, span, wide))
  const duration = one.ended === null && !goesOn ? '' : formatDuration(end - start)
  const clock = one.ended === null && goesOn ? html` data-since="${one.started}"` : null
  const told = [
    one.worker === undefined ? '' : `on ${plainLine(one.worker)}`,
    one.end === 'failed' ? firstLine(one.message) : '',
    one.retries > 0 ? `begun again ${count(one.retries, 'time')}` : '',
    `from ${formatDuration(start - began)} on`,
  ].filter((part) => part !== '')
  return html`<tr data-state="${state}"><th scope="row">${nameOf(one.card, known, ways)}</th><td class="end"><span aria-hidden="true">${stateWords[state].mark}</span> <span class="words">${endWords(one, goesOn)}</span></td><td class="number"${clock}>${duration}</td><td class="bar"><svg viewBox="0 0 ${wide} 10" preserveAspectRatio="none" role="img" aria-label="${told.join(', ')}"><title>${told.join(', ')}</title><rect x="${x}" y="0" width="${Math.min(width, wide - x)}" height="10" rx="2"/></svg></td></tr>`
}

function place(part: number, whole: number, most: number): number {
  return Math.round(Math.min(1, Math.max(0, part / whole)) * most)
}

function nameOf(id: string, known: (id: string) => boolean, ways: Ways): Html {
  const name = plainLine(id)
  return known(id) ? html`<a href="${ways.card(id)}">${name}</a>` : html`${name}`
}
