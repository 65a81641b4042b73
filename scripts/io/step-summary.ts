/** The file that a CI runner shows beside a step. */
import { appendFileSync, statSync } from 'node:fs'
import type { System } from './system.ts'

/** GitHub shows nothing of a file that is larger, in bytes. */
const most = 1024 * 1024

/** Null: the runner has none. */
export function stepSummaryOf({ env }: System): string | null {
  return env.GITHUB_STEP_SUMMARY || env.FORGEJO_STEP_SUMMARY || env.GITEA_STEP_SUMMARY || null
}

/** Adds to what the step has written there. @throws when it would be too large, or the system refuses. */
export function addToStepSummary(path: string, text: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size + Buffer.byteLength(text) > most) throw new Error('with what stands there already it would be over 1 MiB')
  appendFileSync(path, text)
}
