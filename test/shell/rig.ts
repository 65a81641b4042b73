/** Real shells on a real terminal, with the completion script loaded: keys in, the words that the shell passed on out. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { plainEnvironment, program, TestRepository, until } from '../rig/repository.ts'
import { onTerminal, type Terminal } from '../rig/terminal.ts'

export type ShellName = 'bash' | 'zsh' | 'fish'

/** Whether that program is on this machine; to unskip what asks for it, install it: all three are in every distribution. */
export function hasShell(name: ShellName): boolean {
  return spawnSync(name, ['-c', 'exit 0']).status === 0
}

const prompt = 'READY> '
/** What the shell passed on, each call ended by an empty line; words end with a zero byte. */
const calls = 'home/calls'

const loading: Record<ShellName, string> = {
  bash: `PS1='${prompt}'; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; eval "$(mikado completion bash)"\n`,
  zsh: `PS1='${prompt}'; unsetopt beep; autoload -Uz compinit; compinit -D -u; source <(mikado completion zsh)\n`,
  fish: `function fish_prompt; echo -n '${prompt}'; end; function fish_greeting; end; mikado completion fish | source\n`,
}
const starting: Record<ShellName, readonly string[]> = {
  bash: ['bash', '--noprofile', '--rcfile', 'home/rc.bash', '-i'],
  zsh: ['zsh', '-d', '-i'],
  fish: ['fish', '--no-config', '-i', '-C', 'source home/rc.fish'],
}

/** A repository in which `mikado` is a program on PATH that completes, and otherwise only notes what it was called with. */
export class ShellRepository extends TestRepository {
  readonly #terminals = new Map<ShellName, Terminal>()

  constructor(files: Record<string, string>) {
    super(files)
    const node = process.execPath
    this.write({
      'bin/mikado*': `#!/bin/sh
case $1 in complete|completion) exec '${node}' '${program}' "$@" ;; esac
{ for word; do printf '%s\\0' "$word"; done; printf '\\n\\n'; } >>'${this.path(calls)}'
`,
      'home/rc.bash': loading.bash,
      'home/.zshrc': loading.zsh,
      'home/rc.fish': loading.fish,
    })
  }

  get environment(): NodeJS.ProcessEnv {
    const { PATH = '' } = plainEnvironment()
    const home = this.path('home')
    return { PATH: `${this.path('bin')}:${PATH}`, HOME: home, ZDOTDIR: home, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' }
  }

  /** Types into the shell and answers the words of the call that came of it. Wanted: a line that ends with `\r`. */
  async typed(shell: ShellName, keys: string): Promise<string[]> {
    rmSync(this.path(calls), { force: true })
    const terminal = this.#terminals.get(shell) ?? (await this.open(shell))
    terminal.type(keys)
    const noted = () => (existsSync(this.path(calls)) ? readFileSync(this.path(calls), 'utf8') : '')
    await until(
      `${shell} runs ${JSON.stringify(keys)}: ${terminal.written()}`,
      () => noted().endsWith('\n\n'),
      20,
    ).catch((error: unknown) => {
      terminal.child.kill('SIGKILL')
      this.#terminals.delete(shell)
      throw error
    })
    return noted().slice(0, -2).split('\0').slice(0, -1)
  }

  /** Types into a new shell and answers what it wrote, once that is so. */
  async shown(shell: ShellName, keys: string, holds: (written: string) => boolean): Promise<string> {
    const terminal = await this.open(shell)
    terminal.type(keys)
    await until(`${shell} shows what ${JSON.stringify(keys)} may mean`, () => holds(terminal.written()), 20)
    terminal.child.kill('SIGKILL')
    return terminal.written()
  }

  async open(shell: ShellName): Promise<Terminal> {
    const terminal = onTerminal(this, [...starting[shell]], this.environment)
    this.#terminals.set(shell, terminal)
    await until(`${shell} is ready`, () => terminal.written().includes(prompt.trim()), 20)
    return terminal
  }

  /** Runs a script in the shell, without a terminal. */
  run(shell: ShellName, script: string): string {
    const ran = spawnSync(shell, shell === 'bash' ? ['-c', script] : ['-c', script], {
      cwd: this.root,
      env: { ...plainEnvironment(), ...this.environment },
      encoding: 'utf8',
    })
    return ran.stdout + ran.stderr
  }

  override [Symbol.dispose](): void {
    for (const { child } of this.#terminals.values()) child.kill('SIGKILL')
    super[Symbol.dispose]()
  }
}
