/** A document as the runner understands it. */
import { type ChecklistLine, checklistOf, headingOf } from './checklist.ts'
import { type Diagnostic, type Place, placesIn, problem } from './diagnostic.ts'
import { parseDuration } from './duration.ts'
import type { Field, readers } from './fields.ts'
import { type Front, frontOf } from './frontmatter.ts'
import { isName, plainLine } from './plain.ts'

/** An id in `requires`, with its place. */
export interface Reference extends Place {
  id: string
}

/** A Markdown document. It is a card of the graph once it has a status, requires something, or is required. */
export interface Card {
  /** The file name without `.md`. */
  id: string
  /** Relative to the repository, with forward slashes. */
  path: string
  title: string
  status: 'active' | 'complete'
  /** The branch on which a goal is worked, when it says so. */
  branch: string | null
  requires: Reference[]
  checklist: ChecklistLine[]
  /** `manual`, or the path of the task relative to the repository; null: found by name. */
  run: string | null
  /** Milliseconds for the whole card; null: no limit of its own. */
  timeoutMs: number | null
  retries: number
  /** Asked of a person before anything starts. */
  confirm: string | null
  /** Tools that must be on PATH. */
  needs: string[]
  /** Where a diagnostic about the card as a whole points: its status or its first line. */
  place: Place
  /** False when the document has an error: such a card is never taken for complete. */
  sound: boolean
}

/** The id of the document at a path. */
export function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/i, '')
}

/** Reads a document. `text` is the whole file; a byte order mark may lead it. */
export function parseCard(
  path: string,
  text: string,
  { front, faults }: Front = frontOf(path, text),
): { card: Card; diagnostics: Diagnostic[] } {
  const id = idOf(path)
  const diagnostics = [...faults]
  const place = placesIn(path, text)
  const field = (name: (typeof readers)[number]) => front.fields.get(name)
  const report = (offset: number, code: Diagnostic['code'], message: string, help: string | null = null) => {
    diagnostics.push(problem(code, place(offset), message, { help }))
  }

  const status = field('status')
  if (status && status.value !== 'active') {
    const shown = JSON.stringify(status.value) ?? 'nothing'
    const help = 'An active card says `status: active`; a complete one has no status line.'
    report(status.offset, 'unknown-status', `unknown status ${shown}`, help)
  }
  const requires = readList(field('requires'), report, 'requires').map((entry) => ({
    id: entry.value,
    ...place(entry.offset),
  }))
  const title = field('title')
  const one = (name: 'branch' | 'run' | 'confirm') => {
    const found = field(name)
    if (!found) return null
    if (typeof found.value !== 'string' || found.value === '') {
      report(found.offset, 'frontmatter-value', `\`${name}\` must be text`)
    } else if (name === 'confirm') {
      return plainLine(found.value)
    } else if (name === 'branch' || isName(found.value)) {
      return found.value
    } else {
      report(found.offset, 'frontmatter-value', `\`${name}\` must be a path without control characters`)
    }
    return null
  }
  const timeout = field('timeout')
  const timeoutMs = timeout ? parseDuration(timeout.value) : null
  if (timeout && timeoutMs === null) {
    report(timeout.offset, 'frontmatter-value', '`timeout` must be a duration', 'For instance `90s`, `5m` or `1h`.')
  }
  const retries = field('retries')
  const count = retries ? retries.value : 0
  const validCount = typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 100
  if (retries && !validCount) report(retries.offset, 'frontmatter-value', '`retries` must be a whole number, 0 to 100')

  const checklist = checklistOf(text, front.end)
  const seen = new Set<string>()
  for (const line of checklist) {
    if (seen.has(line.key)) {
      report(
        line.box,
        'doubled-check',
        `two checklist lines are called "${line.key}"`,
        'Give each line words of its own.',
      )
    }
    seen.add(line.key)
  }
  const card: Card = {
    id,
    path,
    title: typeof title?.value === 'string' && title.value !== '' ? title.value : (firstHeading(text, front.end) ?? id),
    status: status ? 'active' : 'complete',
    branch: one('branch'),
    requires,
    checklist,
    run: one('run'),
    timeoutMs,
    retries: validCount ? count : 0,
    confirm: one('confirm'),
    needs: readList(field('needs'), report, 'needs').map((entry) => entry.value),
    place: status ? place(status.offset) : { file: path, line: 1, column: 1 },
    sound: true,
  }
  card.sound = diagnostics.length === 0
  return { card, diagnostics }
}

function readList(
  field: Field | undefined,
  report: (offset: number, code: Diagnostic['code'], message: string, help?: string) => void,
  name: string,
): { value: string; offset: number }[] {
  if (!field) return []
  if (field.items === null) {
    if (field.value === null) return []
    report(
      field.offset,
      'frontmatter-value',
      `\`${name}\` must be a list`,
      `Write each on a line of its own: \`- name\`.`,
    )
    return []
  }
  return field.items.flatMap(({ value, offset }) => {
    if (typeof value === 'string' && isName(value)) return [{ value, offset }]
    report(
      offset,
      'frontmatter-value',
      `\`${name}\` must hold names only`,
      typeof value === 'string' && value !== ''
        ? 'It has control characters in it, which nobody sees.'
        : 'Put quotes around a name that YAML reads otherwise.',
    )
    return []
  })
}

function firstHeading(text: string, from: number): string | null {
  for (const line of text.slice(from, from + 4096).split(/\r?\n/)) {
    const heading = headingOf(line)
    if (heading?.level === 1 && heading.text !== '') return heading.text
  }
  return null
}

/** The branch on which a goal is worked: the one that its document names, else the one that its name gives. */
export function workedOn({ id, branch }: Pick<Card, 'id' | 'branch'>): string {
  return branch ?? `mikado/${id}`
}
