/** A repository of its own for a test: files in, the real command line run in it, everything it printed out. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll } from 'vitest'
import { steady } from './text.ts'

export { card, sideBySide, steady, task, waitsFor } from './text.ts'

export const program = resolve(import.meta.dirname, '../../scripts/mikado.mjs')

/** Permissions say nothing to root; tests of them run the program as this user, when they may. */
const nobody = 65534
export const isRoot = process.getuid?.() === 0

export interface Ran {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Started {
  child: ChildProcess
  /** All that came so far. */
  output: { stdout: string; stderr: string }
  /** Resolves when the process has ended and all it printed has come. */
  ended: Promise<Ran>
}

export interface Place {
  /** The folder it is called in. */
  cwd?: string
  /** Not as root, where the tests run as root: see `giveAway`. */
  asNobody?: boolean
  /** The program, with its arguments, that starts it: among other mounts, with less room. */
  through?: readonly string[]
}

/** What a test that ran out of time left running; nothing of it may outlive the tests. */
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

export class TestRepository implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-test-')))
  readonly #started = new Set<ChildProcess>()

  constructor(files: Record<string, string> = {}) {
    this.write(files)
  }

  path(name: string): string {
    return join(this.root, name)
  }

  /** Writes files; a name that ends in `*` is made executable, without the star. */
  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = this.path(name.replace(/\*$/, ''))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { mode: name.endsWith('*') ? 0o755 : 0o644 })
    }
  }

  remove(...names: string[]): void {
    for (const name of names) rmSync(this.path(name), { recursive: true, force: true })
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Names in a folder, sorted; empty when it is not there. */
  names(folder: string): string[] {
    try {
      return readdirSync(this.path(folder)).sort()
    } catch {
      return []
    }
  }

  /** The documents that say `status: active`, by id. */
  active(folder = 'docs'): string[] {
    const documents = this.names(folder).filter((name) => name.endsWith('.md'))
    const active = documents.filter((name) => /^status: active$/m.test(this.read(`${folder}/${name}`)))
    return active.map((name) => name.slice(0, -'.md'.length))
  }

  /** Every event in the journal. */
  journal(): { event: string; card?: string; [key: string]: unknown }[] {
    return eventsOf(this.read('.mikado/journal.jsonl'))
  }

  /** What happened, in short: `card-started base`. */
  happened(): string[] {
    return this.journal().map(({ event, card }) => (card === undefined ? event : `${event} ${card}`))
  }

  /** Everything that a reader could find about a run: all files of the run data but the secrets, in one text. */
  everythingKept(): string {
    const files = readdirSync(this.path('.mikado'), { recursive: true, withFileTypes: true })
    return files
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('/secrets'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n')
  }

  /** Gives every file and folder to the user that `asNobody` runs as. */
  giveAway(): void {
    if (!isRoot) return
    const names = readdirSync(this.root, { recursive: true }) as string[]
    for (const name of ['', ...names]) chownSync(this.path(name), nobody, nobody)
  }

  /** Runs the command line to its end, without a terminal and without the environment of whoever runs the tests. */
  async mikado(...args: string[]): Promise<Ran> {
    return await this.start(args).ended
  }

  /** The same, told as one text: see `told`. */
  async tell(...args: string[]): Promise<string> {
    return this.told(await this.mikado(...args))
  }

  start(args: string[], env: NodeJS.ProcessEnv = {}, place: Place = {}): Started {
    const user = isRoot && place.asNobody ? { uid: nobody, gid: nobody } : {}
    const [file, ...words] = [...(place.through ?? []), process.execPath, program, ...args] as [string, ...string[]]
    const child = spawn(file, words, {
      cwd: place.cwd ?? this.root,
      env: { ...plainEnvironment(), ...env },
      // Over the channel it notices when the tests are killed, and stops.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...user,
    })
    this.#started.add(child)
    running.add(child)
    child.once('exit', () => running.delete(child))
    const output = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk))
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk))
    const ended = new Promise<Ran>((done) => child.on('close', (code, signal) => done({ code, signal, ...output })))
    return { child, output, ended }
  }

  /** Exit code, stdout and stderr as one text, with what changes from run to run replaced. */
  told(ran: Ran): string {
    const end = ran.signal === null ? `exit ${ran.code}` : `ended by ${ran.signal}`
    const parts = [end]
    if (ran.stdout !== '') parts.push(`--- stdout\n${this.steady(ran.stdout)}`)
    if (ran.stderr !== '') parts.push(`--- stderr\n${this.steady(ran.stderr)}`)
    return parts.join('\n')
  }

  steady(text: string): string {
    return steady(text.replaceAll(this.root, 'ROOT'))
  }

  [Symbol.dispose](): void {
    for (const child of this.#started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** The environment that every test's program starts from. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  // Hundreds of starts: what Node compiled once serves them all.
  const NODE_COMPILE_CACHE = join(tmpdir(), `mikado-test-compiled-${process.getuid?.() ?? 0}`)
  return { PATH, HOME, NODE_COMPILE_CACHE, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', USER: 'tester' }
}

/** The events of `--json`, or of a journal. */
export function eventsOf(lines: string): { event: string; card?: string; [key: string]: unknown }[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Waits until something is so, asking often; fails when it has not come true after so many seconds. */
export async function until(what: string, holds: () => boolean, seconds = 10): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what}: not so after ${seconds} seconds`)
    await new Promise((done) => setTimeout(done, 10))
  }
}

/** Whether a process is there and is more than a name that its parent has yet to read. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return process.platform !== 'linux'
  }
}
