/** A document as the runner understands it. */
import { type ChecklistLine, checklistOf, headingOf } from './checklist.ts'
import { type Diagnostic, type Place, placesIn, problem } from './diagnostic.ts'
import { parseDuration } from './duration.ts'
import type { Field } from './fields.ts'
import { type Front, frontOf } from './frontmatter.ts'
import { type KeyName, keys } from './keys.ts'
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
  /** Label of the machines that may work it; null: any. */
  on: string | null
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
  const report = (offset: number, code: Diagnostic['code'], message: string, help: string | null = null) => {
    diagnostics.push(problem(code, place(offset), message, { help }))
  }
  const values = new Values(front.fields)
  for (const [name, field] of front.fields) {
    const faults = keys[name].faults(name, field)
    if (faults.length > 0) values.unfit.add(name)
    for (const { offset, code, message, help } of faults) report(offset, code, message, help)
  }

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
  const status = front.fields.get('status')
  const timeout = values.one('timeout')
  const card: Card = {
    id,
    path,
    title: values.text('title') || (firstHeading(text, front.end) ?? id),
    status: status ? 'active' : 'complete',
    branch: values.text('branch'),
    requires: values.names('requires').map(({ value, offset }) => {
      const { file, line, column } = place(offset)
      return { id: value, file, line, column }
    }),
    checklist,
    run: values.text('run'),
    timeoutMs: timeout === null ? null : parseDuration(timeout),
    retries: Number(values.one('retries') ?? 0),
    confirm: values.line('confirm'),
    needs: values.names('needs').map(({ value }) => value),
    on: values.text('on'),
    place: status ? place(status.offset) : { file: path, line: 1, column: 1 },
    sound: true,
  }
  card.sound = diagnostics.length === 0
  return { card, diagnostics }
}

/** What the keys hold, as far as it is what they may hold. */
class Values {
  /** Those with faults. */
  readonly unfit = new Set<KeyName>()
  readonly #fields: ReadonlyMap<KeyName, Field>

  constructor(fields: ReadonlyMap<KeyName, Field>) {
    this.#fields = fields
  }

  one(name: KeyName): unknown {
    return this.unfit.has(name) ? null : (this.#fields.get(name)?.value ?? null)
  }

  text(name: KeyName): string | null {
    const value = this.one(name)
    return typeof value === 'string' ? value : null
  }

  line(name: KeyName): string | null {
    const text = this.text(name)
    return text === null ? null : plainLine(text)
  }

  /** Of a list, those that are names. */
  names(name: KeyName): { value: string; offset: number }[] {
    const names: { value: string; offset: number }[] = []
    for (const { value, offset } of this.#fields.get(name)?.items ?? [])
      if (typeof value === 'string' && isName(value)) names.push({ value, offset })
    return names
  }
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
