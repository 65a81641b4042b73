/** The one seam to the machine: clock, chance, environment, streams. Everything else in `io/` gets its world from here. */

export interface System {
  env: NodeJS.ProcessEnv
  cwd: string
  /** The file that was called: how to call it again. */
  program: string
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  /** Of the terminal that stderr is, as it is now. */
  size: () => { columns: number; rows: number }
  /** Milliseconds since the epoch. */
  now: () => number
  /** Calls back after so many milliseconds; the answer cancels. */
  after: (milliseconds: number, then: () => void) => () => void
  /** Waits until what was printed has gone out; null: there is room for more. */
  room: () => Promise<void> | null
  /** Eight hexadecimal digits. */
  chance: () => string
}

export type Clock = Pick<System, 'now' | 'after'>

/** Milliseconds of a tick, in which time is counted; and how late one may come that still counts. */
const tick = 500
const late = 1000

export function realSystem(program: string): System {
  return {
    env: process.env,
    cwd: process.cwd(),
    program,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    size,
    now: Date.now,
    after,
    room,
    chance: () => process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex'),
  }
}

/** While this process is suspended it sees nothing of what its tasks do: no limit may end in that time. */
function after(milliseconds: number, then: () => void): () => void {
  let left = milliseconds
  let timer: NodeJS.Timeout
  const next = () => {
    const part = Math.min(left, tick)
    const due = performance.now() + part
    timer = setTimeout(() => {
      if (performance.now() < due + late) left -= part
      if (left > 0) next()
      else then()
    }, part)
  }
  next()
  return () => clearTimeout(timer)
}

/** Node asks a terminal for its size when it is told that it has changed, which may be late. */
function size(): { columns: number; rows: number } {
  process.emit('SIGWINCH')
  const { columns, rows } = process.stderr
  return { columns: columns || 80, rows: rows || 24 }
}

function room(): Promise<void> | null {
  const full = [process.stdout, process.stderr].filter((stream) => stream.writableNeedDrain && !stream.errored)
  if (full.length === 0) return null
  return Promise.all(full.map(emptied)).then(() => {})
}

/** A reader that has gone away makes room too. */
function emptied(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'error', 'close']) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'error', 'close']) stream.on(event, done)
  })
}
