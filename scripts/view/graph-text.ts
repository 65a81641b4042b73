/** Goals, chains, ready cards and reasons, as text. */
import type { Card } from '../core/card.ts'
import type { Blocker, CardGraph } from '../core/graph.ts'
import type { CardHistory } from '../core/history.ts'
import { cut, widthOf, wrap } from './fit.ts'
import { type Colour, columns, count, marks, oneLine, type Paint, plain, uncoloured } from './style.ts'

/** A goal with its numbers, as `list` tells them. */
export interface GoalRow {
  id: string
  title: string
  path: string
  /** As the document says. */
  branch: string | null
  /** Whether the branch that it is worked on is the one checked out. */
  checkedOut: boolean
  /** Its document has no error. */
  sound: boolean
  /** Required cards that are active, and all of them. */
  active: number
  total: number
  /** Required and not active, but missing or with errors: not complete either. */
  faulty: number
  ready: string[]
}

type Progress = Pick<GoalRow, 'sound' | 'active' | 'total' | 'faulty' | 'ready'>

/** How many ready cards of a goal are named. */
const readyNamed = 12

/** The goals, in `room` columns. `branch`: the one that is checked out. */
export function listText(
  goals: readonly GoalRow[],
  graph: CardGraph,
  branch: string | null,
  room: number,
  paint: Paint,
): string {
  if (goals.length === 0) return noGoals([...graph.cards.values()])
  return goals
    .map((goal) => {
      const title = cut(oneLine(goal.title), Math.max(16, room - widthOf(oneLine(goal.id)) - 2))
      const worked = branchText(goal, branch)
      const lines = [
        `${paint.bold(title)}  ${paint.dim(oneLine(goal.id))}`,
        ...progressText(goal, room - 2, paint).map((line) => `  ${line}`),
        ...(worked === null ? [] : [`  ${goal.checkedOut ? paint.cyan(worked) : paint.dim(worked)}`]),
      ]
      return `${lines.join('\n')}\n`
    })
    .join('')
}

function noGoals(cards: readonly Card[]): string {
  const open = cards.filter((card) => card.status === 'active' || !card.sound)
  if (open.length > 0)
    return `No goal stands out: ${count(open.length, 'card')} not complete, with errors: see \`lint\`.\n`
  return cards.length === 0
    ? 'No cards yet: a document becomes one with `status: active`.\n'
    : 'No active goals: every card is complete.\n'
}

/** `2 of 3 required cards active · ready: left, right`, in as many lines as it takes. */
export function progressText(goal: Progress, room: number, paint: Paint): string[] {
  const left = leftText(goal)
  if (!goal.sound) return [[paint.red('has an error: see `lint`'), ...left].join(' · ')]
  const told = left.length === 0 ? ['requires nothing'] : left
  if (goal.ready.length === 0) return [[...told, paint.yellow('nothing is ready')].join(' · ')]
  const named = listed(goal.ready, readyNamed, oneLine)
  if (widthOf([...told, `ready: ${named}`].join(' · ')) <= room)
    return [[...told, `ready: ${paint.green(named)}`].join(' · ')]
  const [first = '', ...more] = wrap(named, Math.max(20, room - 'ready: '.length))
  return [told.join(' · '), `ready: ${paint.green(first)}`, ...more.map((line) => `       ${paint.green(line)}`)]
}

function leftText({ active, total, faulty }: Progress): string[] {
  const trouble = 'missing or with errors'
  if (total === 0) return faulty === 0 ? [] : [`${count(faulty, 'required card')} ${trouble}`]
  return [`${active} of ${count(total, 'required card')} active${faulty === 0 ? '' : `, ${faulty} ${trouble}`}`]
}

/** Where a goal is worked; null: there is nothing to say, outside git. */
function branchText(goal: GoalRow, branch: string | null): string | null {
  if (goal.checkedOut) return `branch ${oneLine(branch ?? '')}, checked out`
  if (goal.branch !== null) return `branch ${oneLine(goal.branch)}`
  return branch === null ? null : 'no branch yet'
}

/** The chain in run order, one card below the other, at most `room` columns wide. */
export function showText(goal: string, graph: CardGraph, paint: Paint, room = Infinity): string {
  const { title, path } = graph.card(goal)
  const cards = graph.chain(goal).map((id) => ({
    id: oneLine(id),
    about: oneLine(graph.card(id).title),
    state: stateOf(id, graph, paint),
  }))
  const left = room - widest(cards.map(({ id }) => id)) - 7 // the margin, the mark and the gaps
  // A title also stands in its document: where room is short, it goes first.
  const titles = left < leastForTitles ? 0 : Math.min(widest(cards.map(({ about }) => about)), Math.floor(left / 2))
  const reasons = Math.max(20, titles === 0 ? left : left - titles - 2)
  const rows = cards.flatMap(({ id, about, state }) => {
    const [first = '', ...more] = wrap(state.text, reasons).map((line) => state.paint(line))
    const cell = titles === 0 ? [] : [paint.dim(cut(about, titles))]
    const gap = titles === 0 ? [] : ['']
    return [[state.mark, id, ...cell, first], ...more.map((line) => ['', '', ...gap, line])]
  })
  return `${paint.bold(cut(oneLine(title), room))}\n${paint.dim(oneLine(path))}\n\n${columns(rows, '  ')}\n`
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0)
}

/** With less room beside the ids than this, titles are left out. */
const leastForTitles = 40

export function readyText(ids: readonly string[], graph: CardGraph, paint: Paint): string {
  if (ids.length === 0) return 'Nothing is ready.\n'
  const rows = ids.map((id) => [`${paint.green(marks.ready)} ${oneLine(id)}`, paint.dim(oneLine(graph.card(id).path))])
  return `${columns(rows)}\n`
}

/** Why a card is ready, or is not, and what is known of it. */
export function whyText(
  id: string,
  graph: CardGraph,
  history: CardHistory | undefined,
  task: string | null,
  paint: Paint,
): string {
  const card = graph.card(id)
  const state = stateOf(id, graph, paint)
  const lines = [
    `${state.mark} ${paint.bold(oneLine(id))}  ${state.paint(state.text)}`,
    `  ${paint.dim(oneLine(card.path))}`,
  ]
  for (const { id: required, why } of graph.readiness(id).blockedBy) {
    const because = { active: 'is active', missing: 'does not exist', unsound: 'has an error: see `lint`' }[why]
    lines.push(`  waits for ${oneLine(required)}, which ${because}`)
  }
  for (const required of graph.requires(id)) {
    if (graph.cards.get(required)?.status === 'complete')
      lines.push(`  requires ${oneLine(required)}, which is complete`)
  }
  const wanted = graph.requiredBy(id)
  if (wanted.length > 0) lines.push(`  required by ${wanted.map(oneLine).join(', ')}`)
  lines.push(`  work: ${task ?? 'none, a person does it'}`)
  const checklist = card.checklist.length
  lines.push(`  proof: ${checklist === 0 ? 'no Verification checklist' : count(checklist, 'checklist line')}`)
  const proof = history?.proof
  if (proof) lines.push(`  last proved ${proof.time}${proof.by === null ? '' : ` by ${proof.by}`} (${proof.how})`)
  if (history?.failure)
    lines.push(`  ${paint.red('last failed')} ${history.failure.time}: ${plain(history.failure.message)}`)
  return `${lines.join('\n')}\n`
}

/** A card's mark, what it waits for in short, and the colour of that. Of those that it waits for, as many are named as have `room`. */
export function stateOf(
  id: string,
  graph: CardGraph,
  paint: Paint,
  room = Infinity,
): { mark: string; text: string; paint: Colour } {
  const card = graph.card(id)
  if (!card.sound) return { mark: paint.red(marks.failed), text: 'has an error: see `lint`', paint: paint.red }
  if (card.status === 'complete') return { mark: paint.green(marks.done), text: 'complete', paint: uncoloured }
  const { ready, blockedBy } = graph.readiness(id)
  if (ready) return { mark: paint.cyan(marks.ready), text: 'ready', paint: paint.cyan }
  const told = ({ id: other, why }: Blocker) =>
    oneLine(other) + { active: '', missing: ' (missing)', unsound: ' (has an error)' }[why]
  const waits = (named: number) => `waits for ${listed(blockedBy, named, told)}`
  let named = Math.min(blockersNamed, blockedBy.length)
  while (named > 1 && widthOf(waits(named)) > room) named--
  return { mark: marks.blocked, text: waits(named), paint: uncoloured }
}

/** The same with the reason of those that are ready. */
export function reasonOf(id: string, graph: CardGraph, paint: Paint, room = Infinity): { text: string; paint: Colour } {
  const state = stateOf(id, graph, paint, room)
  if (!graph.readiness(id).ready) return state
  const required = graph.requires(id).length
  const why = required === 0 ? 'requires nothing' : `all it requires ${required === 1 ? 'is' : 'are'} complete`
  return { ...state, text: `ready: ${why}` }
}

/** How many blockers of a card are named. */
const blockersNamed = 4

function listed<T>(entries: readonly T[], most: number, told: (entry: T) => string): string {
  const more = entries.length > most ? ` and ${entries.length - most} more` : ''
  return entries.slice(0, most).map(told).join(', ') + more
}
