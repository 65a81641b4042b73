/** What a rule finds, and the one safe answer where there is one. */
import { type Diagnostic, type DiagnosticCode, problem } from '../diagnostic.ts'
import type { Page } from './page.ts'

/** A splice that mends a finding. It never spans a line's end. */
export interface Mend {
  code: DiagnosticCode
  start: number
  end: number
  text: string
}

export interface Finding {
  diagnostic: Diagnostic
  mend: Mend | null
}

/** Something found at an offset of a page; with `mend`, `text` is what should stand there between two offsets. */
export function finding(
  page: Page,
  code: DiagnosticCode,
  offset: number,
  message: string,
  extra: { help?: string | null; related?: Diagnostic['related']; mend?: Omit<Mend, 'code'> | null } = {},
): Finding {
  const { help = null, related = [], mend = null } = extra
  return {
    diagnostic: problem(code, page.place(offset), message, { help, related }),
    mend: mend && { code, ...mend },
  }
}

/** The splice that gives a scalar of the frontmatter another value, in the quotes that it has; null: it is written otherwise. */
export function scalarMend(page: Page, offset: number, value: string, text: string): Omit<Mend, 'code'> | null {
  const { text: source } = page
  const quote = source[offset] ?? ''
  const quoted = (quote === '"' || quote === "'") && source.startsWith(value + quote, offset + 1)
  const start = quoted ? offset + 1 : offset
  const fits = (quoted || source.startsWith(value, start)) && !/[\\\r\n]/.test(value)
  return fits && isPlain(text) ? { start, end: start + value.length, text } : null
}

/** Whether YAML reads it as these very words without quotes. */
function isPlain(text: string): boolean {
  return /^\w[\w.-]*$/.test(text) && Number.isNaN(Number(text)) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
}

/** The text with its mends made, and those that were made: of two that overlap, the first. */
export function mended(text: string, mends: readonly Mend[]): { text: string; made: Mend[] } {
  const made: Mend[] = []
  let result = ''
  let at = 0
  for (const mend of mends.toSorted((a, b) => a.start - b.start)) {
    if (mend.start < at) continue
    result += text.slice(at, mend.start) + mend.text
    at = mend.end
    made.push(mend)
  }
  return { text: result + text.slice(at), made }
}
