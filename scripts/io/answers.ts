/**
 * Whole answers of commands that only read, kept for as long as everything they rest on looks the same. An answer that is old,
 * cut, of another program or gone costs time, and changes no byte of what is told.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkedOut } from './head.ts'
import type { Mark } from './history.ts'
import { environmentDigest, looksOf } from './looked.ts'
import type { Repository } from './repository.ts'
import type { System } from './system.ts'
import { columnsOf } from './width.ts'

export type Stream = 'stdout' | 'stderr'

/** What a command printed, in order, and its exit code. */
export interface Answer {
  said: [stream: Stream, text: Uint8Array][]
  code: number
  /** Of a run that had nothing to do: its goal, and the journal in which the proofs stand. Null: no run. */
  settled: { goal: string; journal: Mark } | null
}

/** An answer as it is kept. */
export interface Kept extends Answer {
  question: string
  root: string
  /** What it rests on, relative to the root or absolute. */
  paths: string[]
  /** How they looked. */
  looks: string
}

/** Some file systems tell times in steps of up to two seconds: a file that young may change and look the same. */
const settledMs = 2500

/** For an answer that rests on fewer files, two hundredths of a second are no reason to leave something in a repository. */
const worthIt = 100

export class Question {
  readonly #command: string
  readonly #start: string
  readonly #asked: number
  readonly #env: NodeJS.ProcessEnv
  readonly #rest: unknown[]

  private constructor(command: string, words: readonly string[], start: string, branch: string | null, system: System) {
    const { cwd, env, program, stdin, stdout, stderr } = system
    const streams = [stdin.isTTY, stdout.isTTY, stderr.isTTY, columnsOf(system)]
    this.#command = command
    this.#start = start
    this.#asked = system.now()
    this.#env = env
    this.#rest = [process.version, program, process.getuid?.(), words, cwd, start, streams, branch]
  }

  /** The words of a call, asked of the repository that `folder` lies in. */
  static async of(system: System, command: string, words: readonly string[], folder: string): Promise<Question> {
    const start = resolve(system.cwd, folder)
    return new Question(command, words, start, await checkedOut(start), system)
  }

  /** All that an answer depends on beside files. */
  get #text(): string {
    return JSON.stringify([...this.#rest, environmentDigest(this.#env)])
  }

  /** What was answered last, whether or not it still holds; null: something else was asked. */
  known(): Kept | null {
    for (let root = this.#start; ; root = dirname(root)) {
      const kept = readKept(root, this.#place(join(root, '.mikado')))
      if (kept && kept.question === this.#text) return kept
      if (dirname(root) === root) return null
    }
  }

  /** Keeps an answer that rests on what was looked at, unless some of it is so young that it may have changed meanwhile. */
  async keep(repository: Repository, answer: Answer): Promise<void> {
    const { root, data, looked } = repository
    if (looked === undefined || looked.size < worthIt) return
    try {
      // In somebody else's repository, the folder for it would belong to the wrong one.
      if (statSync(root).uid !== process.getuid?.()) return
      for (const path of programFiles()) looked.add(path)
      const { text: looks, latest } = looked.looks()
      if (latest >= this.#asked - settledMs) return
      const [{ makeFolder }, { makeDataFolder, scratch }, { replaceFile }] = await Promise.all([
        import('./folder.ts'),
        import('./journal.ts'),
        import('./replace.ts'),
      ])
      makeDataFolder(repository)
      makeFolder(dirname(this.#place(data)))
      const said = answer.said.map(([stream, text]): Length => [stream, text.length])
      const head: Head = { question: this.#text, ...answer, said, paths: looked.paths, looks }
      const whole = [Buffer.from(`${JSON.stringify(head)}\n`), ...answer.said.map(([, text]) => text)]
      replaceFile(this.#place(data), whole, scratch(repository), 0o600)
    } catch {
      // A disk that refuses is no trouble: the next call reads all files again.
    }
  }

  #place(data: string): string {
    return join(data, 'cache', `${this.#command}.answer`)
  }
}

/** How much was printed where. */
type Length = [stream: Stream, bytes: number]

/** The first line of the file; what was printed comes behind it. */
type Head = Omit<Kept, 'root' | 'said'> & { said: Length[] }

/** Null: it is not there, or cut. */
function readKept(root: string, path: string): Kept | null {
  try {
    const whole = readFileSync(path)
    const first = whole.indexOf('\n')
    const head = JSON.parse(whole.toString('utf8', 0, first)) as Head
    let at = first + 1
    const said = head.said.map(([stream, bytes]): Kept['said'][number] => {
      at += bytes
      return [stream, whole.subarray(at - bytes, at)]
    })
    return at === whole.length ? { ...head, said, root } : null
  } catch {
    return null
  }
}

/** Whether all that the answer rests on looks as it did. */
export function holds({ root, paths, looks }: Kept): boolean {
  try {
    return looksOf(root, paths).text === looks
  } catch {
    return false
  }
}

/** This program's own files: what other code answered counts for nothing. */
function programFiles(): string[] {
  const own = fileURLToPath(new URL('../', import.meta.url))
  const names = readdirSync(own, { recursive: true, encoding: 'utf8' })
  return [own, join(own, '../package.json'), ...names.map((name) => join(own, name))]
}
