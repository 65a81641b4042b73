/** The terminal during a run: lines that stay, above a picture that is redrawn. Elsewhere only the lines. */
import { visible } from '../core/plain.ts'
import { type Borrowed, borrowed } from './borrowed.ts'
import type { System } from './system.ts'

export interface Screen {
  /** Writes a line that stays. */
  line: (text: string) => void
  /** What the picture shows has changed. */
  changed: () => void
  /** Takes the picture away while a question is asked; lines wait until it is answered. */
  pause: <T>(question: () => Promise<T>) => Promise<T>
  close: () => void
}

/** Milliseconds between two pictures, at least; and at most, since some of it counts seconds. */
const between = { least: 100, most: 1000 }

const control = (code: string) => `\u001b[${code}`
/** What is written in between is shown at once. */
const [together, shown] = [control('?2026h'), control('?2026l')]
/** What is too long for a line is cut, so that every line of the picture is one on the screen, however wide its characters are. */
const [cutting, wrapping] = [control('?7l'), control('?7h')]
const [hidden, cursor] = [control('?25l'), control('?25h')]
const nothingBelow = `\r${control('J')}`
const up = (rows: number) => (rows > 0 ? control(`${rows}A`) : '')

/**
 * A live screen: `picture` is asked for the picture, given the room there is. Between two pictures the cursor stands at the first
 * character of the one that is shown: there it stays, whatever a terminal makes of the lines below when it becomes narrower.
 */
export function liveScreen(system: System, picture: (now: number, columns: number, rows: number) => string): Screen {
  const { stderr, now, after } = system
  let lines: string[] = []
  /** The picture on the screen; empty: there is none. */
  let standing = ''
  let away = false
  let drawn = 0
  let due = Infinity
  let cancel = () => {}

  const wake = (milliseconds: number) => {
    const at = now() + milliseconds
    if (at >= due) return
    cancel()
    due = at
    cancel = after(milliseconds, draw)
  }
  const draw = () => {
    cancel()
    due = Infinity
    if (away) return
    drawn = now()
    const { columns = 80, rows = 24 } = stderr
    const next = visible(picture(drawn, columns || 80, (rows || 24) - 1))
    if (lines.length > 0 || standing !== next) {
      const end = up(next.split('\n').length - 1)
      stderr.write(`${together}${hidden}${nothingBelow}${staying()}${cutting}${next}${wrapping}${end}\r${shown}`)
      standing = next
    }
    wake(between.most)
  }
  const staying = () => {
    const text = lines.map((line) => `${visible(line)}\n`).join('')
    lines = []
    return text
  }
  const changed = () => {
    if (!away) wake(Math.max(0, drawn + between.least - now()))
  }
  const resized = () => {
    standing = 'what the terminal made of it'
    changed()
  }
  /** Leaves nothing but lines that stay. */
  const leave = () => {
    cancel()
    due = Infinity
    away = true
    const over = standing === '' ? '' : `${nothingBelow}${cursor}`
    standing = ''
    stderr.write(over + staying())
  }
  const come = () => {
    away = false
    draw()
  }
  const taken: Borrowed = { giveBack: leave, takeAgain: come }
  const take = () => {
    borrowed.add(taken)
    stderr.on('resize', resized)
    come()
  }
  const giveUp = () => {
    borrowed.delete(taken)
    stderr.off('resize', resized)
    leave()
  }
  take()
  return {
    line: (text) => {
      lines.push(text)
      changed()
    },
    changed,
    pause: async (question) => {
      giveUp()
      try {
        return await question()
      } finally {
        take()
      }
    },
    close: giveUp,
  }
}

/** Lines only: no terminal, a dumb one, or CI. */
export function plainScreen(system: System): Screen {
  return {
    line: (text) => void system.stderr.write(`${visible(text)}\n`),
    changed: () => {},
    pause: (question) => question(),
    close: () => {},
  }
}

/** Nothing at all. */
export const noScreen: Screen = {
  line: () => {},
  changed: () => {},
  pause: (question) => question(),
  close: () => {},
}
