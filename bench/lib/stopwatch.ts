/** Times programs from a small process of its own; see stopwatch.py. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Program {
  argv: readonly [string, ...string[]]
  cwd: string
  env?: Record<string, string>
}

export interface Taken {
  seconds: number
  /** Seconds of processor, of the program and all it waited for. */
  cpu: number
  /** Bytes of the largest process among these, at its peak. */
  memory: number
  /** Null: it was ended because its time was over. Negative: a signal. */
  code: number | null
}

/** It was stopped while it timed. */
export class Stopped extends Error {
  override message = 'stopped'
}

export class Stopwatch implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>
  readonly #output: string
  #stopped = false
  /** Seconds of processor that all measured programs took. */
  cpu = 0

  /** What programs print goes into the file `output`, each time anew. */
  constructor(output: string) {
    this.#output = output
    this.#process = spawn('python3', [join(import.meta.dirname, 'stopwatch.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const { stdout } = this.#process
    if (!stdout) throw new Error('the stopwatch has no output')
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** @throws Stopped when it was told to stop. */
  async time({ argv, cwd, env }: Program, limit: number): Promise<Taken> {
    const asked = { argv, cwd, env: { ...plainEnvironment(), ...env }, output: this.#output, limit }
    this.#process.stdin?.write(`${JSON.stringify(asked)}\n`)
    const answer = await this.#answers.next()
    if (this.#stopped) throw new Stopped()
    if (answer.done) {
      const { exitCode, signalCode } = this.#process
      throw new Error(`the stopwatch (python3) ended (${signalCode ?? exitCode}) while it timed: ${argv.join(' ')}`)
    }
    const taken = JSON.parse(answer.value) as Taken
    this.cpu += taken.cpu
    return taken
  }

  /** Ends the program that is timed, and times no other. */
  stop(): void {
    this.#stopped = true
    this.#process.kill('SIGINT')
  }

  /** The end of what the last program printed. */
  said(): string {
    return readFileSync(this.#output, 'utf8').trimEnd().split('\n').slice(-5).join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((done) => this.#process.once('close', done))
    this.#process.stdin?.end()
    await ended
  }
}

/** Nothing of the environment of whoever measures but where programs are. */
export function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME, LANG: 'C.UTF-8', NO_COLOR: '1' }
}
