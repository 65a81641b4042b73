/** How this program was called, in words that a person can type again. */
import { relative } from 'node:path'
import type { System } from './system.ts'

/** The line that does `words` (`resume GOAL`), through npm, mise or npx when one of them called. A script of theirs that ran a goal is itself the line that goes on with it. */
export function callAgain(system: System, words: string): string {
  const { env, program, cwd } = system
  const script = env.npm_lifecycle_event
  const goesOn = words.startsWith('resume ')
  if (goesOn && env.MISE_TASK_NAME) return `mise run ${env.MISE_TASK_NAME}`
  if (script === 'npx' || /node_modules\/(?:\.bin|mikado-runner)\//.test(program)) return `npx mikado ${words}`
  if (script === 'mikado') return `npm run mikado -- ${words}`
  if (goesOn && script) return `npm run ${script}`
  return /\.m?[jt]s$/.test(program) ? `node ${relative(cwd, program) || program} ${words}` : `mikado ${words}`
}
