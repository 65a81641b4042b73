/** The cards of a run that are worked on other machines: offered, placed, listened to, and offered again when their worker is lost. */
import type { Clock } from '../io/system.ts'
import type { Crew } from './crew.ts'
import type { Engine } from './engine.ts'
import { Farewells } from './farewells.ts'
import { jobOf, light, type Offer, queueOf, type Sheet } from './job.ts'
import type { Notice, Report, Word } from './letters.ts'
import type { Mail } from './mail.ts'
import { RemoteProcess, type Seat } from './remote-process.ts'
import type { Seal } from './seal.ts'
import { Waiting, type Watch } from './waiting.ts'

interface Sought {
  offer: Offer
  process: RemoteProcess
  since: number
  /** What was said about the waiting, so that it is said once. */
  told: string | null
}

/** Milliseconds: how long somebody who took a job may wait for a word, and how long a last word is waited to be heard. */
const patience = 4000
const farewell = 1500

export class Dispatch {
  readonly #engine: Engine
  readonly #seal: Seal
  readonly #mail: Mail
  readonly #crew: Crew
  readonly #watch: Watch
  readonly #clock: Clock
  /** By job. */
  readonly #sought = new Map<string, Sought>()
  readonly #placed = new Map<string, RemoteProcess & { seat: Seat }>()
  readonly #farewells = new Farewells()
  /** The last try of each job, in which others' words do not count any more. */
  readonly #epochs = new Map<string, number>()
  /** Workers that took a job while it was another's, or nobody's. */
  readonly #unclaimed = new Map<string, { from: string; taken: Extract<Notice, { type: 'taken' }>; since: number }>()
  readonly #waiting: Waiting

  constructor(engine: Engine, seal: Seal, mail: Mail, crew: Crew, clock: Clock, watch: Watch) {
    this.#engine = engine
    this.#seal = seal
    this.#mail = mail
    this.#crew = crew
    this.#clock = clock
    this.#watch = watch
    this.#waiting = new Waiting(crew, watch.warn)
  }

  /** Sees who is there, and begins to hear. */
  async begin(): Promise<void> {
    await this.#mail.open((from, word) => this.#hear(from, word))
    await this.#crew.begin(() => this.#look())
  }

  /** Offers a card; the process is there at once, and is placed when a worker takes it. */
  offer(asked: Offer): RemoteProcess {
    const offer = light(asked)
    const job = jobOf(offer)
    const process = new RemoteProcess(job, {
      ...this.#clock,
      say: ({ address, epoch }, seq, say) => this.#mail.send(address, { job, epoch, seq, say }),
      confirm: ({ address, epoch }, heard, last) => this.#mail.confirm(address, job, epoch, heard, last),
      over: () => this.#forget(offer, process),
    })
    const sought = { offer, process, since: this.#clock.now(), told: null }
    this.#sought.set(job, sought)
    const unclaimed = this.#unclaimed.get(job)
    // What came of another offer's questions says nothing about this one's.
    if (unclaimed) this.#seat(sought, unclaimed.from, { ...unclaimed.taken, said: null })
    else this.#seek(job, sought)
    return process
  }

  /** Nothing is worked for this run any more. */
  async close(): Promise<void> {
    this.#mail.flush()
    await this.#farewells.settle(farewell, this.#clock.after)
    this.#mail.close()
    await this.#crew.end()
  }

  /** Who works the job, as far as is known; else it is put up, which does nothing where it is. */
  #seek(job: string, { offer }: Sought): void {
    const holder = this.#holderOf(job)
    if (holder !== null) {
      const { run, desk } = offer.description
      this.#mail.send(holder, { job, notice: { type: 'attach', run, desk } })
      return
    }
    const queue = queueOf(offer.label)
    const sheet: Sheet = { description: offer.description, opening: offer.opening }
    const body = this.#seal.seal('job', `${queue} ${job}`, Buffer.from(JSON.stringify(sheet)))
    void this.#engine.offer({ queue, id: job, body }).catch(() => {})
  }

  #holderOf(job: string): string | null {
    for (const [address, { works }] of this.#crew.living('worker'))
      if (works.some((work) => work.job === job)) return address
    return null
  }

  #forget({ label }: Offer, process: RemoteProcess): void {
    const { job } = process
    if (this.#sought.get(job)?.process === process) {
      this.#sought.delete(job)
      void this.#engine.withdraw(queueOf(label), job).catch(() => {})
    }
    if (this.#placed.get(job) !== process) return
    this.#placed.delete(job)
    this.#farewells.add(process)
  }

  #hear(from: string, word: Word): void {
    if ('notice' in word) {
      this.#notice(from, word.job, word.notice)
      return
    }
    const process = this.#placed.get(word.job)
    if (process?.seat.address !== from || process.seat.epoch !== word.epoch) this.#late(from, word)
    else if ('heard' in word) process.wasHeard(word.heard)
    else process.hear(word.seq, word.say as Report)
  }

  /** What ended here is heard, so that its worker may forget it; what is worked elsewhere by now is not. */
  #late(from: string, word: Exclude<Word, { notice: Notice }>): void {
    const { job, epoch } = word
    if ('heard' in word) {
      this.#farewells.wasHeard(job, epoch, word.heard)
      return
    }
    const last = this.#epochs.get(job) ?? 0
    if (last === epoch) {
      this.#mail.confirm(from, job, epoch, word.seq)
    } else {
      this.#mail.refuse('messages', `a late word about job ${job}, which is worked elsewhere by now`)
      this.#mail.send(from, { job, notice: { type: 'superseded', epoch: last } })
    }
  }

  #notice(from: string, job: string, notice: Notice): void {
    const sought = this.#sought.get(job)
    switch (notice.type) {
      case 'taken':
        this.#taken(from, job, notice)
        break
      case 'refused':
        if (sought) this.#refused(from, sought, `${notice.why}. ${notice.help}`)
        break
      case 'busy':
        if (sought) this.#tell(sought, `another run works it, ${notice.run} on ${notice.host}: this one waits for it`)
        break
      case 'gone': {
        const process = this.#placed.get(job)
        if (process?.seat.address === from && process.seat.epoch === notice.epoch) process.lose()
        break
      }
      default:
        break
    }
  }

  #taken(from: string, job: string, taken: Extract<Notice, { type: 'taken' }>): void {
    const sought = this.#sought.get(job)
    const process = this.#placed.get(job)
    const same = process?.seat.address === from
    if (sought) {
      this.#seat(sought, from, taken)
    } else if (process && same && process.seat.stint === taken.stint) {
      this.#go(process)
    } else if (!process && !this.#epochs.has(job)) {
      this.#mail.refuse('jobs', `job ${job}, which this run has not offered`)
      this.#unwanted(from, job, taken, 'the run that it names has not offered it')
    } else {
      const before = this.#unclaimed.get(job)
      const since = before?.from === from ? before.since : this.#clock.now()
      this.#unclaimed.set(job, { from, taken, since })
      // A worker does not take again what it still has.
      if (process && same) process.lose()
    }
  }

  #seat(sought: Sought, from: string, taken: Extract<Notice, { type: 'taken' }>): void {
    const { process, offer } = sought
    const { name, stint, epoch: before } = taken
    const said = offer.opening.length > 0 ? taken.said : null
    const { job } = process
    this.#sought.delete(job)
    this.#unclaimed.delete(job)
    const epoch = Math.max(before, this.#epochs.get(job) ?? 0) + 1
    this.#epochs.set(job, epoch)
    const seat = { address: from, name, epoch, stint, heard: said?.length ?? null }
    process.seat = seat
    const seated = process as RemoteProcess & { seat: Seat }
    this.#placed.set(job, seated)
    this.#go(seated)
    process.sit(seat, said)
    this.#watch.placed(offer.description.card, name)
  }

  /** With what the run asks next. */
  #go({ job, seat: { address, stint, epoch, heard } }: RemoteProcess & { seat: Seat }): void {
    this.#mail.send(address, { job, notice: { type: 'go', stint, epoch, heard } }, true)
  }

  #unwanted(from: string, job: string, { stint }: Extract<Notice, { type: 'taken' }>, why: string): void {
    this.#mail.send(from, { job, notice: { type: 'unwanted', stint, why } })
  }

  /** When nobody is left who may take it, the card fails with what they said. */
  #refused(from: string, { process, offer }: Sought, why: string): void {
    process.refusals.set(from, why)
    const others = this.#waiting.serving(offer.label).filter(([address]) => !process.refusals.has(address))
    if (others.length > 0) return
    const said = [...process.refusals].map(
      ([address, words]) => `${this.#crew.member(address)?.name ?? address}: ${words}`,
    )
    process.refuse(`no worker takes it. ${said.join(' ')}`)
  }

  /** Once a second. */
  #look(): void {
    const now = this.#clock.now()
    this.#waiting.mind()
    for (const [job, sought] of this.#sought) this.#seek(job, sought)
    const byLabel = Map.groupBy(this.#sought.values(), ({ offer }) => offer.label)
    for (const [label, sought] of byLabel) {
      const cards = sought.map(({ offer }) => offer.description.card)
      this.#waiting.explain(label, cards, now - Math.min(...sought.map(({ since }) => since)))
    }
    for (const process of [...this.#placed.values()]) {
      if (!this.#crew.alive(process.seat.address)) process.lose()
      else process.insist()
    }
    this.#farewells.insist((address) => this.#crew.alive(address))
    for (const [job, { from, taken, since }] of this.#unclaimed) {
      if (now - since < patience) continue
      this.#unclaimed.delete(job)
      this.#unwanted(from, job, taken, this.#placed.has(job) ? 'another worker has it' : 'its run wants it no more')
    }
  }

  #tell(sought: Sought, message: string): void {
    if (sought.told === message) return
    sought.told = message
    this.#watch.warn(sought.offer.description.card, message)
  }
}
