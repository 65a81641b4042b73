/**
 * What the tasks of the crash test do. Every effect is told in a file outside the repository, with the call and the process that
 * had it; what a card's checks ask is outside too: whether its work left the word "whole" there. It becomes a part of each task
 * file, and imports nothing that keeps a task out of a process that others share.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApplyContext, Json, Task } from '../../scripts/index.ts'

export interface Work {
  id: string
  /** Paths of the documents that must be complete before, by id. */
  requires: Record<string, string>
  checks: string[]
  steps: number
  /** Milliseconds that each piece of the work takes. */
  pace: number
  secret: boolean
  /** Name of a section that only one task may be in. */
  section: string | null
  /** How often the work fails before it does not. */
  fails: number
  /** How often a check does not hold although it is true. */
  flakes: number
  /** Milliseconds in which it hears nothing. */
  busy: number
  /** A process of its own: waited for, or left behind. */
  child: 'waited' | 'left' | null
  /** A file of the repository that the work writes. */
  makes: string | null
}

/** Why work or a check fails that was made to. */
export const planned = 'planned to fail'

export function taskOf(work: Work): Task {
  const outside = process.env.CRASH_TRUTH ?? ''
  const truth = join(outside, `${work.id}.truth`)
  const say = (what: string) =>
    appendFileSync(join(outside, `${work.id}.log`), `${process.env.CRASH_CALL} ${process.pid} ${what}\n`)
  const said = (what: string) =>
    (read(join(outside, `${work.id}.log`)) ?? '').split('\n').filter((line) => line.endsWith(` ${what}`)).length

  const apply = async (context: ApplyContext): Promise<Json> => {
    say('apply')
    const before = Number(read(join(outside, `${work.id}.pid`)) ?? process.pid)
    if (before !== process.pid && belongsHere(before)) say(`overlap with ${before}`)
    writeFileSync(join(outside, `${work.id}.pid`), String(process.pid))
    rmSync(truth, { force: true })
    for (const [id, path] of Object.entries(work.requires)) {
      const [, front = ''] = readFileSync(join(context.root, path), 'utf8').split('---')
      if (/^status: active/m.test(front)) say(`early: ${id} is active`)
    }
    for (const [id, value] of Object.entries(context.inputs)) say(`input ${id} ${wordOf(id, value)}`)
    for (let at = 0; at < work.steps; at++) {
      const token = work.secret ? tokenOf(work.id, at) : at
      const result = await context.step(`step-${at}`, async () => {
        say(`step step-${at}`)
        await pause(work.pace)
        return typeof token === 'string' ? await context.secret(token) : token
      })
      if (result !== token) say(`strange result of step-${at}`)
    }
    if (work.section !== null) await context.exclusive(work.section, () => inside(work.section ?? ''))
    if (work.child === 'waited') await context.$`sleep ${work.pace / 1000}`
    if (work.child === 'left')
      process.getBuiltinModule('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, work.busy)
    const times = said('apply')
    if (said('failed') < work.fails) {
      say('failed')
      throw new Error(planned)
    }
    if (work.makes !== null) {
      mkdirSync(join(context.root, 'made'), { recursive: true })
      writeFileSync(join(context.root, work.makes), `${times}\n`)
    }
    writeFileSync(truth, 'half')
    await pause(work.pace)
    writeFileSync(truth, 'whole')
    say('whole')
    return { of: work.id, times, token: work.secret ? await context.secret(tokenOf(work.id, times)) : null }
  }

  /** Sees that nobody else is in the section. */
  const inside = async (name: string) => {
    const mark = join(outside, `${name}.section`)
    const other = Number(read(mark) ?? process.pid)
    if (other !== process.pid && belongsHere(other)) say(`met ${other} in ${name}`)
    writeFileSync(mark, String(process.pid))
    await pause(work.pace)
    rmSync(mark)
  }

  const check = () => {
    const found = read(truth)
    if (found !== 'whole') throw new Error(`${found ?? 'nothing'} is there`)
    if (said('flake') < work.flakes) {
      say('flake')
      throw new Error(planned)
    }
  }
  return { apply, verify: Object.fromEntries(work.checks.map((line) => [line, check])) }
}

/** A secret that says what it belongs to. */
export function tokenOf(id: string, times: number): string {
  return `token-of-${id}-${times}`
}

/** What an input says of itself: how often its card had worked, `none`, or `mixed` when its parts are of different times. */
function wordOf(id: string, value: Json): string {
  if (value === null) return 'none'
  if (typeof value !== 'object' || Array.isArray(value)) return 'strange'
  const { of, times, token } = value
  if (of !== id || typeof times !== 'number') return 'strange'
  return token === null || token === tokenOf(id, times) ? String(times) : 'mixed'
}

function belongsHere(pid: number): boolean {
  return (read(`/proc/${pid}/environ`) ?? '').includes(`CRASH_TRUTH=${process.env.CRASH_TRUTH}\0`)
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
