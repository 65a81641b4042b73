/** What looks like the checklist, or a line of it, and is not read so: a person should know before a run does. */
import leven from 'leven'
import { checkKey, headingOf } from '../checklist.ts'
import { plain } from '../plain.ts'
import type { Block } from './blocks.ts'
import type { Desk } from './desk.ts'
import { type Finding, finding, type Mend } from './finding.ts'
import type { Page } from './page.ts'

const taskLine = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]\][ \t]+\S/
/** A line that stands for a heading: in bold, or with a colon. */
const titled = /^(?:\*\*.+\*\*:?|\S+:)$/
/** A bullet and a box, however they are written: indent, bullet, gap, what is in the box, gap, words. */
const boxed = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]*)\[([^\]]{0,3})\]([ \t]*)(.*)$/s

/** A line of which something may be told: with a box behind a bullet, or one that may underline a heading. */
const telling = /\n[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]*\[|(?:=+|-+)[ \t]*\r?(?=\n|$))/g

export function checklistFindings(page: Page, { graph }: Desk): Finding[] {
  // Most documents are like that, and to read their blocks takes as long as all other rules.
  if (isAllRead(page)) return []
  const blocks = page.blocks
  const first = blocks.findIndex((block) => isVerification(block.heading) && isRead(page, block))
  if (first === -1) return graph.cards.get(page.stem)?.path === page.path ? maybeChecklist(page) : []
  const level = blocks[first]?.level ?? 0
  const end = blocks.findIndex((block, at) => at > first && block.level <= level && isRead(page, block))
  const section = blocks.slice(first + 1, end === -1 ? blocks.length : end)
  return [...unreadLines(page, section), ...passedHeadings(page, section)]
}

/** Whether each line of which something may be told is a line of the checklist. */
function isAllRead({ text, front, checklist }: Page): boolean {
  // A body that begins the file has no line break before it.
  if (front.span === null) return false
  return (text.slice(front.end - 1).match(telling)?.length ?? 0) === checklist.length
}

/** A heading by another name or of another form, with task lines below it, in a card that has no checklist. */
export function maybeChecklist(page: Page): Finding[] {
  let like: { words: string; start: number; level: number } | null = null
  for (const block of page.blocks) {
    const lines = linesOf(page, block)
    const words = block.level > 0 ? block.heading : (lines[0] ?? '').trim()
    const titles = block.level > 0 || (words.length <= 60 && titled.test(words))
    if (titles && isLikeVerification(words)) like = { words, start: block.start, level: block.level }
    else if (like && block.level > 0 && block.level <= (like.level || 6)) like = null
    if (like && lines.some((text) => taskLine.test(text))) {
      const help = 'If it is the checklist, write the heading as `## Verification`.'
      return [finding(page, 'checklist-heading', like.start, `"${like.words}" is not read as the checklist`, { help })]
    }
  }
  return []
}

/** Headings by underline inside the checklist: the lines below them are still counted. */
function passedHeadings(page: Page, section: readonly Block[]): Finding[] {
  const last = page.checklist.at(-1)?.box ?? 0
  const found = section.find(({ setext, end }) => setext && end < last)
  if (!found) return []
  const message = `"${found.heading}" does not end the checklist: task lines below it are counted`
  const help = 'Write the heading with `#` if it should.'
  return [finding(page, 'checklist-heading', found.start, message, { help })]
}

function unreadLines(page: Page, section: readonly Block[]): Finding[] {
  const boxes = new Set(page.checklist.map(({ box }) => box - 1))
  const keys = new Set(page.checklist.map(({ key }) => key))
  return section.flatMap((block) => {
    let start = lineStart(page, block)
    return linesOf(page, block).flatMap((line) => {
      const at = start
      start += line.length + 1
      if (boxes.has(at + line.indexOf('['))) return []
      return unreadLine(page, at, line.replace(/\r$/, ''), keys, block.setext)
    })
  })
}

function unreadLine(page: Page, at: number, line: string, keys: Set<string>, underlined: boolean): Finding[] {
  const found = boxed.exec(line)
  if (!found) return []
  const [, indent = '', bullet = '', gap = '', content = '', after = '', words = ''] = found
  const offset = at + indent.length
  const told = (message: string, help: string, mend: Omit<Mend, 'code'> | null = null) => {
    return [finding(page, 'unread-line', offset, message, { help, mend })]
  }
  const mark = content.trim()
  if (after === '' && /^[([:]/.test(words)) return []
  if (/^[-~/✓✔vVyY]$/.test(mark) && gap !== '' && words !== '') {
    return told(`a checklist line with \`[${content}]\` is not read`, 'Its box is `[ ]`, or `[x]` when it holds.')
  }
  if (!/^[xX]?$/.test(mark)) return []
  if (words === '') return told('a checklist line without words is not read', 'Say what must be true.')
  const right = `${bullet}${gap === '' ? ' ' : gap}[${mark === '' ? ' ' : mark}] `
  const end = at + line.length - words.length
  // Words that stand there already would make a doubled line, and so may words that go on in the next line; an indented line
  // without a gap goes on with the line before, and an underlined one would be no heading any more.
  const key = checkKey(plain(words))
  const unclear = underlined || key === '' || keys.has(key) || goesOn(page.text, end) || (gap === '' && indent !== '')
  const mend = unclear ? null : { start: offset, end, text: right }
  if (mend) keys.add(key)
  const written = line.slice(indent.length, line.length - words.length).trim()
  return told(`a checklist line that begins with \`${written}\` is not read`, `Begin it with \`${right}\`.`, mend)
}

/** Whether the line after this place would belong to an item that ends there. */
function goesOn(text: string, offset: number): boolean {
  const newline = text.indexOf('\n', offset)
  return newline !== -1 && /^[ \t]+(?![-*+][ \t]|\d+[.)][ \t])[^\s]/.test(text.slice(newline + 1, newline + 200))
}

/** Whether the runner reads this heading: with `#`, in no list and no quotation. */
function isRead(page: Page, block: Block): boolean {
  return block.level > 0 && !block.setext && headingOf(page.text.slice(lineStart(page, block), block.end)) !== null
}

function isVerification(words: string): boolean {
  return words.toLowerCase() === 'verification'
}

function isLikeVerification(words: string): boolean {
  const plain = words
    .replace(/[*_`:.!?]/g, '')
    .trim()
    .toLowerCase()
  return /^verif(?:y|ied|ication)\b/.test(plain) || leven(plain, 'verification', { maxDistance: 3 }) <= 2
}

function linesOf(page: Page, block: Pick<Block, 'start' | 'end'>): string[] {
  return page.text.slice(lineStart(page, block), block.end).split('\n')
}

function lineStart(page: Page, { start }: Pick<Block, 'start'>): number {
  return page.text.lastIndexOf('\n', start - 1) + 1
}
