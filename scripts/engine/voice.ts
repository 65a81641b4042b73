/** What a worker says to the run that a job is for: that it is here, and then each word in order, until it was heard. */
import type { Notice, Report } from './letters.ts'
import { Line } from './line.ts'
import type { DutyWire } from './workbench.ts'

/** Milliseconds: until a word that was not heard is said again; and that the first answers may take to come with the word that the job is here. */
const patience = 2000
const moment = 50

/** By what the run knows the job here. */
type Name = Pick<Extract<Notice, { type: 'taken' }>, 'name' | 'stint'>

export class Voice {
  readonly #wire: DutyWire
  readonly #name: Name
  #owner: string
  #epoch = 0
  #line = new Line<Report>()
  /** What was said since it came belongs to the run that offered it. */
  #fresh = false
  /** Takes back that the run is told that the job is here. */
  #due: (() => void) | null = null

  constructor(owner: string, name: Name, wire: DutyWire) {
    this.#owner = owner
    this.#name = name
    this.#wire = wire
  }

  /** The run that hears it. */
  get owner(): string {
    return this.#owner
  }

  /** 0: no run has let it begin. */
  get epoch(): number {
    return this.#epoch
  }

  /** All that was said was heard. */
  get isHeard(): boolean {
    return this.#line.unheard.length === 0
  }

  /** How much of what was printed was not heard, in characters. */
  get waiting(): number {
    return this.#line.waiting
  }

  /** What is said from here on goes with the word that the job is here: when it is answered, or a moment later. */
  begin(): void {
    this.#fresh = true
    this.#due = this.#wire.after(moment, () => this.announce())
  }

  /** Tells the run that the job is here. */
  announce(): void {
    this.hush()
    const said = this.#fresh ? this.#line.again(this.#wire.now(), 0) : null
    this.#wire.notice(this.#owner, { type: 'taken', ...this.#name, epoch: this.#epoch, said })
  }

  /** Nothing is told any more of a job that is worked no more before its run has heard of it. */
  hush(): void {
    this.#due?.()
    this.#due = null
  }

  /** `more`: another word follows soon. */
  say(report: Report, more = false): void {
    const size = report.type === 'print' ? report.data.length : 0
    const { seq } = this.#line.say(report, this.#wire.now(), size)
    if (this.#epoch > 0) this.#wire.say(this.#owner, this.#epoch, seq, report, more)
    else if (this.#due !== null && !more && (report.type === 'answer' || report.type === 'ended')) this.announce()
  }

  /** The run goes on from what it has heard. */
  goOn(epoch: number, heard: number): void {
    this.#epoch = epoch
    this.#fresh = false
    this.#line.wasHeard(heard)
    this.#repeat(0)
  }

  /** The run asks from the beginning. What was printed since another one was there is said again. */
  goAnew(epoch: number): void {
    const prints = this.#epoch > 0 ? this.#line.unheard.filter(({ type }) => type === 'print') : []
    this.#epoch = epoch
    this.#fresh = false
    this.#line = new Line()
    for (const print of prints) this.say(print)
  }

  /** The run does not know how it ended, and will not hear it. */
  leave(epoch: number): void {
    this.#wire.notice(this.#owner, { type: 'gone', epoch })
  }

  /** Another run asks for it, or the same one again. */
  turnTo(owner: string): void {
    if (owner !== this.#owner) this.#fresh = false
    this.#owner = owner
    this.announce()
  }

  /** Whether a word of the run is the next one, which is confirmed in any case. */
  hears(seq: number): boolean {
    const isNext = this.#line.hears(seq)
    this.#wire.confirm(this.#owner, this.#epoch, this.#line.heard)
    return isNext
  }

  wasHeard(seq: number): void {
    this.#line.wasHeard(seq)
  }

  /** Says again what was not heard. */
  insist(): void {
    if (this.#epoch === 0) this.announce()
    else this.#repeat(patience)
  }

  #repeat(after: number): void {
    for (const { seq, say } of this.#line.again(this.#wire.now(), after))
      this.#wire.say(this.#owner, this.#epoch, seq, say, false)
  }
}
