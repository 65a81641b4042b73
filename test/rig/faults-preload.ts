/**
 * Loaded into the runner before anything else (`--import`, see `faults.ts`): writes down what the runner does to files below a
 * folder and which processes it starts, and at the chosen place kills it or refuses. Takes itself out of the environment: no
 * task process has it.
 */
import { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { constants } from 'node:os'
import { relative, resolve } from 'node:path'
import type { Effect, Fault, Kind } from './faults.ts'

const { root, record, fault } = JSON.parse(process.env.MIKADO_FAULTS ?? '{}') as {
  root: string
  record: string
  fault: Fault | null
}
delete process.env.MIKADO_FAULTS
delete process.env.NODE_OPTIONS

const { closeSync, openSync, writeSync } = fs
const log = openSync(record, 'a')
const files = new Map<number, string>()
let counted = 0
let within = false

/** The path from the folder; null: it lies outside. */
function inside(path: unknown): string | null {
  if (typeof path === 'number') return files.get(path) ?? null
  if (typeof path !== 'string') return null
  const from = relative(root, resolve(path))
  return from.startsWith('..') ? null : from === '' ? '.' : from
}

/** What is done to it, in the way the fault says. `half` does a part of it. */
function meet<T>(effect: Effect, act: () => T, half: () => T = act): T {
  if (within) return act() // a call of Node's own, such as the open of a readFile
  const hit = fault !== null && fault.kind === effect.kind && new RegExp(fault.only ?? '').test(told(effect))
  const here = hit && counted++ === fault.at
  writeSync(log, `${JSON.stringify({ ...effect, met: here ? fault.how : null })}\n`)
  if (!here) return alone(act)
  if (fault.how === 'kill') die()
  if (fault.how === 'half, then kill') {
    half()
    die()
  }
  if (fault.how === 'kill after') {
    act()
    die()
  }
  if (fault.how === 'short') return half()
  if (fault.how === 'half, then ENOSPC') {
    half()
    throw refusal('ENOSPC', effect)
  }
  throw refusal(fault.how, effect)
}

function alone<T>(act: () => T): T {
  within = true
  try {
    return act()
  } finally {
    within = false
  }
}

const told = ({ op, path, to }: Effect) => `${op} ${path}${to === undefined ? '' : ` ${to}`}`

function die(): never {
  for (;;) process.kill(process.pid, 'SIGKILL')
}

const words: Record<string, string> = {
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  EIO: 'i/o error',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
}

function refusal(code: string, { op, path }: Effect): Error {
  const errno = -(constants.errno as Record<string, number>)[code]!
  const error = new Error(`${code}: ${words[code]}, ${op} '${resolve(root, path)}'`)
  return Object.assign(error, { code, errno, syscall: op, path: resolve(root, path) })
}

type Call = (...args: never[]) => unknown
const real = { ...fs } as unknown as Record<string, Call>

/** Puts itself before a function of `node:fs` whose first argument is a path, or a file that is open. */
function watch(
  name: string,
  kind: Kind | ((args: unknown[]) => Kind),
  more: (args: unknown[]) => Partial<Effect> = () => ({}),
  half?: (args: unknown[]) => unknown,
): void {
  const act = real[`${name}Sync`] as (...args: unknown[]) => unknown
  const watched = (...args: unknown[]) => {
    const path = inside(args[0])
    if (path === null) return act(...args)
    const effect = { kind: typeof kind === 'string' ? kind : kind(args), op: name, path, ...more(args) }
    return meet(effect, () => act(...args), half === undefined ? undefined : () => half(args))
  }
  ;(fs as unknown as Record<string, unknown>)[`${name}Sync`] = watched
}

const bytesOf = (data: unknown) => Buffer.from(data as string)
const towards = (args: unknown[]) => ({ to: inside(args[1]) ?? String(args[1]) })
const writes = (flags: unknown) => typeof flags === 'string' && /[wa+]/.test(flags)

for (const name of ['stat', 'lstat', 'fstat', 'access', 'exists', 'realpath', 'readdir', 'readFile', 'read'])
  watch(name, 'look')
for (const name of ['mkdir', 'rm', 'unlink', 'fsync', 'fchmod', 'chmod', 'ftruncate', 'truncate']) watch(name, 'change')
for (const name of ['rename', 'link']) watch(name, 'change', towards)
watch('write', 'change', writtenBy, ([file, data, from]) => {
  const rest = bytesOf(data).subarray(Number(from ?? 0))
  return writeSync(file as number, rest.subarray(0, Math.ceil(rest.length / 2)))
})
watch(
  'writeFile',
  'change',
  ([, data, options]) => ({
    data: bytesOf(data).toString('base64'),
    flag: (options as { flag?: string } | undefined)?.flag ?? 'w',
  }),
  ([path, data, options]) => {
    const file = openSync(path as string, (options as { flag?: string } | undefined)?.flag ?? 'w')
    const bytes = bytesOf(data)
    writeSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)))
  },
)

function writtenBy([, data, from]: unknown[]): Partial<Effect> {
  return {
    data: bytesOf(data)
      .subarray(Number(from ?? 0))
      .toString('base64'),
  }
}

// An open file is known by its path until it is closed.
fs.openSync = ((path: string, flags = 'r', mode?: number) => {
  const name = inside(path)
  if (name === null) return openSync(path, flags, mode)
  const file = meet({ kind: writes(flags) ? 'change' : 'look', op: 'open', path: name, flag: flags }, () =>
    openSync(path, flags, mode),
  )
  files.set(file, name)
  return file
}) as typeof fs.openSync
fs.closeSync = (file: number) => {
  const name = files.get(file)
  files.delete(file)
  if (name === undefined) return closeSync(file)
  meet({ kind: 'change', op: 'close', path: name }, () => closeSync(file))
}

interface Spawn {
  spawn: (options: { file: string; args?: string[] }) => number
}
const { prototype } = ChildProcess as unknown as { prototype: Spawn & ChildProcess }
const { spawn } = prototype
prototype.spawn = function (this: ChildProcess & Spawn, options) {
  const words = (options.args ?? []).slice(1).filter((word) => !word.includes('\n') && word !== '-C' && word !== root)
  const effect: Effect = { kind: 'start', op: 'spawn', path: [options.file.replace(/^.*\//, ''), ...words].join(' ') }
  try {
    return meet(effect, () => spawn.call(this, options))
  } catch (error) {
    // As the system does it: told later, and the process has no streams.
    const { errno, code } = error as { errno?: number; code?: string }
    if (errno === undefined) throw error
    process.nextTick(() =>
      this.emit('error', Object.assign(new Error(`spawn ${options.file} ${code}`), { errno, code, syscall: 'spawn' })),
    )
    return errno
  }
}

syncBuiltinESMExports()
