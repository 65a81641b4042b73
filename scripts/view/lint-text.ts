/** What `lint` says beside diagnostics: its rules, what it mended, and what it would mend. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Rule } from '../core/lint/rules.ts'
import { columns, count, oneLine, type Paint, plain } from './style.ts'

/** Something mended, or that would be. */
export type Fixed = Pick<Diagnostic, 'code' | 'message' | 'file' | 'line' | 'column'>

/** A row for each rule: code, what it is worth, whether `--fix` mends it, what it means. */
export function rulesText(rules: readonly Rule[]): string {
  return `${columns(rules.map(({ code, level, fix, meaning }) => [code, level, fix ? 'fix' : '', meaning]))}\n`
}

export function fixedText(fixed: readonly Fixed[], paint: Paint): string {
  return fixed
    .map(({ file, line, column, message, code }) => {
      const place = `${oneLine(file)}:${line}:${column}`
      return `${place}: ${paint.green('fixed')}: ${oneLine(message)} ${paint.dim(`[${code}]`)}\n`
    })
    .join('')
}

/** `3 fixed in 2 documents.` */
export function fixedSummary(fixed: readonly Fixed[], written: boolean): string {
  if (fixed.length === 0) return `Nothing ${written ? 'was fixed' : 'would be fixed'}.\n`
  const where = count(new Set(fixed.map(({ file }) => file)).size, 'document')
  return written
    ? `${fixed.length} fixed in ${where}.\n`
    : `${fixed.length} would be fixed in ${where}; nothing was written.\n`
}

/** The lines that mends change, before and after. No mend adds or takes away a line. */
export function changedLinesText(path: string, before: string, after: string, paint: Paint): string {
  const now = after.split('\n')
  const changed = before.split('\n').flatMap((old, at) => {
    const text = now[at] ?? ''
    if (old === text) return []
    return [`@@ -${at + 1} +${at + 1} @@`, paint.red(`-${plain(old)}`), paint.green(`+${plain(text)}`)]
  })
  return `${paint.bold(`--- ${oneLine(path)}`)}\n${paint.bold(`+++ ${oneLine(path)}`)}\n${changed.join('\n')}\n`
}
