/** The real command line, started, watched and killed; and what is left of it in the process table. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, watch } from 'node:fs'
import { join, resolve } from 'node:path'
import type { RunEvent } from '../../scripts/core/event.ts'

const program = resolve(import.meta.dirname, '../../scripts/mikado.ts')

/** Where calls are made. */
export interface Place {
  root: string
  /** Every process of a call inherits it. */
  env: NodeJS.ProcessEnv
}

/** Whom a SIGKILL hits: the runner, its process group, everything that the call started, or a task's process. */
export type Victim = 'runner' | 'group' | 'all' | 'task'

/** When: so many milliseconds after the start, after an event in what it tells, or after a change in the documents folder. */
export type Moment = { since: 'start' | 'document' | RunEvent['event']; nth: number; after: number }

export interface Blow {
  victim: Victim
  moment: Moment
}

export interface Ended {
  /** Names the call in everything that its processes write. */
  name: string
  args: readonly string[]
  code: number | null
  stdout: string
  stderr: string
  milliseconds: number
  /** Who was hit by the blow; null: it did not come, or came too late. */
  hit: Victim | null
}

/** Nothing takes this long, even on a machine that is busy with other things. */
const longest = 180_000

/** Calls the program; a blow may end it. @throws when it hangs. */
export async function call(place: Place, name: string, args: readonly string[], blow: Blow | null): Promise<Ended> {
  const began = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    cwd: place.root,
    env: { ...place.env, CRASH_CALL: name },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let hit: Victim | null = null
  let timer: NodeJS.Timeout | undefined
  const strike = () => {
    if (blow !== null && hit === null && child.exitCode === null && child.pid !== undefined)
      hit = strikeAt(blow.victim, child.pid, name) ? blow.victim : null
  }
  const moment = blow?.moment
  let seen = 0
  const notice = (what: Moment['since']) => {
    if (what !== moment?.since || seen++ !== moment.nth) return
    if (moment.after === 0) strike()
    else timer = setTimeout(strike, moment.after)
  }
  notice('start')
  const watcher = moment?.since === 'document' ? watch(join(place.root, 'docs'), () => notice('document')) : null

  let [stdout, stderr, rest] = ['', '', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (moment && line.includes(`"event":"${moment.since}"`)) notice(moment.since)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  let hangs: string[] | null = null
  const patience = setTimeout(() => {
    const left = processesOf(name)
    hangs = left.map(commandOf)
    for (const pid of left) end(pid)
  }, longest)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject)
    // Not "close": what a task left behind may keep the output open for a moment after the runner was killed.
    child.once('exit', (...how) => resolve(how))
  })
  watcher?.close()
  clearTimeout(timer)
  clearTimeout(patience)
  if (hangs) throw new Error(`not ended after ${longest / 1000} s: ${hangs}\n${stdout}\n${stderr}`)
  if (signal === null) await Promise.all([drained(child.stdout), drained(child.stderr)])
  if (signal !== null && hit === null) throw new Error(`it was ended by ${signal}, which nobody sent`)
  return { name, args, code, stdout, stderr, milliseconds: performance.now() - began, hit }
}

function drained(stream: NodeJS.ReadableStream): Promise<void> {
  return stream.readable ? new Promise((resolve) => stream.once('end', resolve)) : Promise.resolve()
}

function strikeAt(victim: Victim, pid: number, name: string): boolean {
  if (victim === 'runner') return end(pid)
  if (victim === 'group') return end(-pid)
  const others = processesOf(name).filter((other) => other !== pid)
  if (victim === 'all') {
    const hit = end(pid)
    for (const other of [...others, ...processesOf(name)]) end(other)
    return hit
  }
  const [task] = others.filter((other) => parentOf(other) === pid)
  return task !== undefined && end(task)
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/** Whether the process table can be read; elsewhere nothing is said about what is left in it. */
export const seesProcesses = process.platform === 'linux'

/** Every living process of a call (or of all calls whose names begin so), by the variable that it inherited. */
export function processesOf(name: string): number[] {
  if (!seesProcesses) return []
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    return `\0${read(`/proc/${entry}/environ`)}`.includes(`\0CRASH_CALL=${name}`) ? [Number(entry)] : []
  })
}

/** The command line of a process, for a report. */
export function commandOf(pid: number): string {
  const state = /^State:\s+(\S)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 'gone'
  return `${pid} (${state}) ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1])
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
