/** Options that several commands have, and what their values mean. Told without loading what acts on them. */
import { availableParallelism } from 'node:os'
import { parseDuration } from '../core/duration.ts'
import { exit, Refusal } from '../core/exit.ts'
import type { Option } from '../core/usage.ts'
import type { Session } from './command.ts'

export const commitOption: Option = {
  type: 'boolean',
  help: 'commit each change on the branch mikado/<goal>; wants a clean tree',
}

export const engineOption: Option = {
  type: 'string',
  value: 'URL',
  help: 'where the engine is: redis://user@host:6379/0, or rediss:// with TLS; a password may stand in MIKADO_ENGINE_PASSWORD',
}

export const junitOption: Option = {
  type: 'string',
  value: 'FILE',
  help: 'write the results there as JUnit XML, however it ends',
}

export const notifyOption: Option = {
  type: 'string',
  value: 'CMD',
  help: 'tell CMD, by JSON on its stdin, of the end, the first failure, and cards that wait for a person',
}

/** How many cards may be offered to an engine at once when nobody says. */
export const offeredAtOnce = 1000

/** How many cards at once; null: as many as there are cores. @throws Refusal (64) when it is no number of cards. */
export function jobsOf(text: string | null): number {
  if (text === null) return availableParallelism()
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1) return jobs
  throw new Refusal(exit.usage, `--jobs ${text}: must be a whole number from 1`)
}

/** Milliseconds; null: nothing is asked for. @throws Refusal (64) when it is no duration. */
export function timeoutOf(session: Session): number | null {
  const text = session.text('timeout')
  if (text === null) return null
  const parsed = parseDuration(text)
  if (parsed === null) throw new Refusal(exit.usage, `--timeout ${text}: no duration`, 'For instance 90s, 5m or 1h.')
  return parsed
}
