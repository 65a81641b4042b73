/** Cards and tasks that do not prove anything, or that nothing leads to. */
import leven from 'leven'
import type { Card } from '../card.ts'
import { problem } from '../diagnostic.ts'
import { didYouMean } from '../suggest.ts'
import type { Desk } from './desk.ts'
import { type Finding, finding } from './finding.ts'
import type { Page } from './page.ts'

/** What is known of a card's task. */
export interface Work {
  /** Relative to the repository. */
  path: string
  /** The lines that have a function; null: it is no module, or could not be loaded, or proves a line that is not there. */
  checks: readonly string[] | null
}

/** A file among the tasks that belongs to no card. */
export interface Stray {
  path: string
  stem: string
  /** It has the form of a task, so that it can be nothing else. */
  shaped: boolean
}

/** How an active card is proved. Cards with errors are left: what they are is not known. */
export function proofFindings(page: Page, card: Card, work: Work | null): Finding[] {
  if (card.status === 'complete' || !card.sound) return []
  const told = (code: Parameters<typeof finding>[1], message: string, help: string) => {
    return { diagnostic: problem(code, card.place, message, { help }), mend: null }
  }
  if (card.checklist.length === 0 && !work) {
    const help = 'Write a list of what must be true under `## Verification`, or a task.'
    return [told('card-without-proof', `nothing says when \`${card.id}\` is done: no checklist, no task`, help)]
  }
  if (card.checklist.length === 0) {
    const help = 'Write what must then be true under `## Verification`.'
    return [told('card-without-checklist', `nothing proves what ${work?.path} does: no checklist`, help)]
  }
  if (card.run === 'manual') return []
  if (!work) {
    const help = `Write tasks/…/${card.id}.ts, or say \`run: manual\`.`
    return [told('card-without-task', `\`${card.id}\` has no task: a person does it`, help)]
  }
  const { checks } = work
  if (checks === null) return []
  return card.checklist
    .filter(({ key }) => !checks.includes(key))
    .map(({ key, box }) => {
      const help = 'Write a function of that name; it may leave the line to a person with `needsPerson()`.'
      return finding(page, 'unproved-line', box, `${work.path} has no function that proves "${key}"`, { help })
    })
}

/** Active cards that no goal reaches: all that require them require each other. The ring itself is told as a cycle. */
export function unreachedFindings({ graph }: Desk): Finding[] {
  const ring = new Set(
    graph.diagnostics
      .filter(({ code }) => code === 'cycle')
      .flatMap(({ file, related }) => [file, ...related.map((place) => place.file)]),
  )
  return graph
    .unreached()
    .filter(({ path }) => !ring.has(path))
    .map(({ id, place }) => {
      const message = `no goal reaches \`${id}\`: it lies behind cards that require each other`
      const help = 'Mend the cycle, and it is part of a chain again.'
      return { diagnostic: problem('unreached-card', place, message, { help }), mend: null }
    })
}

/** Tasks without a card: what has the form of a task, and what is named nearly like a card that has none. */
export function strayFindings(strays: readonly Stray[], workless: readonly string[]): Finding[] {
  let questions = 200
  return strays.flatMap(({ path, stem, shaped }) => {
    const asked = questions-- > 0
    const near = asked && workless.find((id) => isNear(stem, id))
    if (!shaped && !near) return []
    const question = near ? `Did you mean \`${near}\`?` : asked ? didYouMean(stem, workless) : null
    const help = question ?? 'Write the document, or begin the name of a helper with `_`.'
    const place = { file: path, line: 1, column: 1 }
    return [
      { diagnostic: problem('task-without-card', place, `no document is called \`${stem}\``, { help }), mend: null },
    ]
  })
}

/** Another way to write the same name, or a slip of a letter or two in a long one. */
function isNear(name: string, other: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  return plain(name) === plain(other) || (name.length >= 8 && leven(name, other, { maxDistance: 3 }) <= 2)
}
