/** Asking a person, one question at a time, on the terminal. */
import { createInterface } from 'node:readline/promises'
import { plain } from '../core/plain.ts'
import type { System } from './system.ts'

/** Asks a yes-or-no question; anything but yes is no. Stopping the run answers no. */
export async function askYesNo(system: System, question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: system.stdin, output: system.stderr })
  // The terminal is in raw mode while it asks: Ctrl-C comes as a key, and is to stop the run like anywhere else.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  // A terminal that is closed meanwhile has not answered.
  terminal.on('error', () => {})
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([terminal.question(`${plain(question)} [y/N] `, { signal }), closed])
    return /^\s*y(?:es)?\s*$/i.test(answer)
  } catch {
    return false
  } finally {
    terminal.close()
  }
}
