/** The cards of a run that are not started yet, as lines: what is ready, and who waits on whom. */
import { cut, widthOf } from './fit.ts'
import type { Standing } from './standing.ts'
import { count, marks, oneLine } from './style.ts'

/** How many ready cards are named. */
const namedAtMost = 8

/** At most `rows` lines and one more: cards that wait for the same share one, and those without a line are counted. */
export function upcoming(standing: Standing, columns: number, rows: number): string[] {
  const { ready, waiting, halted } = standing
  const left = ready.size + waiting
  if (left === 0) return []
  if (halted !== null) return [cut(`${marks.skipped} ${count(left, 'card')} not started, ${halted}`, columns)]
  const lines: string[] = []
  if (ready.size > 0) {
    const names = [...ready.keys().take(namedAtMost)]
    const told = `${marks.ready} ready: `
    lines.push(cut(told + listed(names, ready.size, columns - told.length), columns))
  }
  if (waiting > 0) lines.push(...waits(standing, columns, Math.max(1, rows - lines.length)))
  return lines
}

function waits(standing: Standing, columns: number, rows: number): string[] {
  const lines: string[] = []
  let unnamed = standing.waiting
  for (const { cards, for: blockers, more } of standing.waits(rows + 1)) {
    const [first = '', ...others] = cards.map(oneLine)
    const between = ` ${others.length === 0 ? 'waits' : 'wait'} for `
    const room = columns - `${marks.blocked} ${between}`.length
    const whom = listed(blockers, blockers.length + more, Math.max(room / 2, room - widthOf(first)))
    const who = fitting([first, ...others], room - widthOf(whom))
    const line = `${marks.blocked} ${who.join(', ')}${who.length === 1 ? ' waits for ' : between}${whom}`
    // The last line is for those that have none, if there are any.
    if (lines.length === rows && unnamed > who.length) break
    unnamed -= who.length
    lines.push(cut(line, columns))
  }
  if (unnamed === 0) return lines
  const rest = lines.length === 0 ? count(unnamed, 'card') : `${unnamed} more`
  return [...lines, cut(`${marks.blocked} ${rest} ${unnamed === 1 ? 'waits' : 'wait'}`, columns)]
}

/** As many of these names as fit, at least one, and how many there are besides. */
function listed(names: readonly string[], all: number, columns: number): string {
  const more = (shown: number) => (all > shown ? ` and ${all - shown} more` : '')
  for (let shown = names.length; shown > 1; shown--) {
    const text = names.slice(0, shown).map(oneLine).join(', ') + more(shown)
    if (widthOf(text) <= columns) return text
  }
  return cut(oneLine(names[0] ?? ''), Math.max(8, columns - more(1).length)) + more(1)
}

/** As many of these names as fit, at least one. */
function fitting(names: readonly string[], columns: number): string[] {
  const shown: string[] = []
  let left = columns
  for (const name of names) {
    left -= widthOf(name) + (shown.length > 0 ? 2 : 0)
    if (shown.length > 0 && left < 0) break
    shown.push(name)
  }
  return shown
}
