/** A command of the user's that is told something: JSON on its stdin, a limit on its time. */
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { living } from './living.ts'
import { signalSession } from './session.ts'
import type { System } from './system.ts'

/** Milliseconds that it may take; that its last words may take after it; and how much of what it prints is passed on. */
const limit = { time: 10_000, words: 200, output: 64 * 1024 }

/** How it went; `slow`: it was killed. */
export type Notified = 'ok' | 'slow' | { trouble: string }

/** Runs the command by the shell, in our environment. `tell` gets the lines that it prints. Never rejects. */
export async function notify(
  command: string,
  input: string,
  { cwd, env, after }: System,
  tell: (line: string) => void,
): Promise<Notified> {
  // A session of its own: the signal that stops a run must not end who is to be told of it.
  const child = spawn('/bin/sh', ['-c', command], { cwd, env, detached: true, stdio: 'pipe' })
  const { pid } = child
  if (pid !== undefined) living.add(pid)
  for (const stream of [child.stdout, child.stderr]) passOn(stream, tell)
  // It need not read what it is told.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ended = new Promise<Notified>((resolve) => {
    child.once('error', (error) => resolve({ trouble: `it cannot be started: ${error.message}` }))
    child.once('exit', (code, signal) => {
      if (code === 0) resolve('ok')
      else resolve({ trouble: signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}` })
    })
  })
  const [slow, cancelSlow] = timer<Notified>(after, limit.time, 'slow')
  const outcome = await Promise.race([ended, slow])
  cancelSlow()
  if (outcome === 'slow' && pid !== undefined) signalSession(pid, 'SIGKILL')
  const [silent, cancelSilent] = timer(after, limit.words, undefined)
  await Promise.race([closed, silent])
  cancelSilent()
  // What it left in the background may hold them open.
  for (const stream of [child.stdout, child.stderr]) stream.destroy()
  if (pid !== undefined) living.delete(pid)
  return outcome
}

function timer<T>(after: System['after'], milliseconds: number, value: T): [Promise<T>, () => void] {
  let cancel = () => {}
  const over = new Promise<T>((resolve) => {
    cancel = after(milliseconds, () => resolve(value))
  })
  return [over, () => cancel()]
}

function passOn(stream: Readable, tell: (line: string) => void): void {
  let left = limit.output
  let rest = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk.slice(0, left)).split('\n')
    left -= Math.min(left, chunk.length)
    rest = lines.pop() ?? ''
    for (const line of lines) tell(line)
  })
  stream.once('close', () => {
    if (rest !== '') tell(rest)
  })
}
