/** The only edits the runner makes in a document, each a splice of the text as it is now. Nothing is ever re-serialised. */
import { checklistOf } from './checklist.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Field, readFrontmatter } from './frontmatter.ts'

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
  return edit(path, text, (front) => {
    const splices: Splice[] = []
    const status = front.fields.get('status')
    if (status) {
      if (status.value !== 'active') return 'its status is no longer `active`'
      const line = lineOf(text, status.range)
      if (!front.block || line === null) return 'its `status: active` does not stand on a line of its own'
      splices.push({ ...line, text: '' })
    }
    for (const line of checklistOf(text, front.end)) {
      if (held.includes(line.key) && !line.checked) splices.push({ start: line.box, end: line.box + 1, text: 'x' })
    }
    return splices
  })
}

/** Opens a card again: `status: active` after its title (else first), and every box of its checklist is emptied. */
export function reopen(path: string, text: string): Edit {
  return edit(path, text, (front) => {
    const splices: Splice[] = []
    if (!front.span) return 'it has no frontmatter to put `status: active` into'
    if (!front.fields.has('status')) {
      if (!front.block) return 'its frontmatter is written on one line'
      splices.push(statusLine(text, front.span[0], front.fields.get('requires'), front.fields.get('title')))
    }
    for (const line of checklistOf(text, front.end)) {
      if (line.checked) splices.push({ start: line.box, end: line.box + 1, text: ' ' })
    }
    return splices
  })
}

function edit(
  path: string,
  text: string,
  plan: (front: ReturnType<typeof readFrontmatter>) => Splice[] | string,
): Edit {
  const faults: Diagnostic[] = []
  const front = readFrontmatter(path, text, faults)
  const [fault] = faults
  if (fault) return { ok: false, reason: `${fault.message} (line ${fault.line})` }
  const planned = plan(front)
  if (typeof planned === 'string') return { ok: false, reason: planned }
  let result = text
  for (const { start, end, text: replacement } of planned.sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + replacement + result.slice(end)
  }
  return { ok: true, text: result }
}

/** `status: active` as a line of its own, indented like its neighbours: before `requires`, else after the title, else first. */
function statusLine(text: string, first: number, requires: Field | undefined, title: Field | undefined): Splice {
  const newline = /\r?\n/.exec(text.slice(first))?.[0] ?? '\n'
  const neighbour = requires ?? title
  const line = neighbour ? text.lastIndexOf('\n', neighbour.range[0] - 1) + 1 : nextLine(text, first)
  const indent = /^[ \t]*/.exec(text.slice(line))?.[0] ?? ''
  const start = requires || !title ? line : nextLine(text, title.range[1])
  return { start, end: start, text: `${indent}status: active${newline}` }
}

/** The whole lines of a range, when nothing but a comment shares them. */
function lineOf(text: string, [start, end]: [number, number]): { start: number; end: number } | null {
  const first = text.lastIndexOf('\n', start - 1) + 1
  const last = nextLine(text, end)
  const alone = text.slice(first, start).trim() === '' && /^[ \t]*(?:#.*)?$/.test(text.slice(end, last).trimEnd())
  return alone ? { start: first, end: last } : null
}

function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}
