/** Keys that are pressed during a run, each told as it is pressed. Those that a terminal makes signals of stay signals. */
import { spawnSync } from 'node:child_process'
import { type Borrowed, borrowed } from './borrowed.ts'
import { statOf } from './session.ts'
import type { System } from './system.ts'

export interface Keys {
  /** Hears nothing while a question is asked. */
  pause: <T>(question: () => Promise<T>) => Promise<T>
  close: () => void
}

/** What one key sends: Escape alone, or the beginning of what arrows and others send. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys send them
const key = /\u001b(?:\[[\d;]*[ -/]*[@-~]|O.)|[\s\S]/gu

/** Listens to the terminal until it is closed. */
export function listen({ stdin }: System, heard: (key: string) => void): Keys {
  /** How the terminal is to be left; null: nobody listens. */
  let before: string | null = null
  const hear = (chunk: Buffer) => {
    for (const [pressed] of String(chunk).matchAll(key)) heard(pressed)
  }
  // A terminal that is closed meanwhile presses no keys.
  const gone = () => {}
  const start = () => {
    // In the background, whoever asks for keys is suspended.
    if (before !== null || !inForeground()) return
    // Node's raw mode would take the signals too, and touch the terminal once more at the end, also from the background.
    before = sh('stty -g && stty -icanon -echo min 1 time 0')
    if (before === null) return
    stdin.on('error', gone)
    stdin.on('data', hear)
    stdin.resume()
  }
  const end = () => {
    if (before === null) return
    stdin.off('data', hear)
    stdin.pause()
    stdin.off('error', gone)
    if (inForeground()) sh(`stty ${before}`)
    before = null
  }
  const taken: Borrowed = { giveBack: end, takeAgain: start }
  const take = () => {
    borrowed.add(taken)
    start()
  }
  const leave = () => {
    borrowed.delete(taken)
    end()
  }
  take()
  return {
    pause: async (question) => {
      leave()
      try {
        return await question()
      } finally {
        take()
      }
    },
    close: leave,
  }
}

/** No terminal, or nobody there. */
export const noKeys: Keys = { pause: (question) => question(), close: () => {} }

/** What a command says that sees our terminal; null: it failed. */
function sh(command: string): string | null {
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], {
    stdio: ['inherit', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : null
}

/** Whether this process may read its terminal. */
function inForeground(): boolean {
  if (process.platform !== 'linux') return sh(`ps -o stat= -p ${process.pid}`)?.includes('+') ?? false
  const [, , group, , , foreground] = statOf(process.pid)
  return group === foreground
}
