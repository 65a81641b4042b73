/**
 * The soak: a long chain is worked for minutes, while tasks fail, runs and tasks are killed, and a person edits, commits and
 * switches. Then all of that ends, the chain is worked to its end, and what is there is compared with what must be.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dice } from '../crash/driver-dice.ts'
import { call, commandOf, processesOf } from '../crash/driver-program.ts'
import { documentOf, goal, isComplete, layOut, type Place } from './chain.ts'
import { growthOf, type Trend, trendOf } from './gauge.ts'
import { namesIn, strangeIn } from './outcome.ts'
import { Person } from './person.ts'
import { marker, Runner } from './runner.ts'
import { planned } from './task.ts'

export interface Settings {
  seconds: number
  cards: number
  seed: number
}

/** A line of the table. */
export interface Row {
  seconds: number
  round: number
  runs: number
  cards: number
  complete: number
  memory: number
  peak: number
  handles: number
  threads: number
  processes: number
  journal: number
  /** Runs that have left logs. */
  logs: number
  kills: string
  edits: number
  readers: number
}

/** What may befall a card in all this; anything else is strange. */
const befalls = [
  planned,
  'ended by SIGKILL',
  'is gone',
  'cannot be loaded', // its task is not there on the other branch
  'status is no longer',
  'it is empty now', // an editor writes into it
  'it requires `', // since its work began
  'Cannot find module',
]

export class Soak {
  readonly findings: string[] = []
  readonly trends: Trend[] = []
  readonly person: Person
  /** Runs, cards completed in them, runners killed, tasks killed. */
  readonly count = { runs: 0, cards: 0, runners: 0, tasks: 0, readers: 0, slowest: 0, rounds: 1 }
  readonly #place: Place
  readonly #settings: Settings
  readonly #dice: Dice
  readonly #began = performance.now()
  readonly #temporary: string
  #runner: Runner | null = null
  #over = false
  #turn = Promise.resolve()

  constructor(base: string, settings: Settings) {
    this.#settings = settings
    this.#dice = new Dice(settings.seed)
    const [root, outside, temporary] = ['repository', 'outside', 'tmp'].map((name) => join(base, name)) as [
      string,
      string,
      string,
    ]
    for (const folder of [root, outside, temporary]) mkdirSync(folder, { recursive: true })
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
    const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', USER: 'tester' }
    const own = { TMPDIR: temporary, SOAK_OUTSIDE: outside, SOAK_SEED: String(settings.seed) }
    this.#temporary = temporary
    this.#place = { root, outside, env: { PATH, HOME, NODE_COMPILE_CACHE, ...own, ...git } }
    this.#beginRound()
    this.person = new Person(this.#place, layOut(this.#place, settings.cards, this.#dice), new Dice(settings.seed + 1))
  }

  /** Until the time is up; then to the end of the chain. `tell` gets a line of the table now and then. */
  async live(tell: (row: Row) => void): Promise<void> {
    const every = Math.max(2, this.#settings.seconds / 20)
    const ticker = setInterval(() => tell(this.#row()), every * 1000)
    const gauge = setInterval(() => this.#runner?.measure(), Math.max(50, this.#settings.seconds))
    try {
      await Promise.all([this.#work(), this.#edit(), this.#read(), this.#killTasks()])
      await this.#finish()
      tell(this.#row())
      this.findings.push(...strangeIn(this.#place, this.#temporary, this.person, String(this.count.rounds)))
    } finally {
      clearInterval(ticker)
      clearInterval(gauge)
      this.#runner?.end('SIGKILL')
    }
  }

  get #elapsed(): number {
    return (performance.now() - this.#began) / 1000
  }

  /** From now on nothing is true any more. */
  #beginRound(): void {
    writeFileSync(join(this.#place.outside, 'round'), String(this.count.rounds))
  }

  /** Long runs in the first half of the time; in the second, runs that are killed. Whatever is complete is begun anew. */
  async #work(): Promise<void> {
    const { seconds } = this.#settings
    while (this.#elapsed < seconds) {
      const killed = this.#elapsed > seconds / 2
      const life = killed ? 1 + this.#dice.next() * Math.max(3, seconds / 40) : seconds / 2 - this.#elapsed
      const code = await this.#run(['run', goal, '--json', '-k'], life, killed ? 'SIGKILL' : 'SIGTERM')
      if (code === 0) await this.#inTurn(() => this.#again())
    }
    this.#over = true
  }

  /** Who switches branches while all is opened again would take that back. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(action)
    return this.#turn
  }

  /** The next round: all cards are opened again, by the command that does that. */
  async #again(): Promise<void> {
    this.count.rounds++
    this.#beginRound()
    const lowest = [...this.person.documents].filter(([, text]) => !text.includes('\nrequires:\n')).map(([id]) => id)
    const { code, stderr } = await call(this.#place, marker, ['reopen', ...lowest, '-q'], null)
    if (code !== 0 && !/no card|was left alone|is gone/.test(stderr))
      this.findings.push(`reopen ended with ${code}: ${stderr}`)
  }

  /** A run of at most so many seconds; its exit code, null when it was killed. */
  async #run(args: readonly string[], life: number, signal: NodeJS.Signals): Promise<number | null> {
    const runner = new Runner(this.#place, args, new RegExp(befalls.join('|')))
    this.#runner = runner
    this.count.runs++
    const timer = setTimeout(() => {
      if (runner.end(signal) && signal === 'SIGKILL') this.count.runners++
    }, life * 1000)
    const code = await runner.ended
    clearTimeout(timer)
    this.count.cards += runner.completed
    const trend = trendOf(runner.samples)
    if (trend) {
      this.trends.push(trend)
      for (const growth of growthOf(trend)) this.findings.push(`in a run of ${trend.cards} cards, ${growth}`)
    }
    for (const strange of runner.strange) this.findings.push(strange)
    // 65: the run began while the person was just switching branches. 73: a card's document was not there to be marked.
    if (![0, 1, 65, 73, 143, null].includes(code)) this.findings.push(`a run ended with ${code}: ${runner.stderr}`)
    await this.#settle()
    return code
  }

  async #edit(): Promise<void> {
    while (!this.#over) {
      await pause(150 + this.#dice.int(500))
      await this.#inTurn(() => this.person.act([...(this.#runner?.busy ?? [])]))
    }
  }

  /** Somebody looks, again and again: every look is answered, whatever goes on. */
  async #read(): Promise<void> {
    const looks = [['list'], ['log'], ['show', goal], ['lint'], ['log', goal]]
    while (!this.#over) {
      const args = [...this.#dice.pick(looks), '--json']
      const { code, stdout, stderr, milliseconds } = await call(this.#place, `${marker}-reader`, args, null)
      this.count.readers++
      this.count.slowest = Math.max(this.count.slowest, milliseconds)
      if (code !== 0 && code !== 65) this.findings.push(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
      else if (code === 0) JSON.parse(stdout)
      await pause(Math.min(2000, 3 * milliseconds))
    }
  }

  async #killTasks(): Promise<void> {
    while (!this.#over) {
      await pause(1000 + this.#dice.int(4000))
      const runner = this.#runner
      const tasks = runner?.alive ? processesOf(marker).filter((pid) => commandOf(pid).includes('/worker/main.')) : []
      if (tasks.length === 0) continue
      try {
        process.kill(this.#dice.pick(tasks), 'SIGKILL')
        this.count.tasks++
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** Nothing disturbs any more: the chain comes to its end. */
  async #finish(): Promise<void> {
    for (let tries = 0; tries < 60; tries++)
      if ((await this.#run(['run', goal, '--json', '-k'], 3600, 'SIGKILL')) === 0) return
    this.findings.push('the chain does not come to its end')
  }

  /** Waits until nothing of the last call is left. */
  async #settle(): Promise<void> {
    const began = performance.now()
    const left = () => processesOf(marker).filter((pid) => !processesOf(`${marker}-reader`).includes(pid))
    while (left().length > 0) {
      if (performance.now() - began > 20_000) {
        this.findings.push(`still there: ${left().map(commandOf).join('; ')}`)
        return
      }
      await pause(20)
    }
  }

  #row(): Row {
    const { root } = this.#place
    const { runs, cards, runners, tasks, readers, rounds } = this.count
    const now = this.#runner?.samples.at(-1)
    const texts = [...this.person.documents.keys()].map((id) => {
      try {
        return readFileSync(documentOf(this.#place, id), 'utf8')
      } catch {
        return 'status: active'
      }
    })
    return {
      seconds: Math.round(this.#elapsed),
      round: rounds,
      runs,
      cards: cards + (this.#runner?.alive ? this.#runner.completed : 0),
      complete: texts.filter(isComplete).length,
      memory: Math.round(now?.memory ?? 0),
      peak: Math.round(now?.peak ?? 0),
      handles: now?.handles ?? 0,
      threads: now?.threads ?? 0,
      processes: processesOf(marker).length,
      journal: sizeOf(join(root, '.mikado/journal.jsonl')),
      logs: namesIn(join(root, '.mikado/log')).length,
      kills: `${runners}+${tasks}`,
      edits: [...this.person.deeds.values()].reduce((sum, count) => sum + count, 0),
      readers,
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
