/** The blocks of a Markdown body in which links are looked for: headings and prose. Code, comments and raw HTML are passed over. */
import { headingOf } from '../checklist.ts'

export interface Block {
  /** Offsets in the text: from the first character to the end of the last line, its line break left out. */
  start: number
  end: number
  /** Of a heading, 1 to 6; 0 for prose. */
  level: number
  /** The words of a heading as they are written. */
  heading: string
  /** A heading by a line of `===` or `---` under it. */
  setext: boolean
}

/** Where fenced code is, and what ends it: a fence as long, or the end of the list item or quotation it stands in. */
interface Fence {
  mark: string
  quotes: number
  column: number
}

const marker = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)[ \t]*/
const opening = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})/
const rawHtml = /^[ \t]*<(!--|(?:pre|script|style|textarea)(?=[\s>]|$))/i
const underline = /^[ \t]*(?:=+|-+)[ \t]*$/

/** Reads a body from `from` on, which is the start of a line. One pass, line by line. */
export function blocksOf(text: string, from: number): Block[] {
  const blocks = new Blocks(text)
  for (let start = from; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const next = newline === -1 ? text.length : newline + 1
    const end = newline === -1 ? next : newline - (text[newline - 1] === '\r' && newline > start ? 1 : 0)
    blocks.read(start, end)
    start = next
  }
  return blocks.found
}

class Blocks {
  readonly found: Block[] = []
  readonly #text: string
  #fence: Fence | null = null
  /** What ends a comment or a raw element. */
  #raw: string | null = null
  /** How many `>` stand before the line. */
  #quotes = 0
  /** Where the content of the open list items starts, outermost first. */
  #items: number[] = []
  /** The prose that the next line may go on with, and the column it began at. */
  #open: Block | null = null
  #column = 0

  constructor(text: string) {
    this.#text = text
  }

  read(start: number, end: number): void {
    if (this.#fence === null && this.#raw === null && this.#quotes === 0) {
      // Most lines are empty, or begin with a letter: then they are prose, whatever stands in them.
      if (start === end) {
        this.#open = null
        return
      }
      if (isLetter(this.#text.charCodeAt(start))) {
        this.#items.length = 0
        this.#prose(start, end)
        return
      }
    }
    const line = this.#text.slice(start, end)
    const quote = line.includes('>') ? (/^(?: {0,3}>[ \t]?)*/.exec(line)?.[0] ?? '') : ''
    const quotes = quote.length === 0 ? 0 : quote.split('>').length - 1
    const rest = line.slice(quote.length)
    if (this.#fence && this.#inFence(this.#fence, line, rest, quotes)) return
    if (this.#raw !== null) {
      if (line.toLowerCase().includes(this.#raw)) this.#raw = null
      return
    }
    if (quotes !== this.#quotes) {
      this.#open = null
      this.#items = []
      this.#quotes = quotes
    }
    if (rest.trim() === '') this.#open = null
    else this.#content(rest, end)
  }

  /** Whether the line belongs to the code; its last line does, the one that ends its container does not. */
  #inFence(fence: Fence, line: string, rest: string, quotes: number): boolean {
    const words = (fence.quotes === 0 ? line : rest).trimEnd()
    const outside = quotes < fence.quotes || (words !== '' && columnOf(words) < fence.column)
    if (outside || closes(words.trimStart(), fence)) this.#fence = null
    return !outside
  }

  #content(line: string, end: number): void {
    let column = columnOf(line)
    while (column < (this.#items.at(-1) ?? 0)) this.#items.pop()
    let indent = column - (this.#items.at(-1) ?? 0)
    if (indent >= 4 && !this.#open) return
    let content = line
    const item = indent < 4 && '-*+0123456789'.includes(signOf(line)) ? marker.exec(line)?.[0] : null
    if (item) {
      this.#open = null
      content = line.slice(item.length)
      if (content === '') return
      const words = item.trimEnd()
      column = widthOf(item)
      const deep = column - widthOf(words) > 4
      this.#items.push(deep ? widthOf(words) + 1 : column)
      if (deep) return
      indent = 0
    }
    const at = end - content.length
    const sign = signOf(content)
    if (indent < 4 && '`~<'.includes(sign) && this.#code(content)) return
    if (indent < 4 && '#=-'.includes(sign) && this.#heading(content, column, at, end)) return
    if (sign === '|' && /^[ \t]*\|/.test(content)) this.#open = null
    this.#prose(at, end)
  }

  /** Goes on with what is open, or begins. */
  #prose(start: number, end: number): void {
    if (this.#open) {
      this.#open.end = end
      return
    }
    this.#open = { start, end, level: 0, heading: '', setext: false }
    this.#column = this.#items.at(-1) ?? 0
    this.found.push(this.#open)
  }

  /** Starts fenced code, a comment or a raw element. */
  #code(content: string): boolean {
    const mark = opening.exec(content)?.[1]
    const tag = rawHtml.exec(content)?.[1]?.toLowerCase()
    if (mark === undefined && tag === undefined) return false
    this.#open = null
    if (mark !== undefined) this.#fence = { mark, quotes: this.#quotes, column: this.#items.at(-1) ?? 0 }
    else {
      const end = tag === '!--' ? '-->' : `</${tag}>`
      this.#raw = content.toLowerCase().includes(end) ? null : end
    }
    return true
  }

  #heading(content: string, column: number, start: number, end: number): boolean {
    const title = headingOf(content.trimStart())
    const open = this.#open
    const from = this.#column
    if (title) {
      this.found.push({ start, end, level: title.level, heading: title.text, setext: false })
    } else if (open && column >= from && from === (this.#items.at(-1) ?? 0) && underline.test(content)) {
      open.level = content.trim().startsWith('=') ? 1 : 2
      open.heading = this.#text
        .slice(open.start, open.end)
        .replace(/\s*\n\s*/g, ' ')
        .trim()
      open.setext = true
    } else return false
    this.#open = null
    return true
  }
}

/** Whether a line, its spaces left out, is the end of the code. */
function closes(words: string, { mark }: Fence): boolean {
  return words.startsWith(mark) && words === mark[0]?.repeat(words.length)
}

/** The first character that is no space: what it may begin is looked for, and nothing else. */
function signOf(line: string): string {
  return line.trimStart().charAt(0)
}

function isLetter(code: number): boolean {
  const small = code | 0x20
  return small >= 0x61 && small <= 0x7a
}

/** Where the first character that is no space stands, from 0; a tab goes on to the next multiple of four. */
function columnOf(line: string): number {
  const begins = line[0] === ' ' || line[0] === '\t'
  return begins ? widthOf(/^[ \t]*/.exec(line)?.[0] ?? '') : 0
}

function widthOf(text: string): number {
  let column = 0
  for (const character of text) column = character === '\t' ? column + 4 - (column % 4) : column + 1
  return column
}
