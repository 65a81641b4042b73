/** What stands in the rows of a terminal's screen: texts with their looks. */
import type { TerminalScreen } from './pseudo-terminal.ts'

/** Characters that look alike and are as wide as each other, one after the other. */
export interface Run {
  /** Where it begins, and how many columns it takes. */
  column: number
  columns: number
  text: string
  /** `bold`, `dim`, or the name of a colour. */
  looks: string[]
}

export type Row = Run[]

/** The colours that the runner uses, by their number. */
const colours = new Map([
  [1, 'red'],
  [2, 'green'],
  [3, 'yellow'],
  [5, 'magenta'],
  [6, 'cyan'],
])

/** @throws when something has a look that no picture has. */
export function rowsOf(screen: TerminalScreen): Row[] {
  const { terminal } = screen
  const { active } = terminal.buffer
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.baseY + row)
    const runs: Run[] = []
    let wide = 1
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column)
      if (!cell || cell.getWidth() === 0) continue
      const text = cell.getChars() || ' '
      const looks = looksOf(cell)
      const last = runs.at(-1)
      if (last && last.looks.join() === looks.join() && wide === cell.getWidth()) {
        last.text += text
        last.columns += wide
      } else runs.push({ column, columns: cell.getWidth(), text, looks })
      wide = cell.getWidth()
    }
    return runs.filter(({ text }) => text.trim() !== '').map(trimmed)
  })
}

type Cell = NonNullable<
  ReturnType<NonNullable<ReturnType<TerminalScreen['terminal']['buffer']['active']['getLine']>>['getCell']>
>

function looksOf(cell: Cell): string[] {
  const looks: string[] = []
  if (cell.isBold()) looks.push('bold')
  if (cell.isDim()) looks.push('dim')
  if (!cell.isFgDefault()) {
    const colour = colours.get(cell.getFgColor())
    if (colour === undefined) throw new Error(`a colour that is not foreseen: ${cell.getFgColor()}`)
    looks.push(colour)
  }
  if (cell.isInverse() || !cell.isBgDefault()) throw new Error('a background that is not foreseen')
  return looks
}

/** Without the spaces around it. */
function trimmed(run: Run): Run {
  const before = run.text.length - run.text.trimStart().length
  const after = run.text.length - run.text.trimEnd().length
  const { column, columns, looks } = run
  return { column: column + before, columns: columns - before - after, text: run.text.trim(), looks }
}
