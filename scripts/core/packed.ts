/** A read document in few characters, to be kept: what ten thousand of them say over and over is left out. */
import type { Card } from './card.ts'
import type { ChecklistLine } from './checklist.ts'
import type { Diagnostic } from './diagnostic.ts'

/** What reading a document gives. */
export interface ReadCard {
  card: Card
  diagnostics: Diagnostic[]
}

/** A plain card by the order of its parts, a checklist line whose key is its text without it; any other document as it is. */
export type Packed =
  | ReadCard
  | [
      title: string,
      branch: string | null,
      requires: [id: string, line: number, column: number][],
      checklist: (ChecklistLine | [text: string, box: number])[],
      /** Line and column of `status: active`; null: it is complete. */
      active: [line: number, column: number] | null,
    ]

export function pack(read: ReadCard): Packed {
  const { card } = read
  const { title, branch, run, timeoutMs, retries, confirm, needs, sound, status, place } = card
  const plain = sound && run === null && timeoutMs === null && retries === 0 && confirm === null && needs.length === 0
  if (!plain || read.diagnostics.length > 0) return read
  const requires = card.requires.map(({ id, line, column }): [string, number, number] => [id, line, column])
  const checklist = card.checklist.map((entry): ChecklistLine | [string, number] => {
    return entry.key === entry.text && !entry.checked ? [entry.text, entry.box] : entry
  })
  return [title, branch, requires, checklist, status === 'active' ? [place.line, place.column] : null]
}

export function unpack(path: string, id: string, packed: Packed): ReadCard {
  if (!Array.isArray(packed)) return packed
  const [title, branch, requires, checklist, active] = packed
  const [line, column] = active ?? [1, 1]
  const card: Card = {
    id,
    path,
    title,
    status: active ? 'active' : 'complete',
    branch,
    requires: requires.map(([required, at, of]) => ({ id: required, file: path, line: at, column: of })),
    checklist: checklist.map((entry) => {
      return Array.isArray(entry) ? { text: entry[0], key: entry[0], checked: false, box: entry[1] } : entry
    }),
    run: null,
    timeoutMs: null,
    retries: 0,
    confirm: null,
    needs: [],
    place: { file: path, line, column },
    sound: true,
  }
  return { card, diagnostics: [] }
}
