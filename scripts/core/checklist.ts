/** The Verification checklist of a document: which lines there are, and where their boxes stand. */
import { folded, plainLine } from './plain.ts'

/** One line of the checklist. */
export interface ChecklistLine {
  /** As a person reads it, continuation lines joined, Markdown kept. */
  text: string
  /** What its function is called: backticks dropped, a trailing (detail) left out. */
  key: string
  checked: boolean
  /** Offset of the character inside the box, in the text given. */
  box: number
}

/** At any depth of a list; an opening of backticks has no backtick behind it, else it is inline code. */
export const fence = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})/
/** To the line's end, whatever else ends a line elsewhere: one that is passed over is one that nobody proves. */
const item = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]+(.*)$/s

/** A line with those that go on with it: how long it is, is known at its end. */
interface Item {
  words: string[]
  checked: boolean
  box: number
}

/** Finds the checklist under the heading "Verification", from `start` on; offsets count in `text`. */
export function checklistOf(text: string, start: number): ChecklistLine[] {
  return itemsOf(text, start).map(({ words, checked, box }) => {
    const line = plainLine(words.join(' '))
    return { text: line, key: checkKey(line), checked, box }
  })
}

function itemsOf(text: string, start: number): Item[] {
  const items: Item[] = []
  let level = 0
  let open: string | null = null
  let comment = false
  let current: Item | null = null
  let offset = start
  while (offset < text.length) {
    if (level === 0 && open === null && !comment) {
      offset = nextThatMayCount(text, offset)
      if (offset === text.length) return items
    }
    const end = text.indexOf('\n', offset)
    const next = end === -1 ? text.length : end + 1
    const whole = text.slice(offset, end === -1 ? text.length : end)
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    const at = offset
    offset = next

    const mark = line.includes('```') || line.includes('~~~') ? fence.exec(line)?.[1] : undefined
    if (open !== null) {
      if (mark?.startsWith(open) && line.trim() === mark) open = null
      continue
    }
    if (comment || (line.includes('<!--') && line.trimStart().startsWith('<!--'))) {
      comment = !line.includes('-->')
      current = null
      continue
    }
    if (mark !== undefined) {
      open = mark
      current = null
      continue
    }
    const title = headingOf(line)
    if (title) {
      if (level > 0 && title.level <= level) return items
      if (level === 0 && title.text.toLowerCase() === 'verification') level = title.level
      current = null
      continue
    }
    if (level === 0) continue
    const found = item.exec(line)
    if (found) {
      current = { words: [(found[2] ?? '').trim()], checked: found[1] !== ' ', box: at + line.indexOf('[') + 1 }
      items.push(current)
    } else if (current && line.trim() !== '' && /^[ \t]/.test(line) && !/^[ \t]*(?:[-*+]|\d+[.)])[ \t]/.test(line)) {
      current.words.push(line.trim())
    } else {
      current = null
    }
  }
  return items
}

/** Before the heading is found, only another heading, a fence or a comment counts: a line that begins with a letter is none, nor is an empty one. */
function nextThatMayCount(text: string, start: number): number {
  for (let offset = start; offset < text.length; ) {
    const first = text.charCodeAt(offset)
    const lineEnd = 10
    if (first !== lineEnd && (first < 33 || first > 126 || '#`~<'.includes(text[offset] ?? ''))) return offset
    const end = text.indexOf('\n', offset)
    if (end === -1) return text.length
    offset = end + 1
  }
  return text.length
}

/** A line as a heading (`## Verification`, closing marks left out); null when it is none. */
export function headingOf(line: string): { level: number; text: string } | null {
  let start = 0
  while (start < 3 && line[start] === ' ') start++
  if (line[start] !== '#') return null
  let level = 0
  while (line[start + level] === '#') level++
  const next = line[start + level]
  if (level > 6 || (next !== undefined && next !== ' ' && next !== '\t')) return null
  const text = line.slice(start + level).trim()
  let end = text.length
  while (text[end - 1] === '#') end--
  const closed = end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t'
  return { level, text: closed ? text.slice(0, end).trimEnd() : text }
}

/** The name of a line's function: backticks dropped, one trailing (detail) left out, spaces folded. */
export function checkKey(text: string): string {
  const plain = folded(text.replaceAll('`', ''))
  if (!plain.endsWith(')')) return plain
  let depth = 0
  for (let at = plain.length - 1; at > 0; at--) {
    if (plain[at] === ')') depth++
    if (plain[at] === '(') depth--
    if (depth === 0) return plain.slice(0, at).trim()
  }
  return plain
}
