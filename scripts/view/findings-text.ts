/** What was found when things were looked at, as a small table. */
import type { Finding } from '../index.ts'
import { columns, marks, type Paint, plain } from './style.ts'

export function findingsText(findings: readonly Finding[], paint: Paint): string {
  const rows = findings.flatMap(({ about, ok, detail }) => {
    const [first = '', ...more] = plain(detail).split('\n')
    const mark = ok ? paint.green(marks.done) : paint.red(marks.failed)
    return [[mark, plain(about), ok ? first : paint.red(first)], ...more.map((line) => ['', '', line])]
  })
  return columns(rows, '  ')
}
