/** A page of the help for a terminal, or a pipe. */
import { widthOf, wrap } from './fit.ts'
import type { Part, Row } from './help-page.ts'
import type { Paint } from './style.ts'

/** Longer lines are hard to follow. */
const longest = 100
/** A term that takes more of the line stands above its meaning. */
const widestTerm = 30

/** The page as text whose lines fit, and are no longer than can be read well. */
export function helpText(page: readonly Part[], columns: number, paint: Paint): string {
  const width = Math.min(columns, longest)
  return `${page.map((part) => partText(part, width, paint).join('\n')).join('\n\n')}\n`
}

function partText(part: Part, width: number, { bold }: Paint): string[] {
  const { heading } = part
  if ('paragraphs' in part && heading === null) {
    return part.paragraphs.flatMap((paragraph, at) => [...(at === 0 ? [] : ['']), ...wrap(paragraph, width)])
  }
  if ('paragraphs' in part) {
    const [first = '', ...more] = wrap(`${heading}: ${part.paragraphs.join(' ')}`, width - 2)
    return [bold(`${heading}:`) + first.slice(`${heading}:`.length), ...more.map((line) => `  ${line}`)].map(spaced)
  }
  const body =
    'rows' in part
      ? table(part.rows, width)
      : part.examples.flatMap(([call, meaning]) => [...callLines(call, width), ...indented(meaning, 6, width)])
  return [bold(`${heading}:`), ...body]
}

/** What must not be parted was held together by spaces that do not break. */
function spaced(line: string): string {
  return line.replaceAll('\u00a0', ' ')
}

function table(rows: readonly Row[], width: number): string[] {
  const fits = (term: string) => widthOf(term) <= Math.min(widestTerm, width / 2)
  const column = 4 + Math.max(0, ...rows.filter(([term]) => fits(term)).map(([term]) => widthOf(term)))
  return rows.flatMap(([term, meaning]) => {
    const [first = '', ...others] = indented(meaning, column, width)
    if (!fits(term)) return [`  ${term}`, first, ...others]
    return [`  ${term}${' '.repeat(column - 2 - widthOf(term))}${first.trimStart()}`, ...others]
  })
}

function indented(text: string, indent: number, width: number): string[] {
  return wrap(text, width - indent).map((line) => ' '.repeat(indent) + line)
}

/** A call as it can be typed; one that is too long goes on behind a backslash. */
function callLines(call: string, width: number): string[] {
  const lines: string[] = []
  let line = ' '
  for (const word of call.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []) {
    if (line.trim() !== '' && widthOf(`${line} ${word} \\`) > width) {
      lines.push(`${line} \\`)
      line = '   '
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
