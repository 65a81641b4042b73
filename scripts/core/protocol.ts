/** What the runner and a task's process say to each other, as JSON over Node's channel. */
import type { Finding, Json } from '../index.ts'

/** How a task file is worked: a module with a default export, a script for Node, or any other executable. */
export type TaskKind = 'module' | 'node' | 'executable'

/** What the runner asks; each question is answered once, `check` once for each key, `inspect` once for each file. */
export type Question =
  | {
      type: 'open'
      /** Absolute path of the task file. */
      file: string
      kind: TaskKind
      /** The text of a module as JavaScript; null: it is read from the file. */
      code: string | null
      card: { id: string; title: string; path: string }
      root: string
      data: string
      run: string
      inputs: Record<string, Json>
      /** Finished steps of earlier tries, with their results. */
      steps: [name: string, result: Json][]
      /** What is exclusive is so on other machines too: the runner gives turns. */
      turns: boolean
    }
  /** Checklist lines, in the order in which they are asked; those that have no function are passed over. */
  | { type: 'check'; keys: readonly string[] }
  | { type: 'apply' }
  /** What can these task modules do? Importing them is all that is done. */
  | { type: 'inspect'; files: readonly string[] }
  /** All is done: is the process as it was before? */
  | { type: 'rest' }

/** All that the runner says. */
export type Request =
  /** Answered in turn, until one fails: what cannot be opened, or has failed, is asked nothing more. `id` numbers the rows. */
  | { type: 'ask'; id: number; questions: readonly Question[] }
  | { type: 'acknowledge'; id: number }
  | { type: 'preflight'; files: string[]; root: string }

/**
 * The task's process answers, and tells what has to be kept or masked.
 * `ready`: it has started. `to`: the row of questions that it answers. `id`: wants an acknowledgement before it goes on.
 */
export type Reply = { to?: number } & (
  | { type: 'ready' }
  | { type: 'opened'; works: boolean; checks: string[] }
  | { type: 'checked'; held: true; detail: string | null }
  | { type: 'checked'; held: false; message: string }
  | { type: 'checked'; held: null; instructions: string }
  | { type: 'applied'; outputs: Json }
  | { type: 'apply-failed'; reason: 'threw' | 'exited' | 'waiting'; message: string; exitCode: number | null }
  | { type: 'unreadable'; file: string; message: string; line: number | null; column: number | null }
  | { type: 'inspected'; file: string; works: boolean; checks: string[]; preflight: boolean }
  | { type: 'examined'; findings: Finding[] }
  | { type: 'rested'; clean: boolean }
  | { type: 'note'; text: string }
  /** What was printed until now has to be read before anything else is: it comes over other pipes. */
  | { type: 'printed'; id: number }
  | { type: 'secret'; id: number; value: string }
  /** Acknowledged when it is its turn; `began`: it was told so, by a runner that is gone. */
  | { type: 'turn'; id: number; name: string; began?: boolean }
  | { type: 'turn-over'; name: string }
  | { type: 'step-started'; id: number; step: string }
  | { type: 'step-done'; id: number; step: string; result: Json; replayed: boolean }
)

type Form = { [field: string]: (value: unknown) => boolean }

const text = (value: unknown) => typeof value === 'string'
const number = (value: unknown) => typeof value === 'number'
const flag = (value: unknown) => typeof value === 'boolean'
const given = (value: unknown) => value !== undefined
const listOf = (entry: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(entry)
const orNull = (form: (value: unknown) => boolean) => (value: unknown) => value === null || form(value)
const one =
  (...words: unknown[]) =>
  (value: unknown) =>
    words.includes(value)
const has = (form: Form) => (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(form).every(([field, fits]) => fits((value as Record<string, unknown>)[field]))

const place = { line: orNull(number), column: orNull(number) }
const forms: Record<Reply['type'], Form[]> = {
  ready: [{}],
  opened: [{ works: flag, checks: listOf(text) }],
  checked: [
    { held: one(true), detail: orNull(text) },
    { held: one(false), message: text },
    { held: one(null), instructions: text },
  ],
  applied: [{ outputs: given }],
  'apply-failed': [{ reason: one('threw', 'exited', 'waiting'), message: text, exitCode: orNull(number) }],
  unreadable: [{ file: text, message: text, ...place }],
  inspected: [{ file: text, works: flag, checks: listOf(text), preflight: flag }],
  examined: [{ findings: listOf(has({ about: text, ok: flag, detail: text })) }],
  rested: [{ clean: flag }],
  note: [{ text }],
  printed: [{ id: number }],
  secret: [{ id: number, value: text }],
  turn: [{ id: number, name: text }],
  'turn-over': [{ name: text }],
  'step-started': [{ id: number, step: text }],
  'step-done': [{ id: number, step: text, result: given, replayed: flag }],
}

/** What came over the channel, as a reply; null when it is none: a task may send there whatever it likes. */
export function replyIn(message: unknown): Reply | null {
  if (!has({ type: text })(message)) return null
  const { type } = message as { type: string }
  const known = Object.hasOwn(forms, type) ? forms[type as Reply['type']] : []
  return known.some((form) => has(form)(message)) ? (message as Reply) : null
}
