/** Keys that are pressed during a run, each told as it is pressed. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Borrowed, borrowed, giveBack } from './borrowed.ts'
import type { System } from './system.ts'

export interface Keys {
  /** Hears nothing while a question is asked. */
  pause: <T>(question: () => Promise<T>) => Promise<T>
  close: () => void
}

/** Keys that a terminal makes signals of, while nobody reads it key by key. */
const signals: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
}

/** What one key sends: Escape alone, or the beginning of what arrows and others send. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys send them
const key = /\u001b(?:\[[\d;]*[ -/]*[@-~]|O.)|[\s\S]/gu

/** Listens to a terminal until it is closed. Signals that keys ask for go to whom the terminal would send them. */
export function listen({ stdin }: System, heard: (key: string) => void): Keys {
  let listening = false
  const hear = (chunk: Buffer) => {
    for (const [pressed] of String(chunk).matchAll(key)) {
      const signal = signals[pressed]
      if (signal === undefined) heard(pressed)
      else raise(signal)
    }
  }
  // A terminal that is closed meanwhile presses no keys.
  const gone = () => {}
  const start = () => {
    // In the background, whoever asks for keys is suspended.
    if (listening || !inForeground()) return
    listening = true
    stdin.on('error', gone)
    stdin.setRawMode(true)
    stdin.on('data', hear)
    stdin.resume()
  }
  const end = () => {
    if (!listening) return
    listening = false
    stdin.off('data', hear)
    stdin.pause()
    stdin.setRawMode(false)
    stdin.off('error', gone)
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

/** To all processes that run in the terminal's foreground: this one's group. */
function raise(signal: NodeJS.Signals): void {
  // Whom it ends at once cannot give anything back any more.
  if (signal === 'SIGQUIT') giveBack()
  process.kill(0, signal)
}

/** Whether this process may read its terminal. */
function inForeground(): boolean {
  if (process.platform !== 'linux') {
    return (
      spawnSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' }).stdout?.includes('+') ?? false
    )
  }
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === foreground
}
