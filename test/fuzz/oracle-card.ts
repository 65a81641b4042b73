/** What must be so of every document, however it came about. Each promise is looked at with other means than the code's own. */
import { isDeepStrictEqual } from 'node:util'
import { parseDocument } from 'yaml'
import { type Card, parseCard } from '../../scripts/core/card.ts'
import { addRequirement, complete, type Edit, reopen } from '../../scripts/core/edit.ts'
import { finalize } from '../../scripts/core/finalize.ts'

/** A promise that does not hold. */
export class Broken extends Error {}

export function must(held: boolean, promise: string): void {
  if (!held) throw new Broken(promise)
}

/** What the checks call: a test may hand in others, to see that the oracle bites. */
export const edits = { complete, reopen, addRequirement, finalize, parseCard }
export type Edits = typeof edits

/** Which of the edits were made: of a document that none fits, nothing was tried. */
export type Made = Record<'completed' | 'reopened' | 'required' | 'finalized', boolean>

/** Looks at one document. @throws Broken */
export function judgeCard(path: string, text: string, using: Edits = edits): { card: Card; made: Made } {
  const card = judgeReading(path, text, using)
  const made = {
    completed: judgeComplete(card, text, using),
    reopened: judgeReopen(card, text, using),
    required: judgeRequirement(card, text, using),
    finalized: judgeFinalize(card, text, using),
  }
  return { card, made }
}

/** What each of these promises is told where it is looked at; all of them answer whether the edit was made. @throws Broken */
export function judgeReading(path: string, text: string, { parseCard }: Edits = edits): Card {
  const { card, diagnostics } = parseCard(path, text)
  must(card.sound === (diagnostics.length === 0), 'a card with trouble is not sound')
  const lines = text.split('\n')
  for (const { line, column, file } of diagnostics) {
    const inside = line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1
    must(inside && file === path, `a diagnostic stands inside the text, not at ${file}:${line}:${column}`)
  }
  for (const { line, column } of [card.place, ...card.requires]) must(line >= 1 && column >= 1, 'a place counts from 1')
  for (const { box } of card.checklist) must(/^\[[ xX]\]$/.test(text.slice(box - 1, box + 2)), 'a box is a box')
  return card
}

export function judgeComplete(card: Card, text: string, { complete, reopen, parseCard }: Edits = edits): boolean {
  const { path, checklist } = card
  const half = checklist.filter((_, at) => at % 2 === 0).map(({ key }) => key)
  const edit = complete(path, text, half)
  if (plainlyActive(card, text))
    must(edit.ok, `an active card that is plainly written can be completed: ${reason(edit)}`)
  if (!edit.ok) return false
  must(card.status === 'complete' || card.checklist.length === 0 || edit.text !== text, 'completing does something')
  onlyLinesGone(text, edit.text, 'status', 'x')
  const after = parseCard(path, edit.text)
  if (!card.sound) return true
  must(after.diagnostics.length === 0, `what was sound stays sound: ${after.diagnostics[0]?.message}`)
  must(after.card.status === 'complete', 'a completed card is complete')
  sameBut(text, edit.text, ['status'])
  sameCard(card, after.card, ['status', 'checklist', 'place', 'requires'])
  const boxes = after.card.checklist.map(({ key, checked }) => [key, checked])
  must(
    isDeepStrictEqual(
      boxes,
      checklist.map(({ key, checked }) => [key, checked || half.includes(key)]),
    ),
    'the boxes that held are ticked, and no others',
  )
  must(sameText(complete(path, edit.text, half), edit.text), 'completing twice is completing once')
  const back = reopen(path, edit.text)
  if (!back.ok) return true
  const keys = boxes.flatMap(([key, checked]) => (checked ? [String(key)] : []))
  must(
    sameText(complete(path, back.text, keys), edit.text.replaceAll('[X]', '[x]'), '[X]'),
    'completing takes back what reopening did',
  )
  return true
}

export function judgeReopen(card: Card, text: string, { reopen, parseCard }: Edits = edits): boolean {
  const edit = reopen(card.path, text)
  if (!edit.ok) return false
  onlyLinesGone(edit.text, text, 'status', ' ')
  if (!card.sound) return true
  const after = parseCard(card.path, edit.text)
  must(after.diagnostics.length === 0, `what was sound stays sound: ${after.diagnostics[0]?.message}`)
  must(after.card.status === 'active', 'a reopened card is active')
  must(
    after.card.checklist.every(({ checked }) => !checked),
    'a reopened card has empty boxes',
  )
  sameBut(text, edit.text, ['status'])
  sameCard(card, after.card, ['status', 'checklist', 'place', 'requires'])
  must(sameText(reopen(card.path, edit.text), edit.text), 'reopening twice is reopening once')
  return true
}

export function judgeRequirement(card: Card, text: string, { addRequirement, parseCard }: Edits = edits): boolean {
  const edit = addRequirement(card.path, text, 'new-card')
  if (!edit.ok) return false
  const [start, end] = common(text, edit.text)
  must(start + end >= text.length, 'adding a requirement only adds')
  if (!card.sound) return true
  const after = parseCard(card.path, edit.text)
  must(after.diagnostics.length === 0, `what was sound stays sound: ${after.diagnostics[0]?.message}`)
  const ids = [...card.requires.map(({ id }) => id), 'new-card']
  must(
    isDeepStrictEqual(
      after.card.requires.map(({ id }) => id),
      ids,
    ),
    'the new requirement is the last',
  )
  sameBut(text, edit.text, ['requires'])
  sameCard(card, after.card, ['requires', 'place', 'checklist'])
  must(sameBody(text, edit.text), 'the body stays as it is')
  return true
}

export function judgeFinalize(card: Card, text: string, { finalize, parseCard }: Edits = edits): boolean {
  const edit = finalize(card.path, text)
  if (!edit.ok) return false
  must(card.status === 'complete' || !card.sound, 'an active card is not finalized')
  must(isSubsequence(edit.text.split('\n'), text.split('\n')), 'finalizing only takes lines away')
  const after = parseCard(card.path, edit.text)
  if (!card.sound) return true
  must(after.diagnostics.length === 0, `what was sound stays sound: ${after.diagnostics[0]?.message}`)
  must(
    after.card.status === 'complete' && after.card.requires.length === 0 && after.card.branch === null,
    'a finalized card is none',
  )
  sameBut(text, edit.text, ['status', 'requires', 'branch'])
  sameCard(card, after.card, ['requires', 'branch', 'place', 'checklist'])
  must(sameBody(text, edit.text), 'the body stays as it is')
  must(sameText(finalize(card.path, edit.text), edit.text), 'finalizing twice is finalizing once')
  return true
}

/** A card as the documentation tells people to write it: no edit of it may be refused. */
function plainlyActive(card: Card, text: string): boolean {
  return (
    card.sound &&
    /^---\n(?:[a-z]+: [A-Za-z][A-Za-z ]*\n)*status: active\n(?:requires:\n(?: {2}- [a-z]+\n)+)?---\n/.test(text)
  )
}

/** `after` is `before` without one run of lines that tells of `word`, and with single boxes that hold `mark` now. */
function onlyLinesGone(before: string, after: string, word: string, mark: string): void {
  const bare = (text: string) => text.replaceAll(/\[[ xX]\]/g, '[]')
  const [long, short] = [bare(before), bare(after)]
  const [start] = common(long, short)
  const gone = long.length - short.length
  // Where lines repeat, what is gone may be told off from more than one place: one of them is whole lines.
  const places = Array.from({ length: Math.min(start, gone) + 1 }, (_, back) => start - back)
  const whole = places.some((at) => {
    const lines = long.slice(at, at + gone)
    const starts = at === 0 || long[at - 1] === '\n'
    return (
      long.slice(0, at) + long.slice(at + gone) === short &&
      (gone === 0 || (starts && lines.includes(word) && (lines.endsWith('\n') || at + gone === long.length)))
    )
  })
  must(gone >= 0 && whole, 'nothing but the lines of the status comes or goes')
  const boxes = (text: string) => [...text.matchAll(/\[([ xX])\]/g)].map(([, box]) => box)
  const [old, now] = mark === 'x' ? [boxes(before), boxes(after)] : [boxes(after), boxes(before)]
  const same = old.length !== now.length || old.every((box, at) => box === now[at] || now[at] === mark)
  must(same, 'a box only changes to what it should be')
}

/** How much two texts have in common at their beginning and at their end. */
function common(a: string, b: string): [start: number, end: number] {
  const least = Math.min(a.length, b.length)
  let start = 0
  while (start < least && a[start] === b[start]) start++
  let end = 0
  while (end < least - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return [start, end]
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const line of whole) if (at < part.length && part[at] === line) at++
  return at === part.length
}

function sameText(edit: Edit, text: string, mark = ''): boolean {
  return edit.ok && (mark === '' ? edit.text : edit.text.replaceAll('[X]', '[x]')) === text
}

function reason(edit: Edit): string {
  return edit.ok ? '' : edit.reason
}

/** All that the runner reads of a card, some of it left out. */
function sameCard(before: Card, after: Card, but: readonly (keyof Card)[]): void {
  for (const name of Object.keys(before) as (keyof Card)[]) {
    if (name === 'sound' || but.includes(name)) continue
    must(isDeepStrictEqual(before[name], after[name]), `the card's ${name} stays as it is`)
  }
  if (!but.includes('requires') || before.requires.length === 0) return
  const ids = (card: Card) => card.requires.map(({ id }) => id)
  if (after.requires.length > 0 && !ids(after).includes('new-card'))
    must(isDeepStrictEqual(ids(before), ids(after)), 'what it requires stays')
}

/** Frontmatter and body, found in the simplest way. */
function partsOf(text: string): { front: string; body: string } | null {
  const found = /^\uFEFF?---[ \t]*(?:ya?ml)?[ \t]*\r?\n([\s\S]*?)(?<=\n)---[ \t]*(?:\r?\n|$)/i.exec(text)
  return found ? { front: found[1] ?? '', body: text.slice(found[0].length) } : null
}

function sameBody(before: string, after: string): boolean {
  const [old, now] = [partsOf(before), partsOf(after)]
  return old === null || (now !== null && old.body === now.body)
}

/** The frontmatter as somebody else's YAML reader sees it: every entry but these is as it was. */
function sameBut(before: string, after: string, keys: readonly string[]): void {
  const [old, now] = [entriesOf(before), entriesOf(after)]
  if (old === null) return
  must(now !== null, 'the frontmatter can be read afterwards')
  for (const key of keys) {
    old.delete(key)
    now?.delete(key)
  }
  must(isDeepStrictEqual(old, now), `nothing of the frontmatter but ${keys.join(', ')} is another`)
}

function entriesOf(text: string): Map<unknown, unknown> | null {
  const parts = partsOf(text)
  if (!parts) return null
  try {
    const found: unknown = parseDocument(parts.front.replace(/\r\n/g, '\n')).toJS({ mapAsMap: true, maxAliasCount: 20 })
    return found instanceof Map ? found : new Map()
  } catch {
    return null
  }
}
