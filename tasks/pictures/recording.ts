/** What came to a terminal, and when: kept as asciicast v2, and seen again screen by screen. */
import { setTimeout as wait } from 'node:timers/promises'
import { PseudoTerminal, type Size, TerminalScreen } from './pseudo-terminal.ts'
import { type Row, rowsOf } from './rows.ts'

/** How long a person needs for a key. */
const typing = 60 // milliseconds
/** What takes longer is no recording worth watching. */
const patience = 180_000 // milliseconds

export interface Recording {
  size: Size
  term: string
  /** Milliseconds since the beginning, and what came then. */
  came: readonly (readonly [at: number, text: string])[]
}

/** A shell on a terminal that is recorded, and hands that type. */
export class Stage {
  readonly #terminal: PseudoTerminal
  readonly #size: Size
  readonly #term: string
  readonly #came: [at: number, text: string][] = []
  readonly #began = performance.now()

  constructor(size: Size, place: { cwd: string; env: NodeJS.ProcessEnv; term: string }) {
    this.#size = size
    this.#term = place.term
    const env = {
      ...place.env,
      TERM: place.term,
      PS1: '$ ',
      INPUTRC: '/dev/null',
      HISTFILE: '/dev/null',
      LC_ALL: 'C.UTF-8',
    }
    const heard = (text: string) => void this.#came.push([Math.round(performance.now() - this.#began), text])
    this.#terminal = new PseudoTerminal(['bash', '--noprofile', '--norc', '-i'], { cwd: place.cwd, env, size, heard })
  }

  /** Types as a person does. */
  async type(keys: string): Promise<void> {
    for (const key of keys) {
      this.#terminal.type(key)
      await wait(typing)
    }
  }

  /** Types a line, and waits for the next prompt. */
  async call(line: string): Promise<void> {
    await this.begin(line)
    await this.prompt()
  }

  async begin(line: string): Promise<void> {
    await this.prompt()
    await this.type(line)
    await wait(5 * typing)
    this.#terminal.type('\r')
  }

  /** Waits until this stands on the screen. */
  async see(text: string | RegExp): Promise<void> {
    await this.#until(String(text), () => {
      const screen = this.#terminal.screen.rows().join('\n')
      return typeof text === 'string' ? screen.includes(text) : text.test(screen)
    })
  }

  /** Waits until the shell asks for a line. */
  async prompt(): Promise<void> {
    await this.see(/(?:^|\n)\$\n*$/)
  }

  pause(milliseconds: number): Promise<void> {
    return wait(milliseconds)
  }

  async end(): Promise<Recording> {
    await this.prompt()
    const came = [...this.#came]
    this.#terminal.type('exit\r')
    await this.#terminal.ended
    return { size: this.#size, term: this.#term, came }
  }

  close(): void {
    this.#terminal.child.kill('SIGKILL')
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + patience
    while (!holds()) {
      if (performance.now() > deadline)
        throw new Error(`never seen: ${what}; the screen:\n${this.#terminal.screen.rows().join('\n')}`)
      await wait(20)
    }
  }
}

/** https://docs.asciinema.org/manual/asciicast/v2/ */
export function castOf({ size, term, came }: Recording, title: string): string {
  const head = { version: 2, width: size.columns, height: size.rows, title, env: { TERM: term } }
  const lines = [head, ...came.map(([at, text]) => [at / 1000, 'o', text])]
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
}

/** Reads what `castOf` wrote. */
export function readCast(text: string): { recording: Recording; title: string } {
  const [head, ...events] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const came = events.map(([seconds, , part]): [number, string] => [Math.round(seconds * 1000), part])
  const size = { columns: head.width, rows: head.height }
  return { recording: { size, term: head.env.TERM, came }, title: head.title }
}

/** A screen, and for how long it stood. */
export interface Frame {
  milliseconds: number
  rows: Row[]
}

/** What comes so close together is one screen. */
const together = 90 // milliseconds
/** No screen stands longer: what happens meanwhile can be read off its seconds. */
const longest = 1500 // milliseconds
/** Nobody watches longer; what takes longer is shown faster. */
const whole = 40_000 // milliseconds
/** For how long the last screen stands. */
const last = 8000 // milliseconds

/** The screens of a recording, one after the other. `speed`: how much faster they are shown than they came. */
export async function framesOf({ size, came }: Recording): Promise<{ frames: Frame[]; speed: number }> {
  const slow = await distinct(size, came)
  const speed = Math.max(1, slow.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / whole)
  const frames: Frame[] = []
  let owed = 0
  for (const [at, { milliseconds, rows }] of slow.entries()) {
    owed += milliseconds / speed
    if (owed < together && at < slow.length - 1) continue
    frames.push({ milliseconds: at === slow.length - 1 ? last : Math.round(owed), rows })
    owed = 0
  }
  return { frames, speed }
}

/** Screens that differ from the one before, at their own speed. */
async function distinct(size: Size, came: Recording['came']): Promise<Frame[]> {
  const screen = new TerminalScreen(size)
  const frames: Frame[] = []
  for (const [at, [milliseconds, text]] of came.entries()) {
    await screen.write(text)
    const stands = (came[at + 1]?.[0] ?? milliseconds) - milliseconds
    if (stands < together && at < came.length - 1) continue
    const rows = rowsOf(screen)
    const before = frames.at(-1)
    if (before && JSON.stringify(before.rows) === JSON.stringify(rows)) before.milliseconds += stands
    else frames.push({ milliseconds: stands, rows })
  }
  return frames.map(({ milliseconds, rows }) => ({ milliseconds: Math.min(longest, milliseconds), rows }))
}
