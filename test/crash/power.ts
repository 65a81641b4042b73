/** Every state in which a power cut may leave a repository, after each effect of a run that was written down. */
import type { Effect } from '../rig/watch-files.ts'
import { Disk, type Found, half, type Luck, lost, whole, zeros } from './disk.ts'

export interface Cut {
  /** How many effects had happened. */
  after: number
  found: Found
}

/** States, each once: what is certain and nothing more, all of it, names without bytes, bytes without names, and some of both. */
export function* cuts(files: Record<string, string>, effects: readonly Effect[], seed: number): Generator<Cut> {
  const disk = new Disk(files)
  const chance = dice(seed)
  const known = new Set<string>()
  const some = (): Luck => ({
    bytes: (certain, rest) => ([lost, half, zeros, whole][chance(4)] ?? whole)(certain, rest),
    name: () => chance(2) === 0,
  })
  for (const [at, effect] of effects.entries()) {
    if (effect.kind !== 'change') continue
    disk.apply(effect)
    const lucks: Luck[] = [lost, half, zeros, whole].map((bytes) => ({ bytes, name: () => true }))
    lucks.push({ bytes: lost, name: () => false }, { bytes: whole, name: () => false }, some(), some(), some(), some())
    for (const luck of lucks) {
      const found = disk.found(luck)
      const key = JSON.stringify([...found].map(([path, bytes]) => [path, bytes.toString('base64')]))
      if (known.has(key)) continue
      known.add(key)
      yield { after: at + 1, found }
    }
  }
}

/** What is certain before a task's process is asked something. */
export function certainAt(type: string, files: Record<string, string>, effects: readonly Effect[]): Found[] {
  const disk = new Disk(files)
  return effects.flatMap((effect) => {
    if (effect.kind === 'change') disk.apply(effect)
    return effect.kind === 'ask' && effect.path.split(' ').includes(type)
      ? [disk.found({ bytes: lost, name: () => false })]
      : []
  })
}

/** Whole numbers below a bound, the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
