/** How wide a person reads. */
import type { System } from './system.ts'

/** `COLUMNS` when it is set, else the terminal's width; without a terminal there is no limit. */
export function columnsOf({ env, stdout }: System): number {
  const asked = Number(env.COLUMNS)
  return Number.isInteger(asked) && asked > 0 ? asked : (stdout.columns ?? Infinity)
}
