import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

/** A program that takes zot's command line. */
export interface Kind {
  name: string
  isReal: boolean
  command: string[]
}

const main = fileURLToPath(new URL('../../tasks/zot/registry/main.ts', import.meta.url))
export const standIn: Kind = { name: 'stand-in', isReal: false, command: [process.execPath, main] }
/** The zot that `ZOT_BIN` names, or else one on PATH. */
const binary = findZot()
export const zot: Kind = { name: 'zot', isReal: true, command: binary === undefined ? [] : [binary] }

/** Runs the same tests against the stand-in and against a real zot; without one that half is skipped, and says why. */
export function forEachRegistry(topic: string, tests: (kind: Kind) => void): void {
  describe(`${topic}: stand-in`, () => tests(standIn))
  withZot(`${topic}: real zot`, () => tests(zot))
}

/** Tests that need a real zot. */
export function withZot(topic: string, tests: () => void): void {
  if (binary !== undefined) describe(topic, tests)
  else describe.skip(`${topic} (skipped: neither ZOT_BIN nor a zot on PATH)`, tests)
}

function findZot(): string | undefined {
  if (process.env.ZOT_BIN) return resolve(process.env.ZOT_BIN)
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'zot'))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** A fresh folder below the temporary one; `remove` it at the end. */
export function scratch(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'registry-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

let next = 20_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 40) * 250

/** A port that nobody listens on; test workers draw from ranges of their own. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next++
    const free = await new Promise<boolean>((done) => {
      const server = createServer()
      server.once('error', () => done(false))
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
    })
    if (free) return port
  }
}

/** Asks until the answer is true; fails after `seconds`. */
export async function until(what: string, ask: () => Promise<boolean> | boolean, seconds = 10): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}`)
    await new Promise((done) => setTimeout(done, 15))
  }
}

export interface Running {
  url: string
  pid: () => number
  output: () => string
  /** Ends it with a signal and answers the exit code, null when the signal killed it. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** Writes the config and starts a registry on it; resolves when `/readyz` answers, over TLS when the config has some. */
export async function serve<C extends { http: { port: string; tls?: unknown } }>(
  kind: Kind,
  folder: string,
  config: C,
  scheme = config.http.tls ? 'https' : 'http',
): Promise<Running> {
  const url = `${scheme}://127.0.0.1:${config.http.port}`
  const { child, output, exited } = start(kind, ['serve', writeConfig(folder, config)])
  let ended: number | null | undefined
  const ending = exited.then((code) => {
    ended = code
    return code
  })
  await until(`${kind.name} answers`, async () => {
    if (ended !== undefined) throw new Error(`${kind.name} ended with ${ended}:\n${output()}`)
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok ?? false
  })
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ending
  }
  return { url, pid: () => child.pid ?? 0, output, stop }
}

/** Runs a command of the registry to its end; one that does not end is killed, its code then null. */
export async function run(kind: Kind, args: string[]): Promise<{ code: number | null; output: string }> {
  const { child, output, exited } = start(kind, args)
  const deadline = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const code = await exited
  clearTimeout(deadline)
  return { code, output: output() }
}

export function writeConfig(folder: string, config: unknown, name = 'config.json'): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 })
  return path
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

function start(kind: Kind, args: string[]) {
  const [program = '', ...first] = kind.command
  // Without the cache, Node spends most of a short run on stripping types.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
  // A log file without a folder is made where the program is called: beside its configuration, not in this repository.
  const config = args.find((each) => isAbsolute(each))
  const cwd = config === undefined ? tmpdir() : dirname(config)
  const child: ChildProcess = spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env, cwd })
  children.add(child)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk
  })
  const exited = new Promise<number | null>((done, failed) => {
    child.once('error', failed)
    child.once('close', (code) => {
      children.delete(child)
      done(code)
    })
  })
  return { child, output: () => text, exited }
}
