/** The links of one block of prose, with their places. Inline code and comments are passed over. */
import type { Block } from './blocks.ts'

interface Target {
  /** Offsets of the target, brackets and bars left out. */
  start: number
  end: number
  /** The target as it is written. */
  target: string
  /** It stands in a heading: a change would change the heading's anchor. */
  heading: boolean
}

/** `[[stem#heading|text]]`. */
export interface WikiLink extends Target {
  kind: 'wiki'
  /** A space stands right behind the bar. */
  spaced: boolean
}

/** `[text](target)`, `![text](target)` or `[label]: target`. */
export interface PathLink extends Target {
  kind: 'path'
}

export type Link = WikiLink | PathLink

const wiki = /\[\[([^[\]|\n]*)(\|[^[\]\n]*)?\]\]/y
const definition = / {0,3}\[(?!\^)(?:[^[\]\\\n]|\\.)+\]:[ \t]*(<[^<>\n]*>|[^\s<]\S*)(?=[ \t\r]*(?:\n|$)|[ \t]+["'(])/y
/** Deeper parentheses in a target are not followed, as in other readers of Markdown. */
const deepest = 32

/** The links of a block of the text; one pass. */
export function linksIn(text: string, { start, end, level }: Block): Link[] {
  const block = text.slice(start, end)
  if (!block.includes('[')) return []
  const links: Link[] = []
  const closing = closingRuns(block)
  let comments = true
  let open = 0
  for (let at = definitions(block, links); at < block.length; ) {
    const character = block[at]
    if (character === '\\') at += 2
    else if (character === '`') at = closing.get(at) ?? at + runLength(block, at)
    else if (character === '<' && comments && block.startsWith('<!--', at)) {
      const close = block.indexOf('-->', at)
      comments = close !== -1
      at = comments ? close + 3 : at + 1
    } else if (character === '[') {
      const link = wikiAt(block, at)
      if (link) {
        links.push(link)
        at = wiki.lastIndex
      } else {
        open++
        at++
      }
    } else if (character === ']' && open > 0) {
      open--
      const link = block[at + 1] === '(' ? pathAt(block, at + 2) : null
      if (link) links.push(link)
      at = link ? link.end : at + 1
    } else at++
  }
  for (const link of links) {
    link.start += start
    link.end += start
    link.heading = level > 0
  }
  return links
}

/** For every run of backticks that opens inline code: where that code ends. */
function closingRuns(block: string): Map<number, number> {
  const runs: { at: number; length: number }[] = []
  for (let at = block.indexOf('`'); at !== -1; ) {
    const length = runLength(block, at)
    runs.push({ at, length })
    at = block.indexOf('`', at + length)
  }
  const closing = new Map<number, number>()
  const next = new Map<number, number>()
  for (const { at, length } of runs.reverse()) {
    const end = next.get(length)
    if (end !== undefined) closing.set(at, end)
    next.set(length, at + length)
  }
  return closing
}

function runLength(block: string, at: number): number {
  let end = at
  while (block[end] === '`') end++
  return end - at
}

/** A wiki link there; `[[1]](…)` is a link whose text has brackets. */
function wikiAt(block: string, at: number): WikiLink | null {
  wiki.lastIndex = at
  const found = wiki.exec(block)
  if (!found || block[wiki.lastIndex] === '(') return null
  // In a table the bar is escaped.
  const target = (found[1] ?? '').replace(/\\$/, found[2] === undefined ? '\\' : '')
  const start = at + 2
  const spaced = /^\|[ \t]/.test(found[2] ?? '')
  return { kind: 'wiki', start, end: start + target.length, target, heading: false, spaced }
}

/** The target behind `](`; null when this is no link. */
function pathAt(block: string, from: number): PathLink | null {
  let start = from
  while (isSpace(block[start])) start++
  let end = start
  if (block[start] === '<') {
    end = ++start
    while (end < block.length && !'<>\n'.includes(block[end] ?? '')) end++
    if (block[end] !== '>') return null
  } else {
    for (let depth = 0; end < block.length && !isSpace(block[end]); end++) {
      if (block[end] === '\\') end++
      else if (block[end] === '(') depth++
      else if (block[end] === ')' && depth-- === 0) break
      if (depth > deepest) return null
    }
  }
  let after = block[end] === '>' && block[start - 1] === '<' ? end + 1 : end
  while (isSpace(block[after])) after++
  // What follows is the end, or a title after a space.
  const titled = after > end && isSpace(block[after - 1]) && `"'(`.includes(block[after] ?? ' ')
  if (block[after] !== ')' && !titled) return null
  return { kind: 'path', start, end, target: block.slice(start, end), heading: false }
}

/** The definitions that a block begins with; answers where they end. */
function definitions(block: string, links: Link[]): number {
  let at = 0
  for (;;) {
    definition.lastIndex = at
    const found = definition.exec(block)
    const written = found?.[1]
    if (!found || written === undefined) return at
    const target = written.startsWith('<') ? written.slice(1, -1) : written
    const start = definition.lastIndex - written.length + (written.startsWith('<') ? 1 : 0)
    links.push({ kind: 'path', start, end: start + target.length, target, heading: false })
    const newline = block.indexOf('\n', definition.lastIndex)
    if (newline === -1) return block.length
    at = newline + 1
  }
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r'
}
