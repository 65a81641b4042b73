/** A terminal for tests: the program runs on a real pseudo-terminal (util-linux `script`), and what it drew can be read. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { plainEnvironment, program, type TestRepository } from './repository.ts'

/** util-linux's `script` can run a command on a terminal of its own and hand on its exit code; others cannot. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')

export interface Terminal {
  child: ChildProcess
  /** All that the program wrote so far, with its escape sequences. */
  written: () => string
  /** What a person sees now, with what has scrolled away above. */
  seen: () => string
  /** Types: `y\r` is yes and the return key, `\x03` is Ctrl-C. */
  type: (keys: string) => void
  ended: Promise<number | null>
}

/** Starts the program on a terminal 100 characters wide; `TERM` is xterm-256color unless `env` says otherwise. */
export function openTerminal(repository: TestRepository, args: string[], env: NodeJS.ProcessEnv = {}): Terminal {
  return onTerminal(repository, [process.execPath, program, ...args], env)
}

/** Starts any command on such a terminal. */
export function onTerminal(repository: TestRepository, command: string[], env: NodeJS.ProcessEnv = {}): Terminal {
  const words = command.map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 100 rows 30; exec ${words}`, '/dev/null'], {
    cwd: repository.root,
    env: { ...plainEnvironment(), TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let written = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (written += chunk))
  child.stdin.on('error', () => {})
  return {
    child,
    written: () => written,
    seen: () => repository.steady(drawn(written)),
    type: (keys) => void child.stdin.write(keys),
    ended: new Promise((done) => child.on('close', (code) => done(code))),
  }
}

/** The lines that a terminal shows after this was written to it: cursor moves and erasures done, colours dropped. */
export function drawn(written: string): string {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this reads
  for (const [token, parameter = '', command] of written.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|[\s\S]/gu)) {
    const line = lines[row] ?? ''
    const number = Number(parameter || (command === 'J' || command === 'K' ? 0 : 1))
    if (command === 'A') row = Math.max(0, row - number)
    else if (command === 'G') column = number - 1
    else if (command === 'K') lines[row] = number === 0 ? line.slice(0, column) : ''
    else if (command === 'J') {
      if (number === 0) {
        lines[row] = line.slice(0, column)
        lines.length = row + 1
      }
    } else if (command !== undefined) continue
    else if (token === '\r') column = 0
    else if (token === '\n') {
      row += 1
      lines[row] ??= ''
    } else {
      lines[row] = line.padEnd(column).slice(0, column) + token + line.slice(column + 1)
      column += 1
    }
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}
