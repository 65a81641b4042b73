/** Something wrong in a document, with its place. Expected trouble is a value of this kind; only bugs throw. */

/** A place in a file. Lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  file: string
  line: number
  column: number
}

/** A second place that explains the first: an edge of a cycle, the other file of one name. */
export interface Related extends Place {
  message: string
}

export type DiagnosticCode =
  | 'frontmatter-unreadable'
  | 'frontmatter-language'
  | 'frontmatter-value'
  | 'not-utf8'
  | 'unreadable-folder'
  | 'unknown-status'
  | 'unknown-card'
  | 'doubled-card'
  | 'doubled-check'
  | 'cycle'
  | 'doubled-task'
  | 'missing-task'
  | 'unreadable-task'
  | 'unknown-check'
  | 'complete-too-early'
  // What `lint` alone looks for: core/lint.
  | 'missing-title'
  | 'missing-modified'
  | 'missing-tags'
  | 'missing-field'
  | 'misplaced-field'
  | 'doubled-stem'
  | 'broken-link'
  | 'broken-anchor'
  | 'ambiguous-link'
  | 'untidy-link'
  | 'unread-line'
  | 'checklist-heading'
  | 'unproved-line'
  | 'card-without-proof'
  | 'card-without-checklist'
  | 'card-without-task'
  | 'task-without-card'
  | 'unreached-card'
  | 'unlinked-document'
  | 'missing-from-index'

export interface Diagnostic extends Place {
  code: DiagnosticCode
  severity: 'error' | 'warning'
  message: string
  related: Related[]
  /** What to do about it: the next safe step. */
  help: string | null
}

/** Says where offsets (UTF-16 units) of a text lie; lines are looked for once, and no further than is asked. */
export function placesIn(file: string, text: string): (offset: number) => Place {
  const starts = [0]
  let newline: number | null = null
  return (offset) => {
    newline ??= text.indexOf('\n')
    for (; newline !== -1 && newline < offset; newline = text.indexOf('\n', newline + 1)) starts.push(newline + 1)
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

/** Makes a diagnostic of severity error; `extra` adds or overrides. */
export function problem(
  code: DiagnosticCode,
  place: Place,
  message: string,
  extra: Partial<Pick<Diagnostic, 'severity' | 'related' | 'help'>> = {},
): Diagnostic {
  const { file, line, column } = place
  return { code, severity: 'error', message, file, line, column, related: [], help: null, ...extra }
}

/** By file, then line, then column: the same documents always give the same list. */
export function byPlace(a: Place, b: Place): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column
}

/** Plain code-unit order: the same on every machine, whatever its locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
