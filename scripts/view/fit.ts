/** Text made to fit a terminal: how wide it is, cut, wrapped. */

/** Text of one column a character: no need to look closer. */
const simple = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u257f●○▶✓✗]*$/
/** Characters that take two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f|[\u{20000}-\u{3fffd}]/u
/** Characters that take none of their own. */
const bare = /^[\p{Mark}\p{Format}]+$/u

/** However far it is set in, a text has so many columns. */
const leastRoom = 20

/** Made when a text asks for it: that takes longer than all else a small command does. */
let graphemes: Intl.Segmenter | null = null

function segmentsOf(text: string): Intl.Segments {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return graphemes.segment(text)
}

/** Without colours. Imported, all of that part of Node would be loaded for this one function. */
export function unpainted(text: string): string {
  return process.getBuiltinModule('node:util').stripVTControlCharacters(text)
}

/** How many columns a terminal gives it. Colours take none. */
export function widthOf(text: string): number {
  if (simple.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmentsOf(unpainted(text))) columns += columnsOf(segment)
  return columns
}

/** The beginning that fits, with an ellipsis where something is left out. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let room = columns - 1
  for (const { segment } of segmentsOf(text)) {
    room -= columnsOf(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** Lines that fit, broken at spaces; a word that is longer than a line has one of its own. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || widthOf(longer) <= columns) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** Lines that fit, set in by so much, but for the first one: what stands before it is the caller's. Without a limit, a text stays as it is. */
export function hanging(text: string, indent: number, columns: number): string {
  if (columns === Infinity) return text
  const lines = text.split('\n').flatMap((line) => wrap(line, Math.max(leastRoom, columns - indent)))
  return lines.map((line, at) => (at === 0 ? '' : ' '.repeat(indent)) + line.trim()).join('\n')
}

/** How many rows it takes on a terminal that wraps its lines wherever they are full. Colours take no room. */
export function rowsOf(text: string, columns: number): number {
  return text.split('\n').reduce((rows, line) => rows + filled(unpainted(line), columns).length, 0)
}

/** A line broken wherever a row is full. */
export function filled(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line]
  const rows: string[] = []
  let row = ''
  let room = columns
  for (const { segment } of segmentsOf(line)) {
    const wanted = columnsOf(segment)
    if (wanted > room) {
      rows.push(row)
      row = ''
      room = columns
    }
    row += segment
    room -= wanted
  }
  return [...rows, row]
}

function columnsOf(segment: string): number {
  return bare.test(segment) ? 0 : wide.test(segment) ? 2 : 1
}
