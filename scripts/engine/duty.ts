/** A job that this worker has: its task's process, and what was said about it, for a run that hears it late or again. */
import type { Question, Reply } from '../core/protocol.ts'
import type { Answer } from '../io/answer.ts'
import type { Description } from '../io/offer.ts'
import type { LocalProcess } from '../io/task-process.ts'
import type { Order, Report } from './letters.ts'
import { Outlet } from './outlet.ts'
import { isFollowed, type Row, Talk } from './talk.ts'
import { Voice } from './voice.ts'
import { type DutyWire, drained, here, isAsBefore, type Workbench } from './workbench.ts'

export class Duty {
  readonly job: string
  readonly description: Description
  readonly stint: number
  readonly began: number
  /** Nothing of it is worked any more. */
  ended = false
  readonly #place = Promise.withResolvers<void>()
  /** Resolves when another card may be worked in its place. */
  readonly over = this.#place.promise
  readonly #wire: DutyWire
  readonly #bench: Workbench
  readonly #voice: Voice
  #process: LocalProcess | null = null
  readonly #talk = new Talk()
  #tainted = false
  /** Its process serves others by now; what was said last was not heard yet. */
  #left = false
  readonly #outlet = new Outlet(
    () => this.#voice.waiting,
    (stream, data) => this.#report({ type: 'print', stream, data }),
  )

  constructor(job: string, description: Description, owner: string, stint: number, wire: DutyWire, bench: Workbench) {
    this.job = job
    this.description = description
    this.stint = stint
    this.#wire = wire
    this.#bench = bench
    this.#voice = new Voice(owner, { name: bench.name, stint }, wire)
    this.began = wire.now()
  }

  /** The run that it is worked for. */
  get owner(): string {
    return this.#voice.owner
  }

  /** 0: it has not begun. */
  get epoch(): number {
    return this.#voice.epoch
  }

  /** All that it said was heard. */
  get settled(): boolean {
    return this.ended && this.#voice.isHeard
  }

  /** Asks what its run will ask first, and tells the run that it is here: with the answers, when they come soon. */
  begin(opening: readonly Question[]): void {
    if (opening.length === 0) return void this.#voice.announce()
    this.#voice.begin()
    this.#ask(1, opening)
  }

  /** The run lets it begin, or go on after it was away. `heard`: so much of what was said it has taken; null: it asks all again. */
  go(epoch: number, heard: number | null): void {
    if (epoch <= this.epoch) return
    this.#left = false
    if (heard !== null) {
      this.#voice.goOn(epoch, heard)
    } else if (this.ended) {
      this.#voice.leave(epoch)
    } else {
      // What an offer brought may be out of date by now, such as the steps that are done.
      if (this.epoch === 0) void this.#forget()
      this.#voice.goAnew(epoch)
      this.#talk.again()
    }
  }

  /** Another run, the one before being gone, asks for it. Or the same one, again. */
  attach(owner: string): void {
    this.#voice.turnTo(owner)
  }

  hear(seq: number, order: Order): void {
    if (this.#voice.hears(seq)) this.#take(order)
  }

  wasHeard(seq: number): void {
    this.#voice.wasHeard(seq)
    this.#outlet.open(false)
    if (this.#left && this.#voice.isHeard) this.#end()
  }

  /** Says again what was not heard. */
  insist(): void {
    this.#voice.insist()
  }

  /** The run is away: the task does not wait for it. */
  orphan(): void {
    this.#outlet.open(true)
  }

  /** Ends it, whatever the run thinks. */
  stop(): void {
    this.#voice.hush()
    this.#process?.kill()
    this.#end()
  }

  #take(order: Order): void {
    switch (order.type) {
      case 'ask':
        this.#ask(order.id, order.questions)
        break
      case 'acknowledge':
        this.#talk.acknowledge(order.id)
        this.#process?.acknowledge(order.id)
        break
      case 'end':
        if (this.#process) this.#process.end(order.grace)
        else this.#kill()
        break
      case 'kill':
        this.#kill()
        break
    }
  }

  #ask(id: number, questions: readonly Question[]): void {
    const known = this.#talk.ask(id, questions)
    if (known === null) this.#put(questions)
    // Something else than the run before asked: all begins anew.
    else if (known === 'other') void this.#forget().then(() => this.#put(questions))
    else this.#repeat(known)
  }

  /** The run hears what it missed. */
  #repeat(row: Row): void {
    const { questions, answers } = row
    if (questions[0]?.type === 'open') for (const reply of this.#talk.told) this.#report({ type: 'reply', reply })
    const [first] = answers
    if (questions[0]?.type === 'apply' && first?.type === 'applied') {
      // What its checks said after the work is asked again: nobody knows how long ago that was.
      answers.length = 1
      this.#answer(first)
      void this.#work(row, questions.slice(1))
    } else {
      for (const answer of answers) this.#answer(answer)
    }
  }

  /** Nothing was said, and nothing printed; resolves when the process is gone. */
  async #forget(): Promise<void> {
    this.#talk.forget()
    const left = this.#process
    this.#process = null
    if (left) left.holder = null
    left?.kill()
    await left?.ended
  }

  #put(questions: readonly Question[]): void {
    void this.#work(this.#talk.put(questions), questions)
  }

  /** Asks, and keeps the answers as they come. A death is told by itself. */
  async #work(row: Row, questions: readonly Question[]): Promise<void> {
    // Where there is none any more, the card is opened in another one first.
    const { opening } = this.#talk
    const again = this.#process === null && opening !== null && questions[0]?.type !== 'open'
    const process = this.#process ?? this.#started()
    if (process === null) return
    const came = process.ask(...(again ? [opening, ...questions] : questions).map((one) => here(one, this.#bench)))
    for (let answer = await came.next(); answer.type !== 'died'; answer = await came.next()) {
      if (answer.type === 'opened') process.used++
      if (answer.type === 'opened' && again) continue
      if (answer.type === 'rested') answer = { ...answer, clean: (await isAsBefore(process, answer)) && !this.#tainted }
      if (this.#process !== process) return
      row.answers.push(answer)
      if (this.#talk.isWanted(row)) this.#answer(answer, isFollowed(row))
    }
  }

  #started(): LocalProcess | null {
    try {
      const process = this.#bench.pool.take(!this.#bench.task.selfContained)
      process.holder = {
        hear: (reply) => this.#hear(reply),
        print: (stream, chunk) => this.#outlet.print(stream, chunk, this.#wire.alive(this.owner)),
      }
      this.#process = process
      void process.ended.then(({ code, signal, error }) => this.#died(process, code, signal, error))
      return process
    } catch (error) {
      this.#leave({ code: null, signal: null, error: (error as Error).message })
      return null
    }
  }

  #answer(answer: Answer, more = false): void {
    this.#report({ type: 'answer', to: this.#talk.last, answer }, more)
    if (answer.type === 'rested' && answer.clean) this.#give()
  }

  #hear(reply: Reply): void {
    if (reply.type === 'secret') this.#tainted = true
    this.#talk.tell(reply)
    this.#report({ type: 'reply', reply })
  }

  /** The card is done, and the process as it was before: it serves the next one here. That another run may ask, what was said is kept until it is heard. */
  #give(): void {
    const process = this.#process
    this.#process = null
    if (process) this.#bench.pool.give(process)
    this.#left = true
    this.#place.resolve()
  }

  #kill(): void {
    if (this.#process) this.#process.kill()
    else this.#leave({ code: null, signal: null, error: null })
  }

  async #died(process: LocalProcess, code: number | null, signal: NodeJS.Signals | null, error: string | null) {
    await drained(process, () => this.#outlet.printed, this.#wire.after)
    if (this.#process !== process) return
    this.#process = null
    this.#leave({ code, signal, error })
  }

  #report(report: Report, more = false): void {
    if (!this.ended) this.#voice.say(report, more)
  }

  #leave(how: Omit<Extract<Report, { type: 'ended' }>, 'type'>): void {
    this.#report({ type: 'ended', ...how })
    this.#end()
  }

  #end(): void {
    this.ended = true
    this.#place.resolve()
  }
}
