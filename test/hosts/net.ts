/** Hosts as network namespaces of this machine, each with an address on one bridge; needs root and iproute2. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Host {
  name: string
  address: string
  space: string
  link: string
}

/** Hundreds of starts: what Node compiled once serves them all. */
const compiled = join(tmpdir(), 'mikado-hosts-compiled')

/** A program on a host: what it said so far, and its exit code once it has ended; null: it was killed. */
export interface Program {
  child: ChildProcess
  said: { text: string }
  ended: Promise<number | null>
}

export class Net implements Disposable {
  static readonly #living = new Set<Net>()
  readonly #id: string
  readonly #bridge: string
  readonly #hosts: Host[] = []
  readonly #running = new Set<ChildProcess>()

  /** `number`: which of 200 networks, so that several can be there at once. */
  constructor(number: number) {
    this.#id = `mk${process.pid % 10_000}n${number}`
    this.#bridge = `${this.#id}b`
    Net.#living.add(this)
    ip('link', 'add', this.#bridge, 'type', 'bridge')
    ip('link', 'set', this.#bridge, 'up')
    this.#subnet = `10.${60 + (process.pid % 100)}.${number % 250}`
  }
  readonly #subnet: string

  host(name: string): Host {
    const at = this.#hosts.length + 1
    const host = { name, address: `${this.#subnet}.${at}`, space: `${this.#id}-${name}`, link: `${this.#id}v${at}` }
    this.#hosts.push(host)
    const within = `${this.#id}p${at}`
    ip('netns', 'add', host.space)
    ip('link', 'add', host.link, 'type', 'veth', 'peer', 'name', within)
    ip('link', 'set', within, 'netns', host.space)
    ip('link', 'set', host.link, 'master', this.#bridge)
    ip('link', 'set', host.link, 'up')
    for (const words of [
      ['addr', 'add', `${host.address}/24`, 'dev', within],
      ['link', 'set', within, 'up'],
      ['link', 'set', 'lo', 'up'],
    ])
      ip('-n', host.space, ...words)
    return host
  }

  /** Cuts a host off: nothing comes or goes, and nobody is told. */
  cut(host: Host): void {
    ip('link', 'set', host.link, 'nomaster')
  }

  join(host: Host): void {
    ip('link', 'set', host.link, 'master', this.#bridge)
  }

  /** Starts a program on a host. */
  start(host: Host, cwd: string, words: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', host.space, ...words], {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: compiled, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    return child
  }

  /** Starts one whose words are kept. */
  program(...what: Parameters<Net['start']>): Program {
    const child = this.start(...what)
    const said = { text: '' }
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said.text += text
      })
    return { child, said, ended: new Promise((resolve) => child.once('close', resolve)) }
  }

  /** Runs a program on a host to its end, and answers what it printed. */
  call(host: Host, ...words: string[]): string {
    return spawnSync('ip', ['netns', 'exec', host.space, ...words], { encoding: 'utf8' }).stdout.trim()
  }

  /** Ends all that there are, when whoever made them is told to end. */
  static endAll(): void {
    for (const net of Net.#living) net[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    Net.#living.delete(this)
    for (const child of this.#running) child.kill('SIGKILL')
    for (const { space } of this.#hosts) {
      const left = spawnSync('ip', ['netns', 'pids', space], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)
      for (const pid of left) spawnSync('kill', ['-KILL', pid])
      spawnSync('ip', ['netns', 'delete', space])
    }
    spawnSync('ip', ['link', 'delete', this.#bridge])
  }
}

function ip(...words: string[]): void {
  const { status, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr?.trim() ?? error?.message}`)
}

/** Why there can be no hosts here; null: there can. */
export function obstacle(): string | null {
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces'
  for (const program of ['ip', 'redis-server', 'redis-cli']) {
    if (spawnSync(program, ['--version']).error) return `there is no ${program} (Debian: iproute2, redis-server)`
  }
  return null
}
