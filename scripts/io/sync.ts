/** Waiting for the disk: at once, or together with others while other work goes on. */
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

/** Goes on, or is told why the file cannot be synced; answers the next file, or null at its end. */
type Member = (refused: unknown) => number | null

/** Does works side by side, and waits for all their files at once. Who comes while some are done goes with the next. */
export class Together {
  readonly #also: () => Promise<void>
  #coming: Member[] = []
  #going = false

  /** `also`: what must be on disk, too, before the first wait of a work that came before is over; never rejects. */
  constructor(also: () => Promise<void>) {
    this.#also = also
  }

  /** Resolves when the work is done. */
  join<T>(work: Durable<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const member: Member = (refused) => {
        try {
          const step = refused === undefined ? work.next() : work.throw(refused)
          if (!step.done) return step.value
          resolve(step.value)
        } catch (error) {
          reject(error)
        }
        return null
      }
      this.#coming.push(member)
      if (!this.#going) void this.#go()
    })
  }

  async #go(): Promise<void> {
    this.#going = true
    // Whoever comes in this very moment goes along.
    await Promise.resolve()
    while (this.#coming.length > 0) {
      const also = this.#also()
      let members = this.#coming.splice(0).map((member) => ({ member, refused: undefined as unknown }))
      while (members.length > 0) {
        const steps = members.map(({ member, refused }) => ({ member, file: member(refused) }))
        const waiting = steps.flatMap(({ member, file }) => (file === null ? [] : [{ member, wait: synced(file) }]))
        const ends = await Promise.allSettled(waiting.map(({ wait }) => wait))
        await also
        members = waiting.map(({ member }, at) => {
          const end = ends[at]
          return { member, refused: end?.status === 'rejected' ? end.reason : undefined }
        })
      }
    }
    this.#going = false
  }
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
export async function synced(file: number): Promise<void> {
  const { dev, ino } = fstatSync(file)
  const which = `${dev}:${ino}`
  const current = underway.get(which)
  if (!current) return await begin(which, file)
  current.next ??= current.running.then(nothing, nothing).then(() => begin(which, file))
  return await current.next
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
