/** A document as the runner understands it. */
import matter from 'gray-matter'
import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { type ChecklistLine, checklistOf } from './checklist.ts'
import { type Diagnostic, type Place, placeAt, problem } from './diagnostic.ts'
import { parseDuration } from './duration.ts'

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

/** What the runner reads from frontmatter; every other key belongs to the document's owner. */
const readers = ['title', 'status', 'branch', 'requires', 'run', 'timeout', 'retries', 'confirm', 'needs'] as const

/** Reads a document. `text` is the whole file; a byte order mark may lead it. */
export function parseCard(path: string, text: string): { card: Card; diagnostics: Diagnostic[] } {
  const id = (path.split('/').at(-1) ?? path).replace(/\.md$/i, '')
  const diagnostics: Diagnostic[] = []
  const front = readFrontmatter(path, text, diagnostics)
  const field = (name: (typeof readers)[number]) => front.fields.get(name)
  const report = (offset: number, code: Diagnostic['code'], message: string, help: string | null = null) => {
    diagnostics.push(problem(code, placeAt(path, text, offset), message, { help }))
  }

  const status = field('status')
  if (status && status.value !== 'active') {
    const shown = JSON.stringify(status.value) ?? 'nothing'
    const help = 'An active card says `status: active`; a complete one has no status line.'
    report(status.offset, 'unknown-status', `unknown status ${shown}`, help)
  }
  const requires = readList(field('requires'), report, 'requires').map((entry) => ({
    id: entry.value,
    ...placeAt(path, text, entry.offset),
  }))
  const title = field('title')
  const one = (name: 'branch' | 'run' | 'confirm') => {
    const found = field(name)
    if (!found) return null
    if (typeof found.value === 'string' && found.value !== '') return found.value
    report(found.offset, 'frontmatter-value', `\`${name}\` must be text`)
    return null
  }
  const timeout = field('timeout')
  const timeoutMs = timeout ? parseDuration(timeout.value) : null
  if (timeout && timeoutMs === null) {
    report(timeout.offset, 'frontmatter-value', '`timeout` must be a duration', 'For instance `90s`, `5m` or `1h`.')
  }
  const retries = field('retries')
  const count = retries?.value ?? 0
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
    place: status ? placeAt(path, text, status.offset) : { file: path, line: 1, column: 1 },
    sound: true,
  }
  card.sound = diagnostics.length === 0
  return { card, diagnostics }
}

interface Field {
  value: unknown
  offset: number
  /** The whole entry, key to value, for edits that take the line away. */
  range: [start: number, end: number]
  items: { value: unknown; offset: number }[] | null
}

/** Frontmatter as found: its entries with offsets into the whole text, and where the body starts. */
export interface Frontmatter {
  fields: Map<string, Field>
  /** False for `{a: b}` on one line, where no line can be taken away. */
  block: boolean
  /** Offsets of the YAML text between the fences; null: the document has no frontmatter. */
  span: [start: number, end: number] | null
  /** Offset of the first character after the frontmatter. */
  end: number
}

/** Finds and reads frontmatter with gray-matter, on the `yaml` engine alone: nothing in a document is ever evaluated. */
export function readFrontmatter(path: string, text: string, diagnostics: Diagnostic[]): Frontmatter {
  const fields = new Map<string, Field>()
  const bom = text.startsWith('\uFEFF') ? 1 : 0
  const none: Frontmatter = { fields, block: true, span: null, end: bom }
  if (!/^---(?!-)/.test(text.slice(bom, bom + 4))) return none
  const report = (offset: number, code: Diagnostic['code'], message: string, help: string | null = null) => {
    diagnostics.push(problem(code, placeAt(path, text, offset), message, { help }))
  }
  let source = ''
  const refused = (source_: string) => {
    source = source_
    return {}
  }
  const engines = Object.fromEntries(
    ['yaml', 'json', 'javascript', 'js', 'coffee', 'coffeescript', 'cson', 'toml'].map((name) => [name, refused]),
  )
  const firstLine = /^[^\r\n]*/.exec(text.slice(bom + 3))?.[0] ?? ''
  const language = firstLine.trim()
  if (language !== '' && !/^ya?ml$/i.test(language)) {
    report(
      bom,
      'frontmatter-language',
      `frontmatter in \`${language}\` is not read`,
      'Write it in YAML, fenced by plain `---`.',
    )
    return none
  }
  const file = matter(text, { engines })
  source ||= file.matter
  const start = bom + 3 + firstLine.length
  const end = start + source.length
  const closing = /^\n---[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 64))
  if (!closing) {
    report(bom, 'frontmatter-unreadable', 'frontmatter is not closed', 'End it with a line that is just `---`.')
    return none
  }
  const front: Frontmatter = { fields, block: true, span: [start, end], end: end + closing[0].length }
  const document = parseDocument(source, { uniqueKeys: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error) {
    report(start + error.pos[0], 'frontmatter-unreadable', `frontmatter is not YAML: ${firstSentence(error.message)}`)
    return front
  }
  if (document.contents === null) return front
  if (!isMap(document.contents)) {
    report(start + 1, 'frontmatter-unreadable', 'frontmatter must be a list of `key: value` lines')
    return front
  }
  front.block = document.contents.flow !== true
  readFields(document.contents, start, fields, report)
  return front
}

function readFields(
  map: YAMLMap,
  start: number,
  fields: Map<string, Field>,
  report: (offset: number, code: Diagnostic['code'], message: string) => void,
): void {
  for (const pair of map.items as Pair[]) {
    if (!isScalar(pair.key) || typeof pair.key.value !== 'string') continue
    const name = pair.key.value
    if (!(readers as readonly string[]).includes(name)) continue
    const { key, value } = pair
    const keyStart = start + (key.range?.[0] ?? 0)
    if (isAlias(value)) {
      report(keyStart, 'frontmatter-value', `\`${name}\` must be written out, not an alias`)
      continue
    }
    const range = isScalar(value) || isSeq(value) || isMap(value) ? value.range : null
    const offset = range ? start + range[0] : keyStart
    const items = isSeq(value)
      ? value.items.map((entry) => ({
          value: isScalar(entry) ? entry.value : undefined,
          offset: isScalar(entry) && entry.range ? start + entry.range[0] : offset,
        }))
      : null
    const end = range ? start + range[1] : keyStart + name.length + 1
    fields.set(name, { value: isScalar(value) ? value.value : undefined, offset, range: [keyStart, end], items })
  }
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
    if (typeof value === 'string' && value !== '') return [{ value, offset }]
    report(
      offset,
      'frontmatter-value',
      `\`${name}\` must hold names only`,
      'Put quotes around a name that YAML reads otherwise.',
    )
    return []
  })
}

function firstHeading(text: string, from: number): string | null {
  return /^# +(.+?)[ \t]*#*[ \t]*$/m.exec(text.slice(from, from + 4096))?.[1] ?? null
}

function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}
