/** A chain as a tree: what a card requires hangs below it. */
import type { CardGraph } from '../core/graph.ts'
import { type DrawnRow, foldTree, type TreeRow } from '../core/tree.ts'
import { cut, widthOf, wrap } from './fit.ts'
import { reasonOf, stateOf } from './graph-text.ts'
import { marks, oneLine, type Paint, plain } from './style.ts'

/** How a tree is drawn. */
export interface TreeStyle {
  /** How wide the screen is; Infinity: nothing is cut or wrapped. */
  columns: number
  /** Complete cards as fully as active ones. */
  all: boolean
  paint: Paint
}

/** One step to the right. */
const step = 3
/** What every card has room for, however deep it lies. */
const leastRoom = 32
/** Deeper than this no eye follows a line, however wide the screen. */
const deepestEver = 16

/** Of a tree of more lines, so many are told at once: the text of a hundred thousand cards would take much room as a whole. */
const atOnce = 2000

/** The tree, each card with its title, its place and its reason. */
export function treeText(rows: readonly TreeRow[], graph: CardGraph, style: TreeStyle): string {
  return [...treeTexts(rows, graph, style)].join('')
}

/** The same, part by part. */
export function* treeTexts(rows: readonly TreeRow[], graph: CardGraph, style: TreeStyle): Generator<string> {
  const deepest = Math.max(2, Math.min(deepestEver, Math.floor((style.columns - leastRoom) / step)))
  let lines: string[] = []
  /** Whether the line from the card at this indent goes on further down. */
  const goesOn: boolean[] = []
  for (const row of foldTree(rows, deepest)) {
    goesOn[row.indent] = !row.last
    const guides = (until: number) => goesOn.slice(1, until).map((on) => (on ? '│  ' : '   '))
    const arm = row.indent === 0 ? '' : row.last ? '└─ ' : '├─ '
    const head = guides(row.indent).join('') + arm
    const body = guides(row.indent + 1).join('') + (row.open ? '│ ' : '  ')
    const [first, ...more] = entry(row, graph, style, style.columns - step * row.indent)
    if (row.indent === 0 && row.resumed) lines.push('')
    lines.push(style.paint.dim(head) + first)
    for (const line of more) lines.push(style.paint.dim(body) + line)
    if (lines.length < atOnce) continue
    yield textOf(lines)
    lines = []
  }
  yield textOf(lines)
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

/** What is told of a card: its line, and those below it. */
function entry(row: DrawnRow, graph: CardGraph, style: TreeStyle, room: number): string[] {
  const { dim, bold, red } = style.paint
  const id = oneLine(row.id)
  if (row.kind === 'missing') return [`${red(marks.failed)} ${id}  ${red('missing: no document is called so')}`]
  const { mark } = stateOf(row.id, graph, style.paint)
  if (row.kind === 'cycle') return [`${mark} ${id}  ${red('↻ a cycle: back to the one above')}`]
  if (row.kind === 'again') return [`${mark} ${id}  ${dim(row.below ? '↓ below' : '↑ above')}`]
  if (row.resumed) return [`${mark} ${id}  ${dim('↑ above; it requires')}`]
  const card = graph.card(row.id)
  const path = oneLine(card.path)
  const title = oneLine(card.title)
  const left = room - widthOf(id) - 4
  const shown = title === '' || title === id || left < 8 ? '' : `  ${cut(title, left)}`
  const first = `${mark} ${bold(id)}${shown}`
  const more = row.continued ? '↓ below' : ''
  const whole = card.status === 'active' || !card.sound || style.all
  if (!whole) {
    const beside = widthOf(id) + widthOf(shown) + widthOf(path) + widthOf(more) + 6 <= room
    const told = more === '' ? dim(path) : `${dim(path)}  ${dim(more)}`
    return beside ? [`${first}  ${told}`] : [first, told]
  }
  const { text, paint } = reasonOf(row.id, graph, style.paint)
  const after = more === '' ? '' : ` · ${more}`
  if (widthOf(path) + widthOf(text + after) + 5 <= room)
    return [first, `${dim(`${path} ·`)} ${paint(text)}${dim(after)}`]
  // Whom it waits for hangs below it: one line of it is enough.
  const short = reasonOf(row.id, graph, style.paint, room - 2).text
  const lines = wrap(short, Math.max(20, room - 2)).map((line) => paint(line))
  if (more === '') return [first, dim(path), ...lines]
  if (lines.length === 1 && widthOf(short + after) <= room - 2) return [first, dim(path), `${lines[0]}${dim(after)}`]
  return [first, dim(path), ...lines, dim(more)]
}

/** A whole document below a heading that says what it is. Nothing in it reaches the terminal but its text. */
export function documentText(id: string, text: string, graph: CardGraph, columns: number, paint: Paint): string {
  const card = graph.card(id)
  const rule = paint.dim('─'.repeat(Math.min(columns, 72)))
  const state = stateOf(id, graph, paint)
  const list = (name: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : wrap(`${name} ${ids.map(oneLine).join(', ')}`, columns).map((line) => paint.dim(line))
  const reason = reasonOf(id, graph, paint)
  const lines = [
    rule,
    `${state.mark} ${paint.bold(oneLine(id))}  ${cut(oneLine(card.title), Math.max(8, columns - widthOf(oneLine(id)) - 4))}`,
    paint.dim(oneLine(card.path)),
    ...wrap(reason.text, columns).map((line) => reason.paint(line)),
    ...(card.branch === null ? [] : [paint.dim(`branch ${oneLine(card.branch)}`)]),
    ...list('requires', graph.requires(id)),
    ...list('required by', graph.requiredBy(id)),
    rule,
    '',
    plain(text).trimEnd(),
  ]
  return `${lines.join('\n')}\n`
}
