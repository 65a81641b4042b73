/** The real command line among faults: killed or refused at any of its effects. What it did is written down on the way. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Ran, TestRepository } from './repository.ts'
import type { Effect, Kind } from './watch-files.ts'

export type Errno = 'EACCES' | 'EAGAIN' | 'EIO' | 'EMFILE' | 'ENOSPC' | 'EROFS'

export interface Fault {
  kind: Kind
  /** What the effect must look like, in words. */
  only?: string
  /** The how-manieth of these, from 0. */
  at: number
  /** And all after it. */
  onward?: true
  how: 'kill' | 'kill after' | 'half, then kill' | 'half, then ENOSPC' | 'short' | Errno
}

export interface Met extends Ran {
  effects: Effect[]
  /** The effect that met the fault; null: the run ended before. */
  met: Effect | null
  /** The process that it started last. */
  child: number | null
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
    const written = lines.map((line) => JSON.parse(line) as (Effect & { met: boolean }) | { pid: number | null })
    const all = written.flatMap((each) => ('op' in each ? [each] : []))
    const child = written.findLast((each) => 'pid' in each)?.pid ?? null
    const effects = all.map(({ met: _, ...effect }) => effect)
    return { ...ran, effects, child, met: effects[all.findIndex(({ met }) => met)] ?? null }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
