/** The place in a document where a picture of its chain stands: between two markers, which a person put there. */
import { fence } from './checklist.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Edit, nextLine } from './edit.ts'
import { readFrontmatter } from './frontmatter.ts'

/** The two lines that a picture stands between. */
export const markers = { begin: '<!-- mikado:graph -->', end: '<!-- /mikado:graph -->' } as const

/** Offsets of what stands between the marker lines; or what is wrong with them, and on which line. */
export type Gap = { ok: true; start: number; end: number } | { ok: false; line: number; reason: string }

/** Null: there are no markers. Those in fenced code or in a comment are only talked about. */
export function pictureIn(path: string, text: string): Gap | null {
  const faults: Diagnostic[] = []
  const { end: from } = readFrontmatter(path, text, faults)
  const [first, second, third] = markersIn(text, from)
  if (!first) return null
  const [fault] = faults
  if (fault) return wrong(fault, fault.message)
  if (!first.begins) return wrong(first, `\`${markers.end}\` ends a picture that no line above begins`)
  if (!second) return wrong(first, `no \`${markers.end}\` below ends the picture that begins here`)
  if (second.begins) return wrong(second, `a picture begins here before the one on line ${first.line} has ended`)
  if (third) return wrong(third, `there is a picture already, on line ${first.line}`)
  const [start, end] = [nextLine(text, first.start), second.start]
  // A marker that was moved must not cost a paragraph.
  if (!isPicture(text.slice(start, end)))
    return wrong(first, 'more than a Mermaid block stands between the markers, and would be lost')
  return { ok: true, start, end }
}

/** Puts a Mermaid picture between the markers, in fenced code, with the line endings in use there. All else stays. */
export function withPicture(path: string, text: string, mermaid: string): Edit {
  const found = pictureIn(path, text)
  if (found === null) return { ok: false, reason: 'it has no place for a picture any more' }
  if (!found.ok) return { ok: false, reason: `${found.reason} (line ${found.line})` }
  const block = `\n\`\`\`mermaid\n${mermaid}\`\`\`\n\n`
  const newline = text[found.start - 2] === '\r' ? '\r\n' : '\n'
  return { ok: true, text: text.slice(0, found.start) + block.replaceAll('\n', newline) + text.slice(found.end) }
}

interface Marker {
  begins: boolean
  start: number
  line: number
}

function wrong({ line }: { line: number }, reason: string): Gap {
  return { ok: false, line, reason }
}

function markersIn(text: string, from: number): Marker[] {
  const found: Marker[] = []
  if (!text.includes('mikado:graph', from)) return found
  let line = text.slice(0, from).split('\n').length
  let open: string | null = null
  let comment = false
  for (let start = from; start < text.length; line++) {
    const next = nextLine(text, start)
    const words = text.slice(start, next).trimEnd()
    const mark = fence.exec(words)?.[1]
    const marker = /^ {0,3}<!--[ \t]*(\/?)mikado:graph[ \t]*-->$/.exec(words)
    if (open !== null) {
      if (mark?.startsWith(open) && words.trim() === mark) open = null
    } else if (comment || (!marker && words.trimStart().startsWith('<!--'))) {
      comment = !words.includes('-->')
    } else if (mark !== undefined) {
      open = mark
    } else if (marker) {
      found.push({ begins: marker[1] === '', start, line })
    }
    start = next
  }
  return found
}

/** Nothing, or one fenced block of Mermaid. */
function isPicture(text: string): boolean {
  const lines = text.trim().split(/\r?\n/)
  if (lines.join('') === '') return true
  const mark = /^(`{3,}|~{3,})[ \t]*mermaid$/.exec(lines[0] ?? '')?.[1]
  if (mark === undefined) return false
  const ends = lines.slice(1).map((line) => line.trim().startsWith(mark))
  return ends.indexOf(true) === ends.length - 1 && lines.at(-1)?.trim() === mark
}
