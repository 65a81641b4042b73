/** The real command line among faults: killed or refused at any of its effects. What it did is written down on the way. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Ran, TestRepository } from './repository.ts'

/** `change`: of a file or folder; `look`: only reads; `start`: of a process. */
export type Kind = 'change' | 'look' | 'start'
export type Errno = 'EACCES' | 'EAGAIN' | 'EIO' | 'EMFILE' | 'ENOSPC' | 'EROFS'

export interface Effect {
  kind: Kind
  /** The name of the call, as in `node:fs` without `Sync`. */
  op: string
  /** Relative to the repository; of a start, the words of the call. */
  path: string
  /** Where a rename leads. */
  to?: string
  /** How a file is opened. */
  flag?: string
  /** What is written, in base64. */
  data?: string
}

export interface Fault {
  /** The how-manieth effect, from 0, of this kind whose `op path to` matches. */
  at: number
  kind: Kind
  only?: string
  how: 'kill' | 'kill after' | 'half, then kill' | 'half, then ENOSPC' | 'short' | Errno
}

export interface Met extends Ran {
  effects: Effect[]
  /** The effect that met the fault; null: the run ended before. */
  met: Effect | null
}

const preload = resolve(import.meta.dirname, 'faults-preload.ts')

/** Runs the command line to its end, or to the fault. */
export async function meet(repository: TestRepository, args: string[], fault: Fault | null = null): Promise<Met> {
  const folder = mkdtempSync(join(tmpdir(), 'mikado-effects-'))
  const record = join(folder, 'effects')
  try {
    const faults = JSON.stringify({ root: repository.root, record, fault })
    const ran = await repository.start(args, { NODE_OPTIONS: `--import=${preload}`, MIKADO_FAULTS: faults }).ended
    const lines = readFileSync(record, 'utf8').split('\n').filter(Boolean)
    const all = lines.map((line) => JSON.parse(line) as Effect & { met: string | null })
    const effects = all.map(({ met: _, ...effect }) => effect)
    const at = all.findIndex(({ met }) => met !== null)
    return { ...ran, effects, met: effects[at] ?? null }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An effect in words. */
export function inWords({ op, path, to }: Effect): string {
  return `${op} ${path}${to === undefined ? '' : ` → ${to}`}`
}
