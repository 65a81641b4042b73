/** A real pseudo-terminal (util-linux `script`) with a program on it, and the screen that a person would see (xterm.js). */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import xterm from '@xterm/headless'

/** util-linux's `script` can run a command on a terminal of its own and hand on its exit code; others cannot. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')

export interface Size {
  columns: number
  rows: number
}

export interface Place {
  cwd: string
  env: NodeJS.ProcessEnv
  size: Size
  /** Hears what the program writes, as it comes. */
  heard?: (text: string) => void
}

/** The screen of a terminal, with what has scrolled away above it. */
export class TerminalScreen {
  readonly terminal: xterm.Terminal

  constructor({ columns, rows }: Size) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 100_000, allowProposedApi: true })
  }

  /** Resolves when it is drawn. */
  write(text: string): Promise<void> {
    return new Promise((drawn) => this.terminal.write(text, drawn))
  }

  /** The lines that can be seen; those that only go on where one was too long are told apart, see `lines`. */
  rows(): string[] {
    const { active } = this.terminal.buffer
    const rows = Array.from({ length: this.terminal.rows }, (_, at) => active.getLine(active.baseY + at))
    return rows.map((row) => row?.translateToString().trimEnd() ?? '')
  }

  /** All lines, also those that have scrolled away, each as it was written however the screen wraps it; without empty ones at the end. */
  lines(): string[] {
    const { active } = this.terminal.buffer
    const lines: string[] = []
    for (let at = 0; at < active.length; at++) {
      const row = active.getLine(at)
      const text = row?.translateToString() ?? ''
      if (row?.isWrapped) lines.push((lines.pop() ?? '') + text)
      else lines.push(text)
    }
    const told = lines.map((line) => line.trimEnd())
    return told.slice(0, told.findLastIndex((line) => line !== '') + 1)
  }
}

export class PseudoTerminal {
  readonly child: ChildProcess
  readonly screen: TerminalScreen
  /** The exit code, when all that came is drawn. */
  readonly ended: Promise<number | null>
  #written = ''

  constructor(command: readonly string[], { cwd, env, size, heard = () => {} }: Place) {
    const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    const line = `stty cols ${size.columns} rows ${size.rows}; exec ${words}`
    this.screen = new TerminalScreen(size)
    this.child = spawn('script', ['-qec', line, '/dev/null'], {
      cwd,
      env: { TERM: 'xterm-256color', ...env, SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#written += text
      void this.screen.write(text)
      heard(text)
    })
    this.child.stdin?.on('error', () => {})
    const closed = new Promise<number | null>((done) => this.child.on('close', (code) => done(code)))
    this.ended = closed.then(async (code) => {
      await this.screen.write('')
      return code
    })
  }

  /** All that the program wrote so far, with its escape sequences. */
  get written(): string {
    return this.#written
  }

  /** Types: `y\r` is yes and the return key, `\x03` is Ctrl-C. */
  type(keys: string): void {
    this.child.stdin?.write(keys)
  }

  /** Makes the window larger or smaller, as a person does: the screen first, then the program hears of it. */
  async resize({ columns, rows }: Size): Promise<void> {
    // What the program draws in between, it draws for the old window. Just when it has drawn, it will not.
    await new Promise((drawn) => this.child.stdout?.once('data', drawn))
    await this.screen.write('')
    this.screen.terminal.resize(columns, rows)
    execFileSync('stty', ['-F', this.#device(), 'cols', String(columns), 'rows', String(rows)])
  }

  /** The program's end of the pseudo-terminal. Known on Linux only. */
  #device(): string {
    const { pid } = this.child
    const [program] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    return readlinkSync(`/proc/${program}/fd/0`)
  }
}
