/** This program, called again in a process of its own: what one command does there cannot harm who called it. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { exit } from '../core/exit.ts'

/** How such a call ended. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Why a call was refused, as `--json` tells it on stderr. */
export interface Trouble {
  code: number
  message: string
  hint: string | null
}

export interface Call {
  /** Aborted: the command is stopped as by Ctrl-C, and ends in its own way. */
  signal: AbortSignal
  /** Set besides what this program's own environment says. */
  env?: NodeJS.ProcessEnv
  /** Takes each whole line of stdout; without it, they are kept. */
  tell?: (line: string) => void
}

/** Characters of an answer that are kept; a longer one is an error of the call. */
const most = 32 * 1024 * 1024

/** Calls of the same program in one folder. */
export class Itself {
  readonly #program: string
  readonly #root: string
  readonly #env: NodeJS.ProcessEnv
  readonly #running = new Set<Promise<unknown>>()

  constructor(program: string, root: string, env: NodeJS.ProcessEnv) {
    this.#program = program
    this.#root = root
    this.#env = env
  }

  /** Runs it with these words to its end. */
  call(words: readonly string[], call: Call): Promise<Ended> {
    const ended = this.#start(words, call)
    this.#running.add(ended)
    void ended.finally(() => this.#running.delete(ended))
    return ended
  }

  /** Resolves when no call runs any more. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  #start(words: readonly string[], { signal, env, tell }: Call): Promise<Ended> {
    return new Promise((resolve) => {
      // In a session of its own: a Ctrl-C on our terminal reaches it once, through us, and not twice.
      // Over the channel it notices when we die, and stops.
      const child = spawn(process.execPath, [this.#program, ...words], {
        cwd: this.#root,
        env: { ...this.#env, ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true,
      })
      const stop = () => void child.kill('SIGINT')
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
      const answer = { stdout: '', stderr: '' }
      let spoken = 0
      const keep = (stream: 'stdout' | 'stderr') => (text: string) => {
        spoken += text.length
        if (spoken > most) child.kill('SIGINT')
        else answer[stream] += text
      }
      child.stdout?.setEncoding('utf8').on('data', tell ? byLine(tell) : keep('stdout'))
      child.stderr?.setEncoding('utf8').on('data', keep('stderr'))
      const end = (code: number | null, ended: NodeJS.Signals | null) => {
        signal.removeEventListener('abort', stop)
        resolve({ code, signal: ended, ...answer })
      }
      child.once('error', (error) => {
        answer.stderr += error.message
        end(null, null)
      })
      child.once('close', end)
    })
  }
}

/** What this program calls itself. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

/** Why a command told nothing: its last word on stderr, in JSON or in text. */
export function troubleOf({ code, signal, stderr }: Ended): Trouble {
  const errors = stderr.split('\n').flatMap((line) => parsed<{ error?: Trouble }>(line)?.error ?? [])
  const last = errors.at(-1)
  if (last) return { code: last.code, message: last.message, hint: last.hint }
  const said = stderr.trim().slice(-2000)
  const [, message = said, hint = null] = /^mikado: ([\s\S]*?)(?:\n {2}([^\n]+))?$/.exec(said) ?? []
  if (message !== '') return { code: code ?? exit.bug, message, hint }
  return {
    code: code ?? exit.bug,
    message: `the command ended with ${signal ?? `exit code ${code}`}`,
    hint: 'Ask again.',
  }
}

/** JSON, or null when it is none. */
export function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T | null
  } catch {
    return null
  }
}

/** The whole lines of what comes in pieces. */
function byLine(tell: (line: string) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tell(line)
  }
}
