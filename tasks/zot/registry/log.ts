import { appendFileSync } from 'node:fs'

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'panic'

/** Writes one JSON object per line, as zot does. Never hand it a secret. */
export type Log = (level: Level, message: string, fields?: Record<string, unknown>) => void

const order: Record<string, number> = {
  trace: 0,
  debug: 1,
  info: 2,
  warn: 3,
  warning: 3,
  error: 4,
  fatal: 5,
  panic: 6,
}

/** The level names a config file may use. */
export const levelNames = Object.keys(order)

/** A log at `level` and above, to standard output or to the file `output`. */
export function openLog(level = 'info', output = ''): Log {
  const least = order[level.toLowerCase()] ?? 1
  return (at, message, fields = {}) => {
    if ((order[at] ?? 0) < least) return
    const line = `${JSON.stringify({ level: at, ...fields, message, time: new Date().toISOString() })}\n`
    if (output === '' || output === '/dev/stdout') process.stdout.write(line)
    else if (output === '/dev/stderr') process.stderr.write(line)
    else appendFileSync(output, line, { mode: 0o600 })
  }
}
