/** The words and signs that pages have in common. */
import { isDone, type Try } from '../../core/chronicle.ts'
import { formatDuration } from '../../core/duration.ts'
import type { Blocker, CardGraph } from '../../core/graph.ts'
import { plainLine } from '../../core/plain.ts'
import type { Standing, State } from '../../core/standing.ts'
import { count, marks } from '../style.ts'
import { type Html, html } from './html.ts'

/** Of each state, its sign and its name: colour alone says nothing. */
export const stateWords: Record<State, { mark: string; name: string }> = {
  running: { mark: marks.running, name: 'running' },
  waiting: { mark: marks.waiting, name: 'waits for a person' },
  failed: { mark: marks.failed, name: 'failed' },
  ready: { mark: marks.ready, name: 'ready' },
  blocked: { mark: marks.blocked, name: 'waits' },
  faulty: { mark: '!', name: 'has an error' },
  complete: { mark: marks.done, name: 'complete' },
}

/** A card's state, for people and for the script that keeps it up. */
export function badge(state: State): Html {
  const { mark, name } = stateWords[state]
  return html`<span class="state" data-state="${state}"><span class="mark" aria-hidden="true">${mark}</span> <span class="name">${name}</span></span>`
}

/** Why a card is in its state, on one line. */
export function whyOf(standing: Standing, id: string): string {
  const { graph, chronicle } = standing
  const last = chronicle.tries(id).at(-1)
  switch (standing.state(id)) {
    case 'running': {
      const step = last?.steps.findLast(({ ended }) => ended === null)
      return step ? `works on: ${plainLine(step.name)}` : 'asks its checks, or works'
    }
    case 'waiting':
      return `its last run left ${count(last?.waiting.length ?? 0, 'line')} to a person`
    case 'failed':
      return `its last run failed: ${firstLine(chronicle.unfinished(id)?.message ?? '')}`
    case 'ready':
      return standing.cutOff(id) ? cutWords(standing.cutOff(id)) : readyWords(graph, id)
    case 'blocked':
      return `waits for ${listed(graph.readiness(id).blockedBy, 4)}`
    case 'faulty':
      return graph.diagnostics.find(({ file }) => file === graph.card(id).path)?.message ?? 'its document has an error'
    case 'complete':
      return provedWords(standing, id)
  }
}

function readyWords(graph: CardGraph, id: string): string {
  const required = graph.requires(id).length
  if (required === 0) return 'requires nothing'
  return required === 1 ? 'the card it requires is complete' : `all ${required} cards it requires are complete`
}

function cutWords(last: Try | null): string {
  return `its last run was ${last?.end === 'stopped' ? 'stopped' : 'cut off'}: what it has done is not known until its checks are asked`
}

function provedWords({ chronicle }: Standing, id: string): string {
  const proof = chronicle.history.cards.get(id)?.proof
  if (!proof) return 'not proved here: the document says so'
  if (proof.how === 'confirmed') return `on the word of ${plainLine(proof.by ?? 'a person')}`
  const unverified = proof.verified ? '' : ', and nothing verified it'
  return (proof.how === 'ran' ? 'done and proved' : 'found true') + unverified
}

function listed(blockers: readonly Blocker[], most: number): string {
  const told = blockers
    .slice(0, most)
    .map(({ id, why }) => id + { active: '', missing: ' (missing)', unsound: ' (has an error)' }[why])
  return told.map(plainLine).join(', ') + (blockers.length > most ? ` and ${blockers.length - most} more` : '')
}

/** The first line of a message that says something. */
export function firstLine(text: string): string {
  return plainLine(text.split('\n').find((line) => line.trim() !== '') ?? '')
}

/** How a try ended, in a word or two. */
export function endWords({ end, by }: Pick<Try, 'end' | 'by'>, goesOn: boolean): string {
  if (end === null) return goesOn ? 'goes on' : 'cut off'
  if (end === 'ran') return 'done'
  if (end === 'found-true') return 'found true'
  if (end === 'confirmed') return `on the word of ${plainLine(by ?? 'a person')}`
  return end === 'waiting' ? 'left to a person' : end
}

/** The colour of a try. */
export function endState({ end }: Pick<Try, 'end'>, goesOn: boolean): State {
  if (end === null) return goesOn ? 'running' : 'blocked'
  if (isDone(end)) return 'complete'
  return end === 'failed' || end === 'waiting' ? end : 'blocked'
}

/** A time, in UTC; scripts tell it in the reader's own. */
export function when(time: string): Html {
  return html`<time datetime="${time}">${time.slice(0, 19).replace('T', ' ')} UTC</time>`
}

/** A span of time; one that goes on is counted up by a script. */
export function took(started: string, ended: string | null): Html | null {
  return ended === null ? null : html`${formatDuration(Date.parse(ended) - Date.parse(started))}`
}
