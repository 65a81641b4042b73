/** What every table does: read its words, look whether the machine is idle, measure, and tell. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { putDocsMikado } from './docs-mikado.ts'
import type { Graph } from './graph.ts'
import { busyNow, lookBusy, machineLine } from './machine.ts'
import { type Defaults, type Options, readOptions, WrongWords } from './options.ts'
import { type Peer, type PeerName, Peers } from './peers.ts'
import { prepare, type Runner, type ShellWork } from './recipes.ts'
import { markdown, type Report, writeBetween } from './report.ts'
import { type Absent, type Contender, measure, type Result } from './rounds.ts'
import { type Program, Stopped, Stopwatch } from './stopwatch.ts'

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
    const peer = this.#asked(name)
    if (typeof peer === 'string') return { name, cards, why: peer }
    return { name, cards, ...prepare(peer, this.folder(`${name}-${graph.shape}-${cards}`), graph, work, jobs) }
  }

  /** docs-mikado with these words, in a repository. */
  docsMikado(root: string, cards: number, ...words: string[]): Contender | Absent {
    const name = ['docs-mikado', ...words].join(' ')
    const peer = this.#asked('docs-mikado')
    if (typeof peer === 'string') return { name, cards, why: peer }
    return { name, cards, argv: [...peer.argv, putDocsMikado(root), ...words], cwd: root, env: peer.env }
  }

  #asked(name: PeerName): Peer | string {
    if (!this.options.against.includes(name)) return leftOut
    const peer = this.peers.get(name)
    return typeof peer === 'string' ? `not measured here: ${peer}` : peer
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
    const asked = contenders.filter((one) => !('why' in one && one.why === leftOut))
    return await measure(asked, this.options, this.stopwatch, say)
  }
}

/** Why there is no row of a peer that `--against` does not name. */
const leftOut = 'left out'

/** Above this share of the processors, figures are of the others' work too. */
const idle = 0.1

/**
 * Measures a table and tells it; the process ends with 0, with 64 when its words are wrong, 75 when the machine is busy, 130 when it
 * was stopped.
 */
export async function bench(name: string, defaults: Defaults, work: Work): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2), defaults, root)
    process.exitCode = await measured(name, options, work)
  } catch (error) {
    if (!(error instanceof WrongWords || error instanceof Stopped)) throw error
    console.error(`node bench/${name}.ts: ${error.message}`)
    process.exitCode = error instanceof Stopped ? 130 : 64
  }
}

type Work = (room: Room) => Promise<Report & { data: unknown }>

async function measured(name: string, options: Options, work: Work): Promise<number> {
  mkdirSync(options.folder, { recursive: true })
  const peers = new Peers(join(options.folder, 'peers'))
  for (const peer of options.against) peers.get(peer)
  const busy = await lookBusy()
  if (busy > idle && !options.busy) {
    say(`others use ${Math.round(busy * 100)} % of the processors; wait, or measure with --busy`)
    return 75
  }

  sweep(options.folder)
  const place = join(options.folder, `work-${process.pid}`)
  mkdirSync(place, { recursive: true })
  try {
    await using stopwatch = new Stopwatch(join(place, 'output'))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopwatch.stop())
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

/** What a table that was killed left behind. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^work-(\d+)$/.exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export function say(text: string): void {
  console.error(`bench: ${text}`)
}
