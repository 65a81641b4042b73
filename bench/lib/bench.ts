/** What every table does: read its words, look whether the machine is idle, measure, and tell. */
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { putDocsMikado } from './docs-mikado.ts'
import type { Graph } from './graph.ts'
import { busyNow, lookBusy, machineLine } from './machine.ts'
import { type Defaults, type Options, readOptions, WrongWords } from './options.ts'
import { Peers } from './peers.ts'
import { prepare, type Runner, type ShellWork } from './recipes.ts'
import { markdown, type Report, writeBetween } from './report.ts'
import { type Absent, type Contender, measure, type Result } from './rounds.ts'
import { type Program, Stopwatch } from './stopwatch.ts'

export const root = resolve(import.meta.dirname, '../..')

/** What a table works with. */
export class Room {
  readonly options: Options
  readonly peers: Peers
  readonly stopwatch: Stopwatch
  readonly #work: string

  constructor(options: Options, peers: Peers, stopwatch: Stopwatch, work: string) {
    this.options = options
    this.peers = peers
    this.stopwatch = stopwatch
    this.#work = work
  }

  /** An empty folder, gone when the table is done. */
  folder(name: string): string {
    const path = join(this.#work, name)
    mkdirSync(path, { recursive: true })
    return path
  }

  /** Our command line, in a repository. What Node compiled is kept for all of them, as it is in daily use. */
  mikado(cwd: string, ...words: string[]): Program {
    const env = { XDG_CACHE_HOME: this.folder('compiled') }
    return { argv: [process.execPath, this.options.program, ...words], cwd, env }
  }

  /** A peer's own line on the graph's cards, laid into a folder of its own. */
  peer(name: Runner, graph: Graph, work: ShellWork, jobs: number): Contender | Absent {
    const cards = graph.cards.length
    const peer = this.peers.get(name)
    if (typeof peer === 'string') return { name, cards, why: `not measured here: ${peer}` }
    return { name, cards, ...prepare(peer, this.folder(`${name}-${graph.shape}-${cards}`), graph, work, jobs) }
  }

  /** docs-mikado with these words, in a repository. */
  docsMikado(root: string, cards: number, ...words: string[]): Contender | Absent {
    const name = ['docs-mikado', ...words].join(' ')
    const peer = this.peers.get('docs-mikado')
    if (typeof peer === 'string') return { name, cards, why: `not measured here: ${peer}` }
    return { name, cards, argv: [...peer.argv, putDocsMikado(root), ...words], cwd: root, env: peer.env }
  }

  /** Which versions were measured. */
  versions(): string {
    const told = this.options.against.map((name) => {
      const peer = this.peers.get(name)
      return typeof peer === 'string' ? null : `${name} ${peer.version}`
    })
    return told.filter((text) => text !== null).join(', ')
  }

  async measure(contenders: readonly (Contender | Absent)[]): Promise<Result[]> {
    return await measure(contenders, this.options, this.stopwatch, say)
  }
}

/** Above this share of the processors, figures are of the others' work too. */
const idle = 0.1

/** Measures a table and tells it; the process ends with 0, with 64 when its words are wrong, or with 75 when the machine is busy. */
export async function bench(name: string, defaults: Defaults, work: Work): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2), defaults, root)
    process.exitCode = await measured(name, options, work)
  } catch (error) {
    if (!(error instanceof WrongWords)) throw error
    console.error(`node bench/${name}.ts: ${error.message}`)
    process.exitCode = 64
  }
}

type Work = (room: Room) => Promise<Report & { data: unknown }>

async function measured(name: string, options: Options, work: Work): Promise<number> {
  const peers = new Peers(join(options.folder, 'peers'))
  for (const peer of options.against) peers.get(peer)
  const busy = await lookBusy()
  if (busy > idle && !options.busy) {
    say(`others use ${Math.round(busy * 100)} % of the processors; wait, or measure with --busy`)
    return 75
  }

  const place = join(options.folder, `work-${process.pid}`)
  mkdirSync(place, { recursive: true })
  process.once('SIGINT', () => {
    rmSync(place, { recursive: true, force: true })
    process.exit(130)
  })
  try {
    await using stopwatch = new Stopwatch(join(place, 'output'))
    const [before, own] = [busyNow(), process.cpuUsage()]
    const { data, ...report } = await work(new Room(options, peers, stopwatch, place))
    const after = busyNow()
    const { user, system } = process.cpuUsage(own)
    const others = after.busy - before.busy - (user + system) / 1e6 - stopwatch.cpu
    const machine = machineLine(place, others / (after.all - before.all))
    const text = markdown(report, machine)
    if (options.write) writeBetween(join(root, 'bench/README.md'), name, text)
    console.log(options.json ? JSON.stringify({ table: name, machine, ...report, data }) : text)
    return 0
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

export function say(text: string): void {
  console.error(`bench: ${text}`)
}
