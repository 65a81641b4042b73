/** The only edits the runner makes in a document, each a splice of the text as it is now. Nothing is ever re-serialised. */
import { checklistOf } from './checklist.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Field, Frontmatter } from './fields.ts'
import { readFrontmatter } from './frontmatter.ts'

/** The new text, or why the edit does not fit the document. */
export type Edit = { ok: true; text: string } | { ok: false; reason: string }

interface Splice {
  start: number
  end: number
  text: string
}

/**
 * Marks a card complete: its `status: active` line goes, and the boxes of the checklist lines named by `held` are ticked.
 * Lines that are gone or already ticked are left. A document without a status line only gets its boxes.
 */
export function complete(path: string, text: string, held: readonly string[]): Edit {
  const ticked = new Set(held)
  return edit(path, text, ['status'], (front) => {
    const splices: Splice[] = []
    const status = front.fields.get('status')
    if (status) {
      if (status.value !== 'active') return 'its status is no longer `active`'
      const line = lineOf(text, status.range)
      if (!front.block || line === null) return 'its `status: active` does not stand on a line of its own'
      splices.push({ ...line, text: '' })
    }
    for (const line of checklistOf(text, front.end)) {
      if (ticked.has(line.key) && !line.checked) splices.push({ start: line.box, end: line.box + 1, text: 'x' })
    }
    return splices
  })
}

/** What the document asks for by now beyond what `held` and the cards it required when it was worked; null: nothing. */
export function grown(path: string, text: string, held: readonly string[], required: readonly string[]): string | null {
  if (text.trim() === '') return 'it is empty now'
  const { end } = readFrontmatter(path, text, [])
  const line = checklistOf(text, end).find(({ key }) => !held.includes(key))
  if (line) return `its checklist has a line now that nothing has proved: ${line.text}`
  const id = requirementsOf(path, text)?.find((each) => !required.includes(String(each)))
  return id === undefined ? null : `it requires \`${id}\` now`
}

/** Opens a card again: `status: active` after its title (else first), and every box of its checklist is emptied. */
export function reopen(path: string, text: string): Edit {
  const edited = edit(path, text, ['status'], (front) => {
    const splices: Splice[] = []
    if (!front.span) return 'it has no frontmatter to put `status: active` into'
    if (!front.fields.has('status')) {
      if (!front.block) return 'its frontmatter is written on one line'
      splices.push(statusLine(text, front, front.span[0]))
    }
    for (const line of checklistOf(text, front.end)) {
      if (line.checked) splices.push({ start: line.box, end: line.box + 1, text: ' ' })
    }
    return splices
  })
  if (!edited.ok || readFrontmatter(path, edited.text, []).fields.get('status')?.value === 'active') return edited
  return { ok: false, reason: 'its status would not read as `active`' }
}

/**
 * Adds an id to `requires` in the way the list is written already: a line of its own in a block list, before the bracket in a
 * flow list. Without a list, one is begun after the status.
 */
export function addRequirement(path: string, text: string, id: string): Edit {
  const wanted = [...(requirementsOf(path, text) ?? []), id]
  const edited = edit(path, text, ['requires'], ({ span, block, fields }) => {
    const requires = fields.get('requires')
    if (!span) return 'it has no frontmatter to put `requires` into'
    if (!block) return 'its frontmatter is written on one line'
    return [
      requires ? inList(text, requires, id) : newList(text, span[0], fields.get('status') ?? fields.get('title'), id),
    ]
  })
  if (!edited.ok || String(requirementsOf(path, edited.text)) === String(wanted)) return edited
  return { ok: false, reason: 'its `requires` is written in a way that a line cannot be added to' }
}

function requirementsOf(path: string, text: string): unknown[] | undefined {
  return readFrontmatter(path, text, [])
    .fields.get('requires')
    ?.items?.map(({ value }) => value)
}

function inList(text: string, { items, range }: Field, id: string): Splice {
  const last = items?.at(-1)
  const closing = range[1] - 1
  if (items && text[closing] === ']') {
    const before = text.slice(range[0], closing).trimEnd()
    const comma = before.endsWith('[') ? '' : before.endsWith(',') ? ' ' : ', '
    const start = range[0] + before.length
    return { start, end: start, text: `${comma}${id}` }
  }
  const line = text.lastIndexOf('\n', (last?.offset ?? range[0]) - 1) + 1
  const indent = /^[ \t]*/.exec(text.slice(line))?.[0] ?? ''
  const start = nextLine(text, last?.offset ?? range[1])
  return { start, end: start, text: `${last ? indent : `${indent}  `}- ${id}${newlineAt(text, line)}` }
}

function newList(text: string, first: number, after: Field | undefined, id: string): Splice {
  const line = after ? text.lastIndexOf('\n', after.range[0] - 1) + 1 : nextLine(text, first)
  const indent = /^[ \t]*/.exec(text.slice(line))?.[0] ?? ''
  const start = after ? nextLine(text, after.range[1]) : line
  const newline = newlineAt(text, first)
  return { start, end: start, text: `${indent}requires:${newline}${indent}  - ${id}${newline}` }
}

/** The line ending in use there. */
function newlineAt(text: string, offset: number): string {
  return /\r?\n/.exec(text.slice(offset))?.[0] ?? '\n'
}

/** Makes the splices, if what comes of them reads as before in all but the entries `changed`. */
function edit(
  path: string,
  text: string,
  changed: readonly string[],
  plan: (front: Frontmatter) => Splice[] | string,
): Edit {
  const faults: Diagnostic[] = []
  const front = readFrontmatter(path, text, faults)
  const [fault] = faults
  if (fault) return { ok: false, reason: `${fault.message} (line ${fault.line})` }
  const planned = plan(front)
  if (typeof planned === 'string') return { ok: false, reason: planned }
  const kept: string[] = []
  let at = 0
  for (const { start, end, text: replacement } of planned.sort((a, b) => a.start - b.start)) {
    kept.push(text.slice(at, start), replacement)
    at = end
  }
  const result = kept.join('') + text.slice(at)
  if (readsAsBefore(path, [text, front], result, changed)) return { ok: true, text: result }
  return { ok: false, reason: 'its frontmatter is written in a way that this edit would break' }
}

/**
 * Whether all of the document but the entries `changed` reads as it did: no other entry came, went or lost its value, none
 * borrows it from one that changed, and the body begins where it began.
 */
export function readsAsBefore(
  path: string,
  [text, before]: [text: string, front: Frontmatter],
  result: string,
  changed: readonly string[],
): boolean {
  const faults: Diagnostic[] = []
  const after = readFrontmatter(path, result, faults)
  if (faults.length > 0 || result.length - after.end !== text.length - before.end) return false
  const others = (names: Iterable<string>) => [...names].filter((name) => !changed.includes(name)).join('\n')
  if (others(before.keys.keys()) !== others(after.keys.keys())) return false
  const kept = [...before.fields].filter(([name]) => !changed.includes(name))
  if (!kept.every(([name, field]) => meaningOf(after.fields.get(name)) === meaningOf(field))) return false
  const aliases = new Set(result.slice(...(after.span ?? [0, 0])).match(/\*[^\s,[\]{}]+/g))
  const entries = [...before.fields].flatMap(([name, { range }]) =>
    changed.includes(name) ? text.slice(text.lastIndexOf('\n', range[0] - 1) + 1, range[1]) : [],
  )
  return ![...entries.join('\n').matchAll(/&([^\s,[\]{}]+)/g)].some(([, anchor]) => aliases.has(`*${anchor}`))
}

function meaningOf(field: Field | undefined): string {
  return JSON.stringify([field?.value, field?.items?.map(({ value }) => value)])
}

/** `status: active` as a line of its own, indented like its neighbours: before `requires`, else after the title, else before the first entry. */
function statusLine(text: string, { fields, keys }: Frontmatter, first: number): Splice {
  const newline = newlineAt(text, first)
  const [requires, title] = [fields.get('requires'), fields.get('title')]
  const [key] = keys.values()
  const neighbour = requires?.range[0] ?? title?.range[0] ?? key?.offset
  const line = neighbour === undefined ? nextLine(text, first) : text.lastIndexOf('\n', neighbour - 1) + 1
  const indent = /^[ \t]*/.exec(text.slice(line, neighbour ?? line))?.[0] ?? ''
  const start = title && !requires ? nextLine(text, title.range[1]) : line
  return { start, end: start, text: `${indent}status: active${newline}` }
}

/** The whole lines of a range, when nothing but a comment shares them. */
export function lineOf(text: string, [start, end]: [number, number]): { start: number; end: number } | null {
  const first = text.lastIndexOf('\n', start - 1) + 1
  const last = nextLine(text, end)
  const alone = text.slice(first, start).trim() === '' && /^[ \t]*(?:#.*)?$/.test(text.slice(end, last).trimEnd())
  return alone ? { start: first, end: last } : null
}

/** Where the line after this one begins. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}
