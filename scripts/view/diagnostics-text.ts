/** Diagnostics as text: place, cause, next safe step. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { count, oneLine, type Paint } from './style.ts'

export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint): string {
  return diagnostics
    .map((found) => {
      const severity = found.severity === 'error' ? paint.red('error') : paint.yellow('warning')
      const lines = [`${place(found)}: ${severity}: ${oneLine(found.message)} ${paint.dim(`[${found.code}]`)}`]
      for (const related of found.related) lines.push(`  ${place(related)}: ${oneLine(related.message)}`)
      if (found.help !== null) lines.push(`  ${oneLine(found.help)}`)
      return `${lines.join('\n')}\n`
    })
    .join('')
}

/** `2 errors, 1 warning in 7 cards`. */
export function lintSummary(diagnostics: readonly Diagnostic[], cards: number): string {
  const errors = diagnostics.filter((found) => found.severity === 'error').length
  const warnings = diagnostics.length - errors
  if (diagnostics.length === 0) return `${count(cards, 'card')}: no trouble found.\n`
  return `${count(errors, 'error')}, ${count(warnings, 'warning')} in ${count(cards, 'card')}.\n`
}

function place({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${oneLine(file)}:${line}:${column}`
}
