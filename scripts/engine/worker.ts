/** A worker: takes the cards that its checkout can work, and lets their runs lead them. */
import { formatDuration } from '../core/duration.ts'
import type { Description } from '../io/offer.ts'
import type { Pool } from '../io/pool.ts'
import type { Repository } from '../io/repository.ts'
import type { Clock } from '../io/system.ts'
import { type Crew, cutAfter } from './crew.ts'
import { Duty } from './duty.ts'
import type { Engine, Job, Shift, Verdict } from './engine.ts'
import type { Sheet } from './job.ts'
import { type Able, Judge } from './judge.ts'
import type { Notice, Order, Word } from './letters.ts'
import type { Mail } from './mail.ts'
import { pause } from './patience.ts'
import { Pools } from './pools.ts'
import type { Seal } from './seal.ts'
import type { DutyWire } from './workbench.ts'

export interface WorkerOptions extends Clock {
  name: string
  repository: Repository
  env: NodeJS.ProcessEnv
  slots: number
  say: (message: string) => void
}

/** Milliseconds. For a word of the run after a job was taken; for a run to come back; for what was said last to be heard; for others to take what a checkout that is behind cannot. */
const patience = { word: 10_000, run: 600_000, last: 60_000, behind: 2000 }

export class Worker {
  readonly #engine: Engine
  readonly #seal: Seal
  readonly #mail: Mail
  readonly #crew: Crew
  readonly #options: WorkerOptions
  readonly #judge: Judge
  /** By job, also those that are over, until their run knows. */
  readonly #duties = new Map<string, Duty>()
  /** When a duty was over, or its run was not heard any more. */
  readonly #since = new Map<Duty, number>()
  readonly #pools: Pools
  #shift: Shift | null = null
  #stints = 0
  /** How many jobs one after the other could not be read. */
  #strange = 0
  draining = false

  constructor(engine: Engine, seal: Seal, mail: Mail, crew: Crew, options: WorkerOptions) {
    this.#engine = engine
    this.#seal = seal
    this.#mail = mail
    this.#crew = crew
    this.#options = options
    const { repository, env, after } = options
    this.#judge = new Judge(repository, env, options)
    this.#pools = new Pools(repository.root, env, after, options.slots)
  }

  /** What it works now. */
  get works(): { job: string; card: string; run: string }[] {
    const open = [...this.#duties.values()].filter(({ ended }) => !ended)
    return open.map(({ job, description: { card, run } }) => ({ job, card, run }))
  }

  #isIdle(): boolean {
    return this.#duties.values().every(({ ended }) => ended)
  }

  /** Begins to take jobs of these queues. */
  async begin(queues: readonly string[]): Promise<void> {
    await this.#mail.open((from, word) => this.#hear(from, word))
    await this.#crew.begin(() => this.#look())
    this.#pools.prepare({})
    this.#shift = this.#engine.work(queues, this.#options.slots, (job) => this.#take(job))
  }

  /** Takes nothing more; resolves when all that it had is over, and its runs know. */
  async drain(): Promise<void> {
    this.draining = true
    await this.#shift?.drain()
    const open = () => [...this.#duties.values()].some((duty) => !duty.settled)
    const { after } = this.#options
    const late = this.#options.now() + 5000
    while (open() && this.#options.now() < late) await pause(50, after)
    await this.#pools.close()
    this.#mail.close()
    await this.#crew.end()
    await this.#engine.close()
  }

  async #take({ queue, id: job, body }: Job): Promise<Verdict> {
    const opened = this.#seal.open('job', `${queue} ${job}`, body)
    if (opened === null) {
      this.#mail.refuse('jobs', `job ${job} in the queue ${queue}, which was not sealed with this key`)
      // With a key of our own, we would take from others what is theirs.
      this.#shift?.rest(1000 * 2 ** Math.min(5, this.#strange++))
      return 'over'
    }
    this.#strange = 0
    const { from } = opened
    const { description, opening } = JSON.parse(opened.plain.toString()) as Sheet
    if (!this.#crew.alive(from)) await this.#crew.look()
    if (!this.#crew.alive(from)) {
      this.#mail.refuse('jobs', `job ${job} for ${description.card}, of a run that is gone, or never was`)
      return 'over'
    }
    const held = this.#duties.get(job)
    if (held && !held.ended) {
      this.#attach(held, from, description)
      return 'over'
    }
    const able = await this.#judge.taskFor(description)
    if ('why' in able) {
      const { why, help, behind } = able
      this.#mail.refuse('jobs', `${description.card}: ${why}. ${help}`)
      this.#mail.send(from, { job, notice: { type: 'refused', why, help } })
      // It would take the next one from those who can work it, too.
      if (behind) this.#shift?.rest(patience.behind)
      return 'back'
    }
    await this.#pools.with(description.target, (pool) => this.#work(job, { description, opening }, from, able, pool))
    return 'over'
  }

  async #work(job: string, { description, opening }: Sheet, from: string, able: Able, pool: Pool): Promise<void> {
    const { name, repository, now, after, say } = this.#options
    const { root, data } = repository
    this.#stints++
    const wire: DutyWire = {
      now,
      after,
      say: (to, epoch, seq, report, more) => this.#mail.send(to, { job, epoch, seq, say: report }, more),
      // With nothing left to work, it is the last word: a run that ends waits for it.
      confirm: (to, epoch, heard) => this.#mail.confirm(to, job, epoch, heard, this.#isIdle()),
      notice: (to, notice) => this.#mail.send(to, { job, notice }),
      alive: (address) => this.#crew.alive(address),
    }
    const duty = new Duty(job, description, from, this.#stints, wire, { name, root, data, ...able, pool })
    this.#duties.set(job, duty)
    duty.begin(opening)
    await duty.over
    this.#since.set(duty, now())
    if (duty.epoch === 0) return
    say(`${description.card}: over after ${formatDuration(now() - duty.began)}, for run ${description.run}`)
  }

  #hear(from: string, word: Word): void {
    const { job } = word
    const duty = this.#duties.get(job)
    if ('notice' in word) {
      this.#notice(from, job, duty, word.notice)
    } else if (!duty || duty.owner !== from || duty.epoch !== word.epoch) {
      if ('say' in word) this.#mail.send(from, { job, notice: { type: 'gone', epoch: word.epoch } })
    } else if ('say' in word) {
      duty.hear(word.seq, word.say as Order)
    } else {
      duty.wasHeard(word.heard)
      if (duty.settled) this.#drop(duty)
    }
  }

  #notice(from: string, job: string, duty: Duty | undefined, notice: Notice): void {
    switch (notice.type) {
      case 'go':
        if (duty?.owner === from && duty.stint === notice.stint) this.#go(duty, notice)
        else this.#mail.send(from, { job, notice: { type: 'gone', epoch: notice.epoch } })
        break
      case 'unwanted':
        if (duty?.owner !== from || duty.stint !== notice.stint || duty.epoch > 0) break
        this.#mail.refuse('jobs', `job ${job} for ${duty.description.card}: ${notice.why}`)
        this.#stop(duty)
        break
      case 'superseded':
        if (duty && duty.owner === from && duty.epoch < notice.epoch) this.#stop(duty)
        break
      case 'attach':
        if (duty && !duty.ended) this.#attach(duty, from, notice)
        break
      default:
        break
    }
  }

  #go(duty: Duty, { epoch, heard }: Extract<Notice, { type: 'go' }>): void {
    const { card, run } = duty.description
    if (duty.epoch === 0) this.#options.say(`${card}: taken for run ${run}`)
    duty.go(epoch, heard)
  }

  /** A run that is there keeps what it has; of one that is gone, another takes it over. In one checkout the second run is there because the first is gone. */
  #attach(duty: Duty, from: string, { run, desk }: Pick<Description, 'run' | 'desk'>): void {
    if (duty.owner === from) {
      duty.attach(from)
    } else if (duty.description.desk !== desk && this.#crew.alive(duty.owner)) {
      const host = this.#crew.member(duty.owner)?.host ?? 'another host'
      this.#mail.send(from, { job: duty.job, notice: { type: 'busy', run: duty.description.run, host } })
    } else {
      this.#options.say(`${duty.description.card}: goes on for run ${run}`)
      this.#since.delete(duty)
      Object.assign(duty.description, { run, desk })
      duty.attach(from)
    }
  }

  /** Once a second. */
  #look(): void {
    const now = this.#options.now()
    const cut = this.#crew.silent > cutAfter && !this.#engine.down
    for (const duty of [...this.#duties.values()]) {
      if (cut && !duty.ended) {
        this.#options.say(
          `${duty.description.card}: ended, since this worker is cut off and another may have it by now`,
        )
        this.#stop(duty)
      } else if (duty.ended) {
        if (duty.settled || now - (this.#since.get(duty) ?? now) > patience.last) this.#drop(duty)
        else duty.insist()
      } else if (duty.epoch === 0 && (now - duty.began > patience.word || !this.#crew.alive(duty.owner))) {
        this.#mail.refuse('jobs', `job ${duty.job} for ${duty.description.card}: its run does not answer, or is gone`)
        this.#stop(duty)
      } else this.#mind(duty, now)
    }
  }

  /** Holds what it has for a run that is away, for some time. */
  #mind(duty: Duty, now: number): void {
    if (this.#crew.alive(duty.owner)) {
      this.#since.delete(duty)
      duty.insist()
      return
    }
    const since = this.#since.get(duty) ?? now
    this.#since.set(duty, since)
    duty.orphan()
    if (now - since < patience.run) return
    this.#options.say(`${duty.description.card}: ended, since no run came back for it`)
    this.#stop(duty)
  }

  #stop(duty: Duty): void {
    duty.stop()
    this.#drop(duty)
  }

  #drop(duty: Duty): void {
    if (this.#duties.get(duty.job) === duty) this.#duties.delete(duty.job)
    this.#since.delete(duty)
  }
}
