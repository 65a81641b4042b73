/** Stands between the code and `node:fs`: each call that concerns a folder passes through a test's hands first. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { relative, resolve } from 'node:path'

/** `change`: of a file or folder; `look`: only reads; `start`: of a process; `ask`: of a task's process. */
export type Kind = 'change' | 'look' | 'start' | 'ask'

export interface Effect {
  kind: Kind
  /** The name of the call, as in `node:fs` without `Sync`. */
  op: string
  /** Relative to the folder; of a start, the words of the call; of what is asked, the types of the questions. */
  path: string
  /** Where a rename or a link leads. */
  to?: string
  /** How a file is opened. */
  flag?: string
  /** What is written, in base64. */
  data?: string
}

/** `act` does it and answers for it; `half` writes a part only, where something is written. */
export type Meet = <T>(effect: Effect, act: () => T, half: () => T) => T

/** How long a sync takes that the code does not stand still for, in milliseconds. */
const slow = 30

type Call = (...args: unknown[]) => unknown

const looks = ['stat', 'lstat', 'fstat', 'access', 'exists', 'realpath', 'readdir', 'readFile', 'read']
const changes = ['mkdir', 'rm', 'unlink', 'fsync', 'fchmod', 'chmod', 'ftruncate', 'truncate']
const moves = ['rename', 'link']

/** Lets `meet` decide over every call below `root`, in this process. Answers what takes it away again. */
export function watchFiles(root: string, meet: Meet): () => void {
  const { openSync, closeSync, writeSync, fsyncSync, fsync } = fs
  const all = fs as unknown as Record<string, Call>
  const names = [...looks, ...changes, ...moves, 'write', 'writeFile', 'open', 'close'].map((name) => `${name}Sync`)
  const before = [...names, 'fsync'].map((name) => [name, all[name]] as const)
  const files = new Map<number, string>()
  let within = false

  /** The path from the folder; null: it lies outside. */
  const inside = (path: unknown): string | null => {
    if (typeof path === 'number') return files.get(path) ?? null
    if (typeof path !== 'string') return null
    const from = relative(root, resolve(path))
    return from.startsWith('..') ? null : from === '' ? '.' : from
  }
  /** Without what Node calls for its own ends, such as the open of a readFile. */
  const alone = <T>(act: () => T): T => {
    within = true
    try {
      return act()
    } finally {
      within = false
    }
  }
  const watch = (name: string, kind: Kind, more: (args: unknown[]) => Partial<Effect>, half?: Call) => {
    const act = all[`${name}Sync`] as Call
    const watched = (...args: unknown[]) => {
      const path = within ? null : inside(args[0])
      if (path === null) return act(...args)
      const partly = half ?? act
      return meet(
        { kind, op: name, path, ...more(args) },
        () => alone(() => act(...args)),
        () => alone(() => partly(...args)),
      )
    }
    all[`${name}Sync`] = Object.assign(watched, act)
  }
  const bytes = (data: unknown, from: unknown) => Buffer.from(data as string).subarray(Number(from ?? 0))
  const base64 = (data: unknown, from: unknown) => ({ data: bytes(data, from).toString('base64') })
  const writeHalf = (file: number, data: Buffer) => writeSync(file, data.subarray(0, Math.ceil(data.length / 2)))

  for (const name of looks) watch(name, 'look', () => ({}))
  for (const name of changes) watch(name, 'change', () => ({}))
  for (const name of moves) watch(name, 'change', (args) => ({ to: inside(args[1]) ?? String(args[1]) }))
  watch(
    'write',
    'change',
    ([, data, from]) => base64(data, from),
    (file, data, from) => writeHalf(file as number, bytes(data, from)),
  )
  watch(
    'writeFile',
    'change',
    ([, data]) => base64(data, 0),
    (path, data) => {
      const file = openSync(path as string, 'w')
      writeHalf(file, bytes(data, 0))
      closeSync(file)
    },
  )
  // An open file is known by its path until it is closed.
  const open = (path: string, flag = 'r', mode?: number): number => {
    const name = within ? null : inside(path)
    if (name === null) return openSync(path, flag, mode)
    const act = () => openSync(path, flag, mode)
    const file = meet({ kind: /[wa+]/.test(flag) ? 'change' : 'look', op: 'open', path: name, flag }, act, act)
    files.set(file, name)
    return file
  }
  const close = (file: number): void => {
    const name = files.get(file)
    files.delete(file)
    const act = () => closeSync(file)
    if (name === undefined) act()
    else meet({ kind: 'change', op: 'close', path: name }, act, act)
  }
  // As on a slow disk: what does not wait for the answer comes before it.
  const later = (file: number, done: (error: Error | null) => void): void => {
    const path = within ? null : inside(file)
    if (path === null) {
      fsync(file, done)
      return
    }
    const act = () => fsyncSync(file)
    setTimeout(() => {
      let refused: Error | null = null
      try {
        meet({ kind: 'change', op: 'fsync', path }, act, act)
      } catch (error) {
        refused = error as Error
      }
      done(refused)
    }, slow)
  }
  Object.assign(all, { openSync: open, closeSync: close, fsync: later })
  syncBuiltinESMExports()
  return () => {
    Object.assign(all, Object.fromEntries(before))
    syncBuiltinESMExports()
  }
}

/** An effect in words. */
export function inWords({ op, path, to }: Effect): string {
  return `${op} ${path}${to === undefined ? '' : ` → ${to}`}`
}

const dead = new Error('dead')

/**
 * Does it in a process that dies, as far as files below `root` go, before its how-manieth change: nothing happens there from then
 * on, whatever the code tries. Answers whether it lived to its end.
 */
export function diesAt(root: string, changes: number, action: () => void): boolean {
  let done = 0
  const stop = watchFiles(root, (effect, act, half) => {
    if (effect.kind === 'change' && effect.op !== 'close') {
      if (done === changes && effect.op.startsWith('write')) half()
      if (done >= changes) {
        done = Number.POSITIVE_INFINITY
        throw dead
      }
      done++
      // It is the process that dies here, not the disk: nothing need be waited for.
      if (effect.op === 'fsync') return undefined as never
    }
    return act()
  })
  try {
    action()
    return true
  } catch (error) {
    if (error !== dead) throw error
    return false
  } finally {
    stop()
  }
}
