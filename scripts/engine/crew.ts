/** Who is there: each run and each worker says once a second what it is; whoever is not heard for some seconds is lost. */
import { clip } from '../core/bounded.ts'
import type { Member } from '../core/member.ts'
import type { Clock, System } from '../io/system.ts'
import type { Board, Engine } from './engine.ts'
import type { Seal } from './seal.ts'

/** Who announced something, and what is known of it. */
export interface Known {
  /** Null: it was sealed with another key, or by a runner of another kind. */
  member: Member | null
  count: number
  /** When a look found something new of it, by our clock. */
  heard: number
  /** How many looks one after the other found nothing at all of it. */
  missed: number
  board: Board
}

/** Milliseconds between two looks, and two words of our own. */
const beat = 1000
/** Whoever has said nothing new for so long is taken for lost, in milliseconds. */
export const lostAfter = 6000
/**
 * Who could say nothing for so long has to stop what it works: a second later, others take it for lost. Seen from the moment in
 * which the last word that arrived was sent.
 */
export const cutAfter = 5000

/** Whoever takes leave is gone after so many looks that find nothing of it; of one that is there they do, also after all was emptied. */
const looks = 3
/** Whoever was not heard for so long is not told of any more, in milliseconds. */
const forgottenAfter = 600_000

export class Crew {
  readonly #engine: Engine
  readonly #seal: Seal
  readonly #now: () => number
  readonly #after: System['after']
  readonly #boards: readonly Board[]
  readonly #self: (() => Omit<Member, 'time'>) | null
  readonly #known = new Map<string, Known>()
  #seen: number
  #said: number
  #cancel: () => void = () => {}
  #looking: Promise<void> | null = null
  #open = true

  /** `boards`: where to look. `self`: says what we are; null: we only look. */
  constructor(
    engine: Engine,
    seal: Seal,
    { now, after }: Clock,
    boards: readonly Board[],
    self: (() => Omit<Member, 'time'>) | null,
  ) {
    this.#engine = engine
    this.#seal = seal
    this.#now = now
    this.#after = after
    this.#boards = boards
    this.#self = self
    this.#seen = now()
    this.#said = now()
  }

  /** Says what we are, sees who is there, and goes on doing so; `then` is called after each look. */
  async begin(then: () => void): Promise<void> {
    await Promise.all([this.#say(), this.look()])
    const next = () => {
      this.#cancel = this.#after(beat, () => {
        void Promise.all([this.#say(), this.look()]).then(() => {
          if (!this.#open) return
          then()
        })
        next()
      })
    }
    next()
  }

  /** Everybody that announced themselves, by address. */
  get known(): ReadonlyMap<string, Known> {
    return this.#known
  }

  /** How long nothing of ours has arrived, in milliseconds. */
  get silent(): number {
    return this.#now() - this.#said
  }

  /** How long we have seen nobody, in milliseconds. */
  get blind(): number {
    return this.#now() - this.#seen
  }

  member(address: string): Member | null {
    return this.#known.get(address)?.member ?? null
  }

  /** Whether somebody was heard of late. While we see nobody, nobody is lost. */
  alive(address: string): boolean {
    const known = this.#known.get(address)
    if (!known || known.member === null || known.missed >= looks) return false
    return this.#seen - known.heard < lostAfter
  }

  /** Those who are there. */
  *living(kind: Member['kind']): Generator<[address: string, member: Member]> {
    for (const [address, { member }] of this.#known)
      if (member?.kind === kind && this.alive(address)) yield [address, member]
  }

  /** Sees who is there now. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /** Says no more, and that we are gone. */
  async end(): Promise<void> {
    this.#open = false
    this.#cancel()
    const self = this.#self?.()
    if (self) await this.#engine.leave(self.kind, this.#seal.address).catch(() => {})
  }

  async #look(): Promise<void> {
    let present: [Board, Map<string, Buffer>][]
    try {
      present = await Promise.all(
        this.#boards.map(async (board) => [board, await this.#engine.present(board)] as [Board, Map<string, Buffer>]),
      )
    } catch {
      return
    }
    const now = this.#now()
    // What nobody said while we saw nobody is not held against them.
    const missed = now - this.#seen - beat
    if (missed > beat) for (const known of this.#known.values()) known.heard += missed
    this.#seen = now
    const there = new Set<string>()
    for (const [board, announced] of present) {
      for (const [address, words] of announced) {
        there.add(address)
        this.#meet(board, address, words, now)
      }
    }
    for (const [address, known] of this.#known) {
      known.missed = there.has(address) ? 0 : known.missed + 1
      if (known.missed > 0 && !this.alive(address)) this.#known.delete(address)
      // Somebody has to: whoever was killed did not take leave.
      else if (now - known.heard > forgottenAfter) void this.#engine.leave(known.board, address).catch(() => {})
    }
  }

  #meet(board: Board, address: string, words: Buffer, now: number): void {
    const opened = this.#seal.open('presence', address, words)
    const genuine = opened?.from === address
    const count = genuine ? opened.count : 0
    const before = this.#known.get(address)
    if (before && before.count >= count && before.member !== null) return
    const member = genuine ? (JSON.parse(opened.plain.toString()) as Member) : null
    // Of one that we see for the first time, only its own clock says how old its word is; a clock that is wrong is made up for a beat later.
    const heard = before || member === null ? now : Math.min(now, Date.parse(member.time))
    this.#known.set(address, { member, count, heard, missed: 0, board })
  }

  async #say(): Promise<void> {
    if (!this.#self) return
    const sent = this.#now()
    const self = this.#self()
    const works = self.works.slice(0, 1000)
    const member: Member = { ...self, works, name: clip(self.name, 100), time: new Date(sent).toISOString() }
    try {
      const words = this.#seal.seal('presence', this.#seal.address, Buffer.from(JSON.stringify(member)))
      await this.#engine.announce(self.kind, this.#seal.address, words)
      this.#said = Math.max(this.#said, sent)
    } catch {
      // The engine is away: how long nothing has arrived says what to do.
    }
  }
}
