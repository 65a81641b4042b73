/** A terminal for tests: the program runs on a real pseudo-terminal, and what it drew can be read. */
import type { ChildProcess } from 'node:child_process'
import { afterAll } from 'vitest'
import { PseudoTerminal, type Size } from '../../tasks/pictures/pseudo-terminal.ts'
import { plainEnvironment, program, type TestRepository } from './repository.ts'

export { hasTerminal } from '../../tasks/pictures/pseudo-terminal.ts'

/** What a test that failed left open; closed, a terminal ends what runs on it. */
const open = new Set<ChildProcess>()
afterAll(() => {
  for (const child of open) child.kill('SIGKILL')
})

export interface Terminal {
  child: ChildProcess
  /** All that the program wrote so far, with its escape sequences. */
  written: () => string
  /** What a person sees now, with what has scrolled away above; a line that the screen wraps is one line. */
  seen: () => string
  /** What stands on the screen now, without empty rows at its end. */
  screen: () => string
  /** Types: `y\r` is yes and the return key, `\x03` is Ctrl-C. */
  type: (keys: string) => void
  resize: (size: Size) => Promise<void>
  ended: Promise<number | null>
}

/** Starts the program on a terminal, 100 columns wide and 30 rows high; `TERM` is xterm-256color unless `env` says otherwise. */
export function openTerminal(
  repository: TestRepository,
  args: string[],
  env: NodeJS.ProcessEnv = {},
  size?: Size,
): Terminal {
  return onTerminal(repository, [process.execPath, program, ...args], env, size)
}

/** Starts any command on such a terminal. */
export function onTerminal(
  repository: TestRepository,
  command: string[],
  env: NodeJS.ProcessEnv = {},
  size: Size = { columns: 100, rows: 30 },
): Terminal {
  const terminal = new PseudoTerminal(command, {
    cwd: repository.root,
    env: { ...plainEnvironment(), ...env },
    size,
  })
  open.add(terminal.child)
  terminal.child.once('exit', () => open.delete(terminal.child))
  return {
    child: terminal.child,
    written: () => terminal.written,
    seen: () => repository.steady(`${terminal.screen.lines().join('\n')}\n`),
    screen: () => `${repository.steady(terminal.screen.rows().join('\n')).trimEnd()}\n`,
    type: (keys) => terminal.type(keys),
    resize: (size) => terminal.resize(size),
    ended: terminal.ended,
  }
}
