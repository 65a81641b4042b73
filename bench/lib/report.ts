/** What a table says, as Markdown. */
import { readFileSync, writeFileSync } from 'node:fs'
import { digits, median, medianRatio, seconds } from './figures.ts'
import { figuresOf, type Result } from './rounds.ts'

/** A figure with its limit, where one is promised. */
export interface Verdict {
  what: string
  figure: string
  limit: string
  holds: boolean | null
}

export interface Report {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
  verdicts: readonly Verdict[]
  notes: readonly string[]
}

/** One line for each that was measured. */
export function rowsOf(results: readonly Result[]): Pick<Report, 'columns' | 'rows'> {
  const rows = results.map((result) => {
    const times = figuresOf(result, 'seconds')
    const cards = result.cards.toLocaleString('en')
    if (result.why !== null || times.length === 0) return [cards, result.name, result.why ?? 'not run', '', '', '']
    const memory = `${Math.round(Math.max(...figuresOf(result, 'memory')) / 1e6)} MB`
    const spread = times.length === 1 ? '' : `${seconds(Math.min(...times))} – ${seconds(Math.max(...times))}`
    return [cards, result.name, seconds(median(times)), spread, memory, String(times.length)]
  })
  return { columns: ['cards', 'what', 'median', 'fastest – slowest', 'memory', 'runs'], rows }
}

type Key = readonly [name: string, cards: number]

/** How many times the second one's time the first one took; null as a limit: nothing is promised. */
export function ratio(results: readonly Result[], ours: Key, theirs: Key, limit: number | null): Verdict {
  const [own, other] = [find(results, ours), find(results, theirs)]
  const sameCards = ours[1] === theirs[1]
  const what = sameCards ? `${ours[0]} ÷ ${theirs[0]}, ${told(ours[1])} cards` : `${named(ours)} ÷ ${named(theirs)}`
  const times = (result: Result) => result.rounds.map((taken) => taken?.seconds ?? null)
  const figure = own && other ? medianRatio(times(own), times(other)) : Number.NaN
  const bound = limit === null ? '' : `at most ${limit}`
  if (Number.isNaN(figure)) return { what, figure: 'not measured', limit: bound, holds: null }
  return { what, figure: digits(figure), limit: bound, holds: limit === null ? null : figure <= limit }
}

/** The largest memory that one took, in megabytes. */
export function memory(results: readonly Result[], of: Key, megabytes: number): Verdict {
  const found = find(results, of)
  const figure = found ? Math.max(...figuresOf(found, 'memory')) / 1e6 : Number.NEGATIVE_INFINITY
  const what = `memory of ${named(of)}`
  const limit = `at most ${megabytes} MB`
  if (!Number.isFinite(figure)) return { what, figure: 'not measured', limit, holds: null }
  return { what, figure: `${Math.round(figure)} MB`, limit, holds: figure <= megabytes }
}

export function markdown({ columns, rows, verdicts, notes }: Report, machine: string): string {
  const parts = [table(columns, rows)]
  if (verdicts.length > 0) parts.push(verdictTable(verdicts))
  parts.push([...notes, `Measured on ${machine}.`].join('\n'))
  return `${parts.join('\n\n')}\n`
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const cells = verdicts.map(({ what, figure, limit, holds }) => [what, figure, limit, answer(holds)])
  const columns = ['ratio', 'figure', 'limit', 'holds']
  // Where nothing is promised, two columns are enough.
  const width = verdicts.every(({ limit }) => limit === '') ? 2 : 4
  return table(
    columns.slice(0, width),
    cells.map((row) => row.slice(0, width)),
  )
}

/** Puts the text between the markers of that name. */
export function writeBetween(file: string, name: string, text: string): void {
  const whole = readFileSync(file, 'utf8')
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`${file} has no markers ${begin.trim()} and ${end}`)
  writeFileSync(file, `${whole.slice(0, from + begin.length)}\n${text}\n${whole.slice(to)}`)
}

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}

function find(results: readonly Result[], [name, cards]: Key): Result | undefined {
  return results.find((result) => result.name === name && result.cards === cards && result.why === null)
}

const named = ([name, cards]: Key) => `${name} (${told(cards)} cards)`
const told = (cards: number) => cards.toLocaleString('en')
const answer = (holds: boolean | null) => (holds === null ? '' : holds ? 'yes' : '**no**')
