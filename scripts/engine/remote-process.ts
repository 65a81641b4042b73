/** A task's process on another machine, as the run sees it: the same as one on this machine, but that it may be lost. */
import type { Question } from '../core/protocol.ts'
import { Answers, type Death } from '../io/answer.ts'
import type { Holder, TaskProcess } from '../io/task-process.ts'
import type { Order, Report } from './letters.ts'
import { Line, type Numbered } from './line.ts'

/** Where a process is, once a worker has it. */
export interface Seat {
  address: string
  /** The worker's name. */
  name: string
  /** The how manyeth try to have the card worked; what is said in another one does not count. */
  epoch: number
  stint: number
  /** How much its worker had said when it was placed; null: it is asked from the beginning. */
  heard: number | null
}

/** Over which the process is reached. */
export interface Wire {
  now: () => number
  after: (milliseconds: number, then: () => void) => () => void
  say: (seat: Seat, seq: number, order: Order) => void
  /** Confirms that all up to that number has been taken. `last`: soon, as nothing else may be said for long. */
  confirm: (seat: Seat, heard: number, last: boolean) => void
  /** The process has ended here, whatever becomes of it there. */
  over: (ended: RemoteProcess) => void
}

/** How long a killed one may take to say that it has ended, in milliseconds; nobody waits longer for a machine that is away. */
const farewell = 5000

/** How long something said may stay unheard until it is said again, in milliseconds. */
const patience = 2000

export class RemoteProcess implements TaskProcess {
  readonly job: string
  readonly ended: Promise<Death & { error: string | null }>
  readonly closed: Promise<unknown>
  readonly streams = []
  used = 0
  holder: Holder | null = null
  /** Resolves when a worker has it, or it has ended. */
  readonly placed: Promise<void>
  seat: Seat | null = null
  /** Workers that have refused it, and why. */
  readonly refusals = new Map<string, string>()
  readonly #wire: Wire
  readonly #line = new Line<Order>()
  #alive = true
  #asked = 0
  #answers = new Answers()
  #settle: (death: Death & { error: string | null }) => void = () => {}
  #place: () => void = () => {}
  /** Said before anybody could hear it. */
  #early: Order[] = []
  /** What came of the questions that the offer brought, until they are asked; null: they did not bring any, or are asked. */
  #ahead: Report[] | null = null
  /** What is printed waits for room, one after the other. */
  #printing: Promise<void> | null = null

  constructor(job: string, wire: Wire) {
    this.job = job
    this.#wire = wire
    this.ended = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.closed = this.ended
    this.placed = new Promise((resolve) => {
      this.#place = resolve
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  /** A worker has it: all that was said is said there. `said`: what the first questions have brought already. */
  sit(seat: Seat, said: readonly Numbered<Report>[] | null): void {
    this.seat = seat
    if (said !== null) this.#ahead = []
    for (const { seq, say } of said ?? []) this.hear(seq, say)
    for (const order of this.#early) this.#say(order)
    this.#early = []
    this.#place()
  }

  ask(...questions: Question[]): Answers {
    if (this.#ahead !== null) return this.#opened(this.#ahead)
    const answers = new Answers()
    if (!this.#alive) answers.end({ type: 'died', code: null, signal: null })
    this.#answers = answers
    this.#asked++
    this.#say({ type: 'ask', id: this.#asked, questions })
    return answers
  }

  acknowledge(id: number): void {
    this.#say({ type: 'acknowledge', id })
  }

  async rest(answers: Answers = this.ask({ type: 'rest' })): Promise<boolean> {
    const answer = await answers.next()
    return answer.type === 'rested' && answer.clean
  }

  /** It is not needed any more. Its worker, which has said that it is as it was before, knows. */
  give(): void {
    this.#end({ type: 'died', code: null, signal: null }, null)
  }

  end(grace: number): void {
    this.#say({ type: 'end', grace })
    if (this.seat === null) this.#end({ type: 'died', code: null, signal: 'SIGTERM' }, null)
    else this.#late(grace + farewell, () => this.kill())
  }

  kill(): void {
    if (!this.#alive) return
    this.#say({ type: 'kill' })
    const gone = () => this.#end({ type: 'died', code: null, signal: 'SIGKILL' }, null)
    if (this.seat === null) gone()
    else this.#late(farewell, gone)
  }

  /** Its machine is not heard any more, or does not know of it. */
  lose(): void {
    this.#end({ type: 'died', code: null, signal: null, lost: this.seat?.name ?? 'its machine' }, null)
  }

  /** No machine takes it. */
  refuse(why: string): void {
    this.#end({ type: 'died', code: null, signal: null, refused: why }, null)
  }

  hear(seq: number, report: Report): void {
    if (!this.#alive || this.seat === null) return
    if (this.#line.hears(seq)) this.#take(report)
    this.#confirm(report.type === 'answer' && report.answer.type === 'rested')
  }

  /** All that was said to it was heard. */
  get settled(): boolean {
    return this.seat === null || this.#line.unheard.length === 0
  }

  wasHeard(seq: number): void {
    this.#line.wasHeard(seq)
  }

  /** Says again what was not heard. */
  insist(): void {
    if (this.seat === null) return
    for (const { seq, say } of this.#line.again(this.#wire.now(), patience)) this.#wire.say(this.seat, seq, say)
  }

  /** The first row: it was asked there. */
  #opened(said: readonly Report[]): Answers {
    this.#ahead = null
    this.#asked++
    for (const report of said) this.#take(report)
    return this.#answers
  }

  #take(report: Report): void {
    // Of one that is killed nobody asks anything any more.
    if (this.#ahead !== null && report.type !== 'ended') return void this.#ahead.push(report)
    switch (report.type) {
      case 'answer':
        if (report.to === this.#asked) this.#answers.add(report.answer)
        break
      case 'reply':
        this.holder?.hear(report.reply)
        break
      case 'print': {
        const room = this.holder?.print(report.stream, Buffer.from(report.data, 'base64')) ?? null
        if (room === null) break
        const before = this.#printing ?? Promise.resolve()
        const printing = before.then(() => room)
        this.#printing = printing
        void printing.then(() => {
          if (this.#printing !== printing) return
          this.#printing = null
          this.#confirm()
        })
        break
      }
      case 'ended': {
        const { code, signal, error } = report
        this.#confirm()
        this.#end({ type: 'died', code, signal }, error)
        break
      }
    }
  }

  /** Whoever reads slowly slows the task down: what waits to be printed is not confirmed. `last`: its worker waits for this. */
  #confirm(last = false): void {
    if (this.seat !== null && this.#printing === null) this.#wire.confirm(this.seat, this.#line.heard, last)
  }

  #say(order: Order): void {
    if (!this.#alive) return
    if (this.seat === null) return void this.#early.push(order)
    const { seq } = this.#line.say(order, this.#wire.now())
    this.#wire.say(this.seat, seq, order)
  }

  /** Does it later, unless it has ended by then. */
  #late(milliseconds: number, then: () => void): void {
    const cancel = this.#wire.after(milliseconds, then)
    void this.ended.then(cancel)
  }

  #end(death: Death, error: string | null): void {
    if (!this.#alive) return
    this.#alive = false
    this.#wire.over(this)
    this.#place()
    this.#answers.end(death)
    this.#settle({ ...death, error })
  }
}
