/** Goals, chains, ready cards and reasons, as text. */

import type { CardGraph } from '../core/graph.ts'
import type { CardHistory } from '../core/history.ts'
import { columns, count, marks, type Paint, plain } from './style.ts'

/** A goal with its numbers, as `list` tells them. */
export interface GoalRow {
  id: string
  title: string
  path: string
  branch: string | null
  active: number
  total: number
  ready: string[]
}

/** `cards`: how many there are at all. */
export function listText(goals: readonly GoalRow[], cards: number, paint: Paint): string {
  if (cards === 0) return 'No cards yet: a document becomes one with `status: active`.\n'
  if (goals.length === 0) return 'No active goals: every card is complete.\n'
  return goals
    .map((goal) => {
      const left =
        goal.total === 0 ? 'requires nothing' : `${goal.active} of ${count(goal.total, 'required card')} active`
      const ready =
        goal.ready.length === 0
          ? paint.yellow('nothing is ready')
          : `ready: ${goal.ready.map((id) => paint.green(id)).join(', ')}`
      return `${paint.bold(plain(goal.title))}  ${paint.dim(goal.id)}\n  ${left} · ${ready}\n`
    })
    .join('')
}

export function showText(goal: string, graph: CardGraph, paint: Paint): string {
  const card = graph.card(goal)
  const rows = graph.chain(goal).map((id) => {
    const state = stateOf(id, graph, paint)
    return [state.mark, id, paint.dim(plain(graph.card(id).title)), state.text]
  })
  return `${paint.bold(plain(card.title))}\n${paint.dim(card.path)}\n\n${columns(rows, '  ')}\n`
}

export function readyText(ids: readonly string[], graph: CardGraph, paint: Paint): string {
  if (ids.length === 0) return 'Nothing is ready.\n'
  return `${columns(ids.map((id) => [`${paint.green(marks.ready)} ${id}`, paint.dim(graph.card(id).path)]))}\n`
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
  const lines = [`${state.mark} ${paint.bold(id)}  ${state.text}`, `  ${paint.dim(card.path)}`]
  for (const { id: required, why } of graph.readiness(id).blockedBy) {
    const because = { active: 'is active', missing: 'does not exist', unsound: 'has an error: see `lint`' }[why]
    lines.push(`  waits for ${required}, which ${because}`)
  }
  for (const required of graph.requires(id)) {
    if (graph.cards.get(required)?.status === 'complete') lines.push(`  requires ${required}, which is complete`)
  }
  const wanted = graph.requiredBy(id)
  if (wanted.length > 0) lines.push(`  required by ${wanted.join(', ')}`)
  lines.push(`  work: ${task ?? 'none, a person does it'}`)
  const checklist = card.checklist.length
  lines.push(`  proof: ${checklist === 0 ? 'no Verification checklist' : count(checklist, 'checklist line')}`)
  const proof = history?.proof
  if (proof) lines.push(`  last proved ${proof.time}${proof.by === null ? '' : ` by ${proof.by}`} (${proof.how})`)
  if (history?.failure)
    lines.push(`  ${paint.red('last failed')} ${history.failure.time}: ${plain(history.failure.message)}`)
  return `${lines.join('\n')}\n`
}

function stateOf(id: string, graph: CardGraph, paint: Paint): { mark: string; text: string } {
  const card = graph.card(id)
  if (!card.sound) return { mark: paint.red(marks.failed), text: paint.red('has an error: see `lint`') }
  if (card.status === 'complete') return { mark: paint.green(marks.done), text: 'complete' }
  const { ready, blockedBy } = graph.readiness(id)
  if (ready) return { mark: paint.cyan(marks.ready), text: paint.cyan('ready') }
  const shown = blockedBy.slice(0, 4).map((blocker) => blocker.id)
  const more = blockedBy.length > shown.length ? ` and ${blockedBy.length - shown.length} more` : ''
  return { mark: marks.blocked, text: `waits for ${shown.join(', ')}${more}` }
}
