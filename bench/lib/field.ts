/** A Redis, and workers on it, for measurements. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { statOf } from '../../scripts/io/session.ts'
import type { Room } from './bench.ts'
import { Documents, type Work } from './documents.ts'
import type { Graph } from './graph.ts'
import type { Contender } from './rounds.ts'

const env = { MIKADO_KEY: 'a key for measurements, which is no secret' }

/** Seconds of processor, in one round. */
interface Spent {
  redis: number
  /** Of all workers together; the processes of their tasks are not among it. */
  workers: number
}

/** A Redis, and the workers of each contender in a database of its own. */
export class Field implements AsyncDisposable {
  readonly version: string
  readonly #room: Room
  readonly #port: number
  readonly #running: ChildProcess[]
  readonly #spent = new Map<string, Spent[]>()
  #databases = 0

  private constructor(room: Room, port: number, redis: ChildProcess, version: string) {
    this.#room = room
    this.#port = port
    this.#running = [redis]
    this.version = version
  }

  static async open(room: Room): Promise<Field> {
    const said = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
    if (said.error) throw new Error('there is no redis-server: install it (Debian: redis-server)')
    const port = 20_000 + (process.pid % 20_000)
    const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes']
    const redis = spawn('redis-server', [...words, '--dir', room.folder('redis')], { stdio: 'ignore' })
    const field = new Field(room, port, redis, /v=(\S+)/.exec(said.stdout)?.[1] ?? '')
    while (spawnSync('redis-cli', ['-p', String(port), 'PING']).status !== 0) await wait(50)
    return field
  }

  /** A run of the graph whose workers are there already; what they did is forgotten before each. */
  async remote(name: string, graph: Graph, work: Work, workers: number, jobs: number): Promise<Contender> {
    const cards = graph.cards.length
    const url = `redis://127.0.0.1:${this.#port}/${this.#databases++}`
    const place = this.#room.folder(`engine-${workers}-${cards}`)
    const documents = new Documents(place, graph)
    documents.addTasks(work)
    const checkouts = Array.from({ length: workers }, (_, at) => {
      const checkout = this.#room.folder(`engine-${workers}-${cards}-worker-${at}`)
      cpSync(place, checkout, { recursive: true })
      return checkout
    })
    const crew = await Promise.all(checkouts.map((checkout) => this.#work(checkout, url, jobs)))
    const now = (): Spent => ({ redis: spentBy(this.#running.slice(0, 1)), workers: spentBy(crew) })
    let before = now()
    const spent: Spent[] = []
    this.#spent.set(`${name}, ${cards}`, spent)
    const run = this.#room.mikado(place, 'run', graph.goal, '--engine', url)
    return {
      name,
      cards,
      ...run,
      env: { ...run.env, ...env },
      before: () => {
        documents.activate()
        documents.forgetRuns()
        for (const checkout of checkouts) {
          rmSync(join(checkout, 'work'), { recursive: true, force: true })
          mkdirSync(join(checkout, 'work'), { recursive: true })
        }
        before = now()
      },
      wrong: () => {
        const { redis, workers } = now()
        spent.push({ redis: redis - before.redis, workers: workers - before.workers })
        return documents.unproved('ran')
      },
    }
  }

  /** What each round of a contender took beside the run, the warming up too. */
  spent(name: string, cards: number): readonly Spent[] {
    return this.#spent.get(`${name}, ${cards}`) ?? []
  }

  async #work(checkout: string, url: string, jobs: number): Promise<ChildProcess> {
    const { argv, cwd, env: own } = this.#room.mikado(checkout, 'worker', '--engine', url, '-j', String(jobs))
    const [file = '', ...words] = argv
    // Into a file: whoever read along would take of the processors, too.
    const said = `${checkout}.log`
    const log = openSync(said, 'w')
    const child = spawn(file, words, {
      cwd,
      env: { ...process.env, ...own, ...env },
      stdio: ['ignore', 'ignore', log],
    })
    closeSync(log)
    this.#running.push(child)
    while (!readFileSync(said, 'utf8').includes('takes cards')) await wait(50)
    return child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#running.map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const child of this.#running.toReversed()) child.kill('SIGKILL')
    await Promise.all(ended)
  }
}

/** Seconds of processor that these have taken so far: NaN where there is no /proc. */
function spentBy(children: readonly ChildProcess[]): number {
  return children.reduce((sum, { pid = 0 }) => {
    // User's and the system's time, in hundredths of a second.
    const [user, system] = statOf(pid).slice(11)
    return sum + (Number(user) + Number(system)) / 100
  }, 0)
}
