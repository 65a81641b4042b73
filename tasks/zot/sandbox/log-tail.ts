import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const MOST_BYTES = 64 * 1024
const LAST_LINES = 5
const LINE_LENGTH = 300

/** What a log says that matters, from byte `from` on: its errors and its last lines, indented, long ones cut. */
export function tailOf(file: string, from = 0): string {
  const lines = readEnd(file, from)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => ({
      index,
      text: plain(line),
      grave: /^(panic|error|fatal)\b|"level":"(error|fatal|panic)"/i.test(line),
    }))
  const shown = new Set([...lines.filter((line) => line.grave).slice(-LAST_LINES), ...lines.slice(-LAST_LINES)])
  return lines
    .filter((line) => shown.has(line))
    .map((line) => `  ${line.text.length > LINE_LENGTH ? `${line.text.slice(0, LINE_LENGTH)}…` : line.text}`)
    .join('\n')
}

/** A zot log line is JSON; its message and error are what a person wants. */
function plain(line: string): string {
  try {
    const { level, message, error } = JSON.parse(line) as Record<string, unknown>
    if (typeof message === 'string') return [level, message, error].filter(Boolean).join(': ')
  } catch {}
  return line
}

function readEnd(file: string, from: number): string {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(handle)
    const start = Math.max(Math.min(from, size), size - MOST_BYTES)
    const buffer = Buffer.alloc(size - start)
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, start))
  } finally {
    closeSync(handle)
  }
}
