/** One `mikado` process of the soak: started, listened to, measured, and ended when it must. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { Place } from './chain.ts'
import { type Sample, sample } from './gauge.ts'

const program = resolve(import.meta.dirname, '../../scripts/mikado.ts')

/** Names the processes of a soak. */
export const marker = `soak-${process.pid}`

export class Runner {
  readonly args: readonly string[]
  readonly samples: Sample[] = []
  /** Cards that are worked now. */
  readonly busy = new Set<string>()
  /** Cards that wait for a person, or failed with a reason that nobody had planned. */
  readonly strange: string[] = []
  completed = 0
  /** Exit code; null: killed by a signal. */
  readonly ended: Promise<number | null>
  stderr = ''
  readonly #child: ChildProcess

  constructor(place: Place, args: readonly string[], expected: RegExp) {
    this.args = args
    const env = { ...place.env, CRASH_CALL: marker }
    const child = spawn(process.execPath, [program, ...args], {
      cwd: place.root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') this.#hear(JSON.parse(line), expected)
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (this.stderr = (this.stderr + chunk).slice(-4000)))
    this.ended = new Promise((done, failed) => {
      child.once('error', failed)
      child.once('exit', (code) => done(code))
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  measure(): Sample | null {
    const found = this.alive ? sample(this.pid, this.completed) : null
    if (found) this.samples.push(found)
    return found
  }

  end(signal: NodeJS.Signals): boolean {
    return this.alive && this.#child.kill(signal)
  }

  #hear(event: { event: string; card?: string; message?: string }, expected: RegExp): void {
    const { card } = event
    if (card === undefined) return
    if (event.event === 'card-started') this.busy.add(card)
    if (['card-completed', 'card-failed', 'card-waiting', 'card-stopped'].includes(event.event)) this.busy.delete(card)
    if (event.event === 'card-completed') this.completed++
    // On another branch, a card of the person's own may have no task.
    if (event.event === 'card-waiting' && !card.startsWith('own-')) this.strange.push(`${card} waits for a person`)
    if (event.event === 'card-failed' && !expected.test(event.message ?? ''))
      this.strange.push(`${card}: ${event.message}`)
  }
}
