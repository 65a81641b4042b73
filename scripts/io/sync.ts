/** Waiting for the disk: at once, or beside other work and together with whoever waits meanwhile. */
import { fstatSync, fsync, fsyncSync } from 'node:fs'

/** Work that yields each open file that must be on disk before it goes on. A disk that refuses is told where it waits. */
export type Durable<T> = Generator<number, T, void>

/** Does the work to its end and waits each time, while nothing else goes on. */
export function atOnce<T>(work: Durable<T>): T {
  let step = work.next()
  while (!step.done) {
    let refused: unknown
    try {
      fsyncSync(step.value)
    } catch (error) {
      refused = error
    }
    step = refused === undefined ? work.next() : work.throw(refused)
  }
  return step.value
}

/** Does the work to its end while other work goes on. `wait`: until a file is on disk, and all else that must be. */
export async function meanwhile<T>(work: Durable<T>, wait: (file: number) => Promise<unknown> = synced): Promise<T> {
  let step = work.next()
  while (!step.done) {
    let refused: unknown
    try {
      await wait(step.value)
    } catch (error) {
      refused = error
    }
    step = refused === undefined ? work.next() : work.throw(refused)
  }
  return step.value
}

interface Sync {
  running: Promise<void>
  /** For all that was written since it began. */
  next: Promise<void> | null
}

const underway = new Map<string, Sync>()

/**
 * Resolves when all that was written to the file or folder before the call is on disk; whoever asks while a sync goes on shares
 * the next one. The file must stay open until then. Rejects with the system's own error when the disk refuses.
 */
export function synced(file: number): Promise<void> {
  const { dev, ino } = fstatSync(file)
  const which = `${dev}:${ino}`
  const current = underway.get(which)
  if (!current) return begin(which, file)
  current.next ??= current.running.then(nothing, nothing).then(() => begin(which, file))
  return current.next
}

function begin(which: string, file: number): Promise<void> {
  const running = new Promise<void>((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()))
  })
  const sync: Sync = { running, next: null }
  underway.set(which, sync)
  const end = () => {
    if (sync.next === null) underway.delete(which)
  }
  running.then(end, end)
  return running
}

function nothing(): void {}
