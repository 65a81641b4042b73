/** The one seam to the machine: clock, chance, environment, streams. Everything else in `io/` gets its world from here. */
import { randomBytes } from 'node:crypto'

export interface System {
  env: NodeJS.ProcessEnv
  cwd: string
  /** The file that was called: how to call it again. */
  program: string
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  /** Milliseconds since the epoch. */
  now: () => number
  /** Calls back after so many milliseconds; the answer cancels. */
  after: (milliseconds: number, then: () => void) => () => void
  /** Eight hexadecimal digits. */
  chance: () => string
}

/** setTimeout takes no more; a longer limit is no limit. */
const longest = 2 ** 31 - 1

export function realSystem(program: string): System {
  return {
    env: process.env,
    cwd: process.cwd(),
    program,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    after: (milliseconds, then) => {
      if (milliseconds > longest) return () => {}
      const timer = setTimeout(then, milliseconds)
      return () => clearTimeout(timer)
    },
    chance: () => randomBytes(4).toString('hex'),
  }
}
