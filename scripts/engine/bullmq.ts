/** BullMQ on Redis or Valkey, as an engine: a queue for each label; a channel for each address; one table of who is there. */
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { exit, Refusal } from '../core/exit.ts'
import type { Clock, System } from '../io/system.ts'
import { type Address, addressOf, connect, connecting } from './address.ts'
import type { Board, Engine, Job, Shift, Verdict } from './engine.ts'
import { atMost } from './patience.ts'
import { BullShift } from './shift.ts'

/** First part of every name that we have there. */
const prefix = 'mikado'
const nameOf = (board: Board) => `${prefix}:present:${board}`
const mailOf = (address: string) => `${prefix}:mail:${address}`

/** Milliseconds: to answer; until a connection that owes an answer is given up; and after which one that only hears is asked for one. */
const patience = { answer: 3000, silence: 7000, sound: 2000 }

type Libraries = { Bull: typeof import('bullmq'); Client: typeof Redis }

/**
 * Connects. @throws Refusal when the address is none (64), or nobody answers or the libraries are not there (69). What is told of
 * the address never has the password in it.
 */
export async function openBullmq(url: string, { env, now, after }: Clock & Pick<System, 'env'>): Promise<Engine> {
  const { options, told } = addressOf(url, env)
  const libraries = await load()
  const engine = new BullEngine(libraries, options, { now, after })
  try {
    await engine.connect()
  } catch (error) {
    await engine.close()
    const why = (error as Error).message || 'no answer'
    throw new Refusal(
      exit.missing,
      `the engine at ${told} cannot be reached: ${why}`,
      'Start it, or mend the address, the user or the password; docs/reference/engines.md says how to set one up.',
    )
  }
  return engine
}

async function load(): Promise<Libraries> {
  try {
    const [Bull, { Redis: Client }] = await Promise.all([import('bullmq'), import('ioredis')])
    return { Bull, Client }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Refusal(
      exit.missing,
      'the libraries for the engine are not installed: bullmq and ioredis',
      'Install them beside mikado-runner: `npm install bullmq ioredis`.',
    )
  }
}

class BullEngine implements Engine {
  readonly #bull: Libraries['Bull']
  /** For jobs: what it was asked while the engine is away is asked when it is back. */
  readonly #jobs: Redis
  /** For the rest: what cannot be asked now fails at once. */
  readonly #desk: Redis
  readonly #ear: Redis
  readonly #queues = new Map<string, Queue>()
  readonly #shifts: BullShift[] = []
  readonly #clock: Clock
  #met = false
  #refusing = false
  #open = true
  #hush = () => {}

  constructor({ Bull, Client }: Libraries, options: Address['options'], clock: Clock) {
    this.#bull = Bull
    this.#clock = clock
    // What could not be reached at first is told, and not tried again.
    const retryStrategy = (tries: number) => (this.#met ? Math.min(100 * tries, 1000) : null)
    const lazy = { ...options, retryStrategy, lazyConnect: true, socketTimeout: patience.silence }
    const prompt = { ...lazy, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 }
    this.#jobs = new Client(lazy)
    this.#desk = new Client({ ...prompt, enableOfflineQueue: false, commandTimeout: patience.answer })
    this.#ear = new Client({ ...prompt, enableOfflineQueue: false, autoResubscribe: false })
    for (const client of [this.#jobs, this.#ear]) client.on('error', () => {})
    this.#desk.on('error', (error: NodeJS.ErrnoException) => {
      this.#refusing = error.code === 'ECONNREFUSED' || error.code === 'ENOENT'
    })
    this.#desk.on('ready', () => {
      this.#refusing = false
    })
  }

  async connect(): Promise<void> {
    const others = [this.#ear, this.#jobs]
    const connected = connect(this.#desk)
      .then(() => Promise.all(others.map(connect)))
      // Who may hear nothing is told so before anything begins.
      .then(() => this.#ear.subscribe(mailOf('')))
    let cancel = () => {}
    const late = new Promise<never>((_, fail) => {
      cancel = this.#clock.after(connecting, () => fail(new Error(`no answer within ${connecting / 1000} s`)))
    })
    await Promise.race([connected, late]).finally(() => cancel())
    this.#met = true
  }

  get down(): boolean {
    return this.#refusing
  }

  async offer({ queue, id, body }: Job): Promise<void> {
    const options = { jobId: id, removeOnComplete: true, removeOnFail: true }
    await this.#queue(queue).add('card', { body: body.toString('base64') }, options)
  }

  async withdraw(queue: string, id: string): Promise<void> {
    await this.#queue(queue)
      .remove(id)
      .catch(() => {})
  }

  work(queues: readonly string[], slots: number, take: (job: Job) => Promise<Verdict>): Shift {
    const shift = new BullShift(this.#bull, { connection: this.#jobs, prefix }, this.#clock)
    shift.begin(queues, slots, take)
    this.#shifts.push(shift)
    return shift
  }

  post(to: string, parcel: Buffer): void {
    this.#desk.publish(mailOf(to), parcel).catch(() => {})
  }

  async listen(address: string, hear: (parcel: Buffer) => void): Promise<void> {
    // A connection that was lost and is there again hears nothing until it has said so.
    const subscribe = () => this.#ear.subscribe(mailOf(address)).catch(() => {})
    this.#ear.on('messageBuffer', (_, parcel: Buffer) => hear(parcel))
    this.#ear.on('ready', subscribe)
    await subscribe()
    this.#sound()
  }

  async announce(board: Board, address: string, words: Buffer): Promise<void> {
    await this.#desk.hset(nameOf(board), address, words)
  }

  async leave(board: Board, address: string): Promise<void> {
    await this.#desk.hdel(nameOf(board), address)
  }

  async present(board: Board): Promise<Map<string, Buffer>> {
    const found = (await this.#desk.hgetallBuffer(nameOf(board))) as unknown as Record<string, Buffer>
    return new Map(Object.entries(found))
  }

  async close(): Promise<void> {
    this.#open = false
    this.#hush()
    await Promise.all(this.#shifts.map((shift) => shift.leave()))
    const closed = [...this.#queues.values()].map((queue) => queue.close().catch(() => {}))
    await atMost(Promise.all(closed), patience.answer, this.#clock.after)
    for (const client of [this.#ear, this.#desk, this.#jobs]) client.disconnect()
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name)
    if (known) return known
    const queue = new this.#bull.Queue(name, { connection: this.#jobs, prefix, skipMetasUpdate: true })
    queue.on('error', () => {})
    this.#queues.set(name, queue)
    return queue
  }

  /** A connection that only hears would not notice that it is dead: only one that owes an answer is given up. */
  #sound(): void {
    if (!this.#open) return
    this.#hush = this.#clock.after(patience.sound, () => {
      this.#ear.ping().catch(() => {})
      this.#sound()
    })
  }
}
