/** The pages of the help as one manual page, for `man`. */
import type { Part } from './help-page.ts'

/** A page of the manual in roff; `pages` by the name of the command, the first that of the whole. */
export function manText(version: string, whole: readonly Part[], pages: ReadonlyMap<string, readonly Part[]>): string {
  const commands = [...pages].flatMap(([name, page]) => [
    `.SH ${quoted(`mikado ${name}`)}`,
    ...page.flatMap((part) => lines(part, '.SS')),
  ])
  const head = [`.TH MIKADO 1 "" ${quoted(`mikado ${version}`)}`, '.SH NAME', 'mikado \\- documentation that runs']
  return [...head, ...whole.flatMap((part) => lines(part, '.SH')), ...commands, ''].join('\n')
}

function lines(part: Part, level: '.SH' | '.SS'): string[] {
  const heading = part.heading === null ? [] : [`${level} ${quoted(part.heading)}`]
  if ('paragraphs' in part) return [...heading, ...part.paragraphs.flatMap((text) => ['.PP', escaped(text)])]
  const rows = 'rows' in part ? part.rows : part.examples
  return [...heading, ...rows.flatMap(([term, meaning]) => ['.TP', `.B ${quoted(term.trim())}`, escaped(meaning)])]
}

/** A hyphen stays one, so that a call can be copied; no line is taken for a request, and every reader knows the signs. */
function escaped(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&')
  return plain.replace(/[^ -~]/gu, (sign) => `\\[u${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`
}
