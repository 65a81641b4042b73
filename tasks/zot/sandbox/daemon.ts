import { spawn } from 'node:child_process'
import { closeSync, openSync, renameSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { compiledAlike } from '../lib/compiled.ts'
import { SandboxError } from './error.ts'
import { errorText, readJsonObject, writePrivateJson } from './files.ts'
import { tailOf } from './log-tail.ts'
import { isPortFree } from './ports.ts'
import { findRunning, isRunning } from './processes.ts'

/** A server of the sandbox: a process of its own that outlives the run which started it, but not a reboot. */
export interface Daemon {
  /** What people call it, e.g. `registry`. */
  name: string
  command: string[]
  /** The last arguments of the command, by which the process is known again. */
  mark: string[]
  cwd: string
  pidFile: string
  log: string
  port: number
  /** Path that answers 200 once it is ready. */
  healthPath: string
  /** Version of the program, kept in the pid file: a running process of another version is replaced. */
  version: string
}

const START_PATIENCE = 20_000
const STOP_PATIENCE = 3_000
const PORT_PATIENCE = 1_000
const LOG_LIMIT = 4 * 1024 * 1024

/** Whether it runs, is of the wanted version, and answers. One request: a few milliseconds. */
export async function isUp(daemon: Daemon): Promise<boolean> {
  const noted = notedProcess(daemon)
  return noted !== undefined && noted.version === daemon.version && (await isHealthy(daemon))
}

/** Brings it up. The caller holds the sandbox's lock. Waits for one that is just starting, replaces one that hangs. */
export async function ensureUp(daemon: Daemon, signal?: AbortSignal): Promise<void> {
  if (await isUp(daemon)) return
  const noted = notedProcess(daemon)
  const [running] = noted ? [noted.pid] : findRunning(daemon.mark)
  if (running !== undefined) {
    const fits = noted === undefined || noted.version === daemon.version
    if (fits && (await becomesHealthy(daemon, () => isRunning(running, daemon.mark), 5_000, signal))) {
      if (!noted) notePid(daemon, running)
      return
    }
    await stop(daemon)
  }
  await start(daemon, signal)
}

/** Ends it, politely and then not. Nothing happens if it does not run. */
export async function stop(daemon: Daemon): Promise<void> {
  const pids = findRunning(daemon.mark)
  for (const how of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of pids) send(pid, how)
    const deadline = performance.now() + STOP_PATIENCE
    while (performance.now() < deadline) {
      if (!pids.some((pid) => isRunning(pid, daemon.mark))) return
      await pause(10)
    }
  }
  throw new SandboxError(
    `${daemon.name} (process ${pids.join(', ')})`,
    'did not end when it was told to',
    'see what holds it (a debugger, a dead disk), then try again',
  )
}

/** The process that the pid file names, if it still is that process. */
export function notedProcess(daemon: Daemon): { pid: number; version: string } | undefined {
  const noted = readJsonObject(daemon.pidFile)
  if (typeof noted?.pid !== 'number' || typeof noted.version !== 'string') return undefined
  return isRunning(noted.pid, daemon.mark) ? { pid: noted.pid, version: noted.version } : undefined
}

async function start(daemon: Daemon, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (!(await becomesFree(daemon.port))) {
    throw new SandboxError(
      `port ${daemon.port} on 127.0.0.1`,
      `taken by another program; the sandbox's ${daemon.name} is set up to listen there`,
      `find the program (\`lsof -nP -i :${daemon.port}\`) and let it end, then try again`,
    )
  }
  const logStart = prepareLog(daemon.log)
  const state = launch(daemon)
  const ready = await becomesHealthy(daemon, () => state.ended === undefined, START_PATIENCE, signal)
  if (ready && state.ended === undefined) return
  // Its own end may mean that one like it was starting already: of a run that was killed before it could note the pid.
  const [other] = findRunning(daemon.mark).filter((pid) => pid !== state.pid)
  if (other !== undefined && (await becomesHealthy(daemon, () => isRunning(other, daemon.mark), 5_000, signal))) {
    return notePid(daemon, other)
  }
  const what = state.ended ? `ended at once (${state.ended})` : `does not answer after ${START_PATIENCE / 1000} s`
  throw new SandboxError(
    `${daemon.name}, log ${daemon.log}`,
    `${what}. The end of its log:\n${tailOf(daemon.log, logStart) || '  (nothing)'}`,
    'put right what the log names, then try again',
  )
}

/** A process that has just ended may hold its port a moment longer than its name. */
async function becomesFree(port: number): Promise<boolean> {
  const deadline = performance.now() + PORT_PATIENCE
  while (!(await isPortFree(port))) {
    if (performance.now() > deadline) return false
    await pause(20)
  }
  return true
}

function launch(daemon: Daemon): { pid: number | undefined; ended: string | undefined } {
  const [file = '', ...args] = daemon.command
  const log = openSync(daemon.log, 'a', 0o600)
  const state: { pid: number | undefined; ended: string | undefined } = { pid: undefined, ended: undefined }
  try {
    const child = spawn(file, args, { cwd: daemon.cwd, detached: true, stdio: ['ignore', log, log], env: plainEnv() })
    child.once('error', (error) => {
      state.ended = errorText(error)
    })
    child.once('exit', (code, signal) => {
      state.ended = signal ?? `exit code ${code}`
    })
    state.pid = child.pid
    if (child.pid !== undefined) notePid(daemon, child.pid)
    child.unref()
  } finally {
    closeSync(log)
  }
  return state
}

function notePid(daemon: Daemon, pid: number): void {
  writePrivateJson(daemon.pidFile, { pid, version: daemon.version, started: new Date().toISOString() })
}

/** Servers get what a program needs to run, none of the caller's settings and secrets. */
function plainEnv(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  const plain = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return { ...Object.fromEntries(plain), ...compiledAlike() }
}

function prepareLog(file: string): number {
  try {
    const { size } = statSync(file)
    if (size <= LOG_LIMIT) return size
    renameSync(file, `${file}.old`)
  } catch {}
  return 0
}

async function becomesHealthy(
  daemon: Daemon,
  alive: () => boolean,
  patience: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + patience
  while (alive() && performance.now() < deadline) {
    signal?.throwIfAborted()
    if (await isHealthy(daemon)) return alive()
    await pause(10)
  }
  return false
}

function isHealthy(daemon: Daemon): Promise<boolean> {
  return new Promise((resolve) => {
    const { port, healthPath: path } = daemon
    const ask = request({ host: '127.0.0.1', port, path, agent: false, timeout: 1000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ask.once('timeout', () => ask.destroy())
    ask.once('error', () => resolve(false))
    ask.end()
  })
}

function send(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(pid, how)
  } catch {}
}
