/** What a card's process is asked first, on whichever machine. */
import type { Card } from '../core/card.ts'
import type { Question } from '../core/protocol.ts'
import type { Surroundings } from './surroundings.ts'
import type { TaskFile } from './tasks.ts'

/** Opens the card, and asks the checklist lines that are asked `first`, as far as they have a function. */
export function openingOf(
  { id, title, path }: Card,
  { file, kind }: TaskFile,
  { root, data, run, inputs, steps, turns }: Pick<Surroundings, 'root' | 'data' | 'run' | 'inputs' | 'steps' | 'turns'>,
  first: readonly string[],
): Question[] {
  const rest = { inputs, steps: [...steps], turns: turns !== null }
  const open: Question = { type: 'open', file, kind, code: null, card: { id, title, path }, root, data, run, ...rest }
  return [open, { type: 'check', keys: first }]
}
