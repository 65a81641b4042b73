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

/** What is drawn below the lines that stay. */
export interface Picture {
  /** At most `rows` lines of `columns` characters. Never empty. */
  text: (now: number, columns: number, rows: number) => string
  /** It wants the screen for itself; what was there comes back afterwards, and lines that stay wait until then. */
  readonly whole: boolean
  /** How many rows a text takes on a screen of so many columns that wraps it. */
  rowsOf: (text: string, columns: number) => number
}

/** Milliseconds between two pictures, at least; and at most, since some of it counts seconds. */
const between = { least: 100, most: 1000 }

const control = (code: string) => `\u001b[${code}`
/** What is written in between is shown at once. */
const [together, shown] = [control('?2026h'), control('?2026l')]
/** What is too long for a row is cut, so that every line of the picture is one row, however wide a terminal draws its characters. */
const [cutting, wrapping] = [control('?7l'), control('?7h')]
const [hidden, cursor] = [control('?25l'), control('?25h')]
/** Another screen, and back. */
const [alone, back] = [control('?1049h'), control('?1049l')]
const [home, erase] = [control('H'), control('J')]
/** Row by row: where all that is seen is erased at once, some terminals keep it in their scrollback. */
const [eraseRow, up] = [control('2K'), control('A')]

/** A live screen. Between two pictures the cursor stands in the row below the one that is shown. */
export function liveScreen(system: System, picture: Picture): Screen {
  const { stderr, size, now, after, env } = system
  let lines: string[] = []
  /** The picture on the screen, where it has the screen for itself, and whether a person may see something else by now. */
  let standing = { text: '', whole: false, spoilt: false }
  let away = true
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
  const sleep = () => {
    cancel()
    due = Infinity
  }
  const draw = () => {
    sleep()
    if (away) return
    drawn = now()
    const { whole } = picture
    const { columns, rows } = size()
    const text = visible(picture.text(drawn, columns, whole ? rows : rows - 1))
    const waiting = lines.length > 0 && !whole
    if (waiting || standing.spoilt || text !== standing.text || whole !== standing.whole) {
      const over = whole && standing.whole ? '' : gone() + (whole ? alone : staying())
      const picture = whole ? `${home}${erase}${cutting}${text}` : `${cutting}${text}\n`
      stderr.write(`${together}${hidden}${over}${picture}${wrapping}${shown}`)
      standing = { text, whole, spoilt: false }
    }
    wake(between.most)
  }
  /** Takes the picture away; the cursor is where it began. */
  const gone = () => {
    const { text, whole } = standing
    standing = { text: '', whole: false, spoilt: false }
    if (text === '') return ''
    if (whole) return back
    const rows = wrapsAgain(env) ? picture.rowsOf(text, size().columns) : text.split('\n').length
    return `${eraseRow}${`${up}${eraseRow}`.repeat(rows)}\r`
  }
  /** The lines that stay and were not written yet. */
  const staying = () => {
    const text = lines.map((line) => `${visible(line)}\n`).join('')
    lines = []
    return text
  }
  const changed = () => {
    if (!away) wake(Math.max(0, drawn + between.least - now()))
  }
  const resized = () => {
    standing.spoilt = true
    changed()
  }
  /** Leaves nothing but lines that stay. */
  const leave = () => {
    sleep()
    away = true
    const shows = standing.text === '' ? '' : cursor
    stderr.write(gone() + shows + staying())
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

/** Whether a terminal that becomes narrower wraps what stands on it: all but a few do. */
function wrapsAgain({ TERM = '', TMUX, XTERM_VERSION }: NodeJS.ProcessEnv): boolean {
  if (TMUX) return true
  return !XTERM_VERSION && !/^(?:linux|screen|st)\b/.test(TERM)
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
