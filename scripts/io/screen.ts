/** The terminal during a run: lines that stay, above a picture that is redrawn. Elsewhere only the lines. */
import { createRequire } from 'node:module'
import { visible } from '../core/plain.ts'
import type { System } from './system.ts'

export interface Screen {
  /** Writes a line that stays. */
  line: (text: string) => void
  /** Takes the picture away while a question is asked. */
  pause: <T>(question: () => Promise<T>) => Promise<T>
  close: () => void
}

const betweenFrames = 100 // milliseconds

/** A live screen: `frame` is asked for the picture, given the room there is. */
export function liveScreen(system: System, frame: (now: number, columns: number, rows: number) => string): Screen {
  const { stderr } = system
  // Loaded only here: it takes longer to load than all else that a run without a terminal loads.
  const { createLogUpdate } = createRequire(import.meta.url)('log-update') as typeof import('log-update')
  const update = createLogUpdate(stderr)
  let paused = false
  let cancel = () => {}
  const draw = () => {
    if (paused) return
    const picture = frame(system.now(), stderr.columns ?? 80, (stderr.rows ?? 24) - 1)
    if (picture === '') update.clear()
    else update(visible(picture))
  }
  const tick = () => {
    draw()
    cancel = system.after(betweenFrames, tick)
  }
  tick()
  return {
    line: (text) => {
      update.clear()
      stderr.write(`${visible(text)}\n`)
      draw()
    },
    pause: async (question) => {
      paused = true
      update.clear()
      update.done()
      try {
        return await question()
      } finally {
        paused = false
        draw()
      }
    },
    close: () => {
      cancel()
      update.clear()
      update.done()
    },
  }
}

/** Lines only: no terminal, a dumb one, or CI. */
export function plainScreen(system: System): Screen {
  return {
    line: (text) => void system.stderr.write(`${visible(text)}\n`),
    pause: (question) => question(),
    close: () => {},
  }
}

/** Nothing at all. */
export const noScreen: Screen = { line: () => {}, pause: (question) => question(), close: () => {} }
