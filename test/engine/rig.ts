/** A Redis of a test's own, checkouts beside each other, and workers in them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Description } from '../../scripts/io/offer.ts'
import { card, type Started, TestRepository, task, until } from '../rig/repository.ts'

/** Why tests of the engine are skipped here; null: they are not. To have them, install redis-server (Debian: `apt install redis-server`). */
export const missing = spawnSync('redis-server', ['--version']).error ? 'there is no redis-server' : null

export const key = 'a key for tests that is long enough, and no secret'

/** A card as a run offers it. */
export const description: Description = {
  ...{ card: 'goal', title: 'Goal', run: 'RUN', desk: 'here', needs: [], target: {} },
  document: { path: 'docs/goal.md', digest: 'd' },
  task: { path: 'tasks/goal.ts', preflight: false, digest: 't' },
}

/** Two cards, one after the other; what they print and hand on. */
export const pair = {
  'docs/base.md': card({ title: 'Base' }),
  'docs/goal.md': card({ title: 'Goal', requires: ['base'] }),
  'tasks/base.ts': task(
    'base',
    "log('the work of base'); await secret('hunter2-hunter2'); log('it is hunter2-hunter2'); await step('first', () => ({ n: 1 })); appendFileSync('base.runs', 'x'); writeFileSync('base.done', ''); return { from: 'base', pass: 'hunter2-hunter2' }",
  ),
  'tasks/goal.ts': task('goal', 'log(JSON.stringify(inputs)); note("all is well")'),
}

const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** A server on a free port of this machine, which keeps what it is told to keep on disk. */
export class TestRedis implements Disposable {
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'mikado-redis-'))
  readonly #words: readonly string[]
  #child: ChildProcess

  private constructor(port: number, words: readonly string[]) {
    this.port = port
    this.#words = words
    this.#child = this.#spawn()
  }

  static async start(...words: string[]): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), words)
    await redis.#ready()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Kills it, waits, and starts it again on what it has written. */
  async restart(between: () => Promise<void> = async () => {}): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await ended
    await between()
    this.#child = this.#spawn()
    await this.#ready()
  }

  /** What the server answers, as text. */
  ask(...words: string[]): string {
    return spawnSync('redis-cli', ['-p', String(this.port), ...words], { encoding: 'utf8' }).stdout.trim()
  }

  /** Everything that is in it, as its own dump has it. */
  everything(): string {
    const names = this.ask('--scan').split('\n').filter(Boolean)
    return names.map((name) => [name, this.ask('DUMP', name), ...this.#content(name)].join('\n')).join('\n')
  }

  #content(name: string): string[] {
    const read: Record<string, string[]> = {
      string: ['GET', name],
      hash: ['HGETALL', name],
      stream: ['XRANGE', name, '-', '+'],
      list: ['LRANGE', name, '0', '-1'],
      zset: ['ZRANGE', name, '0', '-1'],
      set: ['SMEMBERS', name],
    }
    const words = read[this.ask('TYPE', name)]
    return words ? [this.ask(...words)] : []
  }

  #spawn(): ChildProcess {
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', '']
    const child = spawn('redis-server', [...words, '--appendonly', 'yes', ...this.#words], { stdio: 'ignore' })
    running.add(child)
    child.once('exit', () => running.delete(child))
    return child
  }

  async #ready(): Promise<void> {
    await until('redis answers', () => /PONG|NOAUTH/.test(this.ask('PING')))
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** The same files in another place: a checkout on another machine. */
export function checkoutOf(repository: TestRepository): TestRepository {
  const other = new TestRepository()
  for (const name of readdirSync(repository.root))
    if (name !== '.mikado') cpSync(repository.path(name), other.path(name), { recursive: true })
  return other
}

/** Starts a worker, and waits until it takes cards. */
export async function startWorker(
  checkout: TestRepository,
  redis: TestRedis,
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const worker = checkout.start(['worker', '--engine', redis.url, ...words], { MIKADO_KEY: key, ...env })
  await until('the worker takes cards', () => worker.output.stderr.includes('takes cards'), 20)
  return worker
}

/** Starts a run whose cards are worked elsewhere. */
export function startRun(repository: TestRepository, redis: TestRedis, ...words: string[]): Started {
  return repository.start(['run', ...words, '--engine', redis.url], { MIKADO_KEY: key })
}
