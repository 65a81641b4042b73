/** A card's task in its own process, as the loop sees it. */
import { clip, inOneLine } from '../core/bounded.ts'
import type { Card } from '../core/card.ts'
import type { Question, Reply } from '../core/protocol.ts'
import { tooShort } from '../core/secret.ts'
import type { ApplyResult, CheckResult, OpenTask } from '../core/world.ts'
import type { Json } from '../index.ts'
import { type Answer, Answers, codeOf, type Death, deathOf, wasLost } from './answer.ts'
import { openingOf } from './opening.ts'
import { drain } from './output.ts'
import { Printed } from './printed.ts'
import type { Surroundings } from './surroundings.ts'
import type { TaskProcess } from './task-process.ts'
import type { TaskFile } from './tasks.ts'

/** How long a stopped task may take to clean up before it is killed, in milliseconds. */
const grace = 5000

/** Characters of what a task says that go into the journal. */
const longest = 10_000

/**
 * Starts the task's process and reads what the task can do. A string says why it cannot be opened. `first`: the checklist lines
 * that will be asked first, if they can be.
 */
export async function openTask(
  card: Card,
  task: TaskFile,
  around: Surroundings,
  first: readonly string[],
): Promise<OpenTask | string> {
  const host = new Host(card, task, around)
  const opened = await host.start(first)
  if (typeof opened === 'string') {
    await host.close()
    return opened
  }
  return host
}

class Host implements OpenTask {
  works = false
  checks: ReadonlySet<string> = new Set()
  readonly #card: Card
  readonly #task: TaskFile
  readonly #around: Surroundings
  #process: TaskProcess | null = null
  #answers = new Answers()
  /** Checks that the process has been asked, and nobody has wanted the answer of yet. */
  #ahead: readonly string[] = []
  /** It was asked to rest, after those. */
  #resting = false
  readonly #printed: Printed
  /** On disk it says that the card has started. */
  #begun: Promise<void> = Promise.resolve()
  /** It was told something that the next card must not see. */
  #tainted = false

  constructor(card: Card, task: TaskFile, around: Surroundings) {
    this.#card = card
    this.#task = task
    this.#around = around
    this.#printed = new Printed(card.id, around)
    around.signal.addEventListener('abort', this.#stop, { once: true })
  }

  /** Takes a process, or another one after it died, and has it asked what is wanted `first`: one message is cheaper than many. */
  async start(first: readonly string[]): Promise<string | null> {
    const { signal, pool, recorded } = this.#around
    if (signal.aborted) return 'stopped before it began'
    this.#begun = recorded()
    try {
      this.#process = pool.take(!this.#task.selfContained)
    } catch (error) {
      return `${this.#task.path} cannot be started: ${(error as Error).message}`
    }
    this.#process.holder = {
      hear: (reply) => this.#hear(reply),
      print: (name, chunk) => this.#printed.add(name, chunk),
    }
    this.#ask(...openingOf(this.#card, this.#task, this.#around, first))
    const answer = await this.#next()
    if (wasLost(answer)) return await this.#revive(first)
    if (answer.type === 'opened') {
      this.#process.used++
      this.works = answer.works && this.#card.run !== 'manual'
      this.checks = new Set(answer.checks)
      this.#ahead = first.filter((key) => this.checks.has(key))
      const stranger = answer.checks.find((key) => !this.#card.checklist.some((entry) => entry.key === key))
      return stranger === undefined
        ? null
        : `${this.#task.path} proves "${stranger}", which is no line of the checklist`
    }
    if (answer.type === 'died' && answer.refused !== undefined) return answer.refused
    const where = answer.type === 'unreadable' && answer.line !== null ? `:${answer.line}` : ''
    const why = answer.type === 'unreadable' ? this.#hideLine(answer.message) : deathOf(answer)
    return `${this.#task.path}${where} cannot be loaded: ${why}`
  }

  async check(key: string): Promise<CheckResult> {
    const at = this.#ahead.indexOf(key)
    const lost = await this.#revive(at === -1 ? [key] : this.#ahead.slice(at))
    if (lost !== null) return { held: false, message: lost }
    if (this.#ahead[0] !== key) this.#ask({ type: 'check', keys: [key] })
    this.#ahead = this.#ahead.slice(1)
    const answer = await this.#next()
    if (answer.type !== 'checked') return { held: false, message: deathOf(answer), lost: wasLost(answer) }
    if (answer.held) return { held: true, detail: this.#hide(answer.detail) }
    if (answer.held === null) return { held: null, instructions: this.#hideLine(answer.instructions) }
    return { held: false, message: this.#hideLine(answer.message) }
  }

  async apply(): Promise<ApplyResult> {
    const lost = await this.#revive([])
    if (lost !== null) return { ok: false, reason: 'threw', message: lost, exitCode: null }
    await this.#begun
    const keys = this.#card.checklist.map((line) => line.key).filter((key) => this.checks.has(key))
    const resting = this.#task.selfContained
    this.#ask({ type: 'apply' }, { type: 'check', keys }, ...(resting ? [{ type: 'rest' } as const] : []))
    const answer = await this.#next()
    if (answer.type === 'applied') {
      this.#ahead = keys
      this.#resting = resting
      try {
        this.#around.saveOutputs(answer.outputs)
      } catch (error) {
        const message = `its work is done, but what it hands on cannot be kept: ${(error as Error).message}`
        return { ok: false, reason: 'outputs', message, exitCode: null }
      }
      return { ok: true, outputs: answer.outputs }
    }
    if (wasLost(answer)) return { ok: false, reason: 'lost', message: deathOf(answer), exitCode: null }
    if (answer.type !== 'apply-failed')
      return { ok: false, reason: 'exited', message: deathOf(answer), exitCode: codeOf(answer) }
    const message = this.#hideLine(answer.message)
    if (answer.reason === 'waiting') return { ok: false, reason: 'waiting', message, exitCode: null }
    return { ok: false, reason: answer.reason, message, exitCode: answer.exitCode }
  }

  /** Leaves the process to the next card, when nothing of this one is in it; else ends it with all that it started. */
  async close(): Promise<void> {
    const { signal, pool, log, turns } = this.#around
    signal.removeEventListener('abort', this.#stop)
    const used = this.#process
    this.#process = null
    const reusable = used?.alive && this.#task.selfContained && !this.#tainted && !signal.aborted
    const asked = this.#resting && this.#ahead.length === 0 ? this.#answers : undefined
    if (used && reusable && (await used.rest(asked))) {
      turns?.leaveAll(used)
      await this.#printed.end()
      pool.give(used)
    } else if (used) {
      await this.#finish(used)
      // Whoever is told where its log is finds one, also when nothing was printed.
      log.write('')
    }
    log.close()
  }

  /** A crash in a check must not fail the next one: another process is taken. */
  async #revive(first: readonly string[]): Promise<string | null> {
    if (this.#process?.alive) return null
    if (this.#process) await this.#finish(this.#process)
    return await this.start(first)
  }

  /** Ends the process; what it printed is read to its end. */
  async #finish(used: TaskProcess): Promise<void> {
    used.kill()
    await used.ended
    this.#around.turns?.leaveAll(used)
    const read = used.closed.then(() => this.#printed.end())
    await drain([...used.streams, ...this.#printed.streams], read, this.#around)
  }

  #ask(...questions: Question[]): void {
    this.#ahead = []
    this.#resting = false
    if (this.#process) this.#answers = this.#process.ask(...questions)
  }

  async #next(): Promise<Answer | Death> {
    const answer = await this.#answers.next()
    if (answer.type !== 'died') return answer
    const death = await this.#process?.ended
    if (death?.error) this.#around.log.write(`${death.error}\n`)
    return death ?? answer
  }

  #hear(reply: Reply): void {
    const { emit, secrets, steps, turns, recorded } = this.#around
    const card = this.#card.id
    const used = this.#process
    const acknowledge = (id: number) => used?.acknowledge(id)
    const acknowledgeRecorded = (id: number) => void recorded().then(() => acknowledge(id))
    switch (reply.type) {
      case 'note':
        emit({ event: 'note', card, text: this.#hide(reply.text) })
        break
      case 'secret':
        if (!secrets.add(reply.value)) emit({ event: 'warning', card, message: tooShort })
        this.#tainted = true
        acknowledge(reply.id)
        break
      case 'turn':
        if (used) void turns?.take(reply.name, used, reply.began).then(() => acknowledge(reply.id))
        break
      case 'turn-over':
        if (used) turns?.leave(reply.name, used)
        break
      case 'step-started':
        emit({ event: 'step-started', card, step: this.#hide(reply.step), digest: this.#task.digest })
        acknowledgeRecorded(reply.id)
        break
      case 'step-done':
        steps.set(reply.step, reply.result)
        this.#keep(this.#hide(reply.step), reply.result, reply.replayed)
        acknowledgeRecorded(reply.id)
        break
      default:
        break
    }
  }

  /** A step whose result cannot be kept is not done for later runs; this one goes on. */
  #keep(step: string, result: Json, replayed: boolean): void {
    const { emit, conceal } = this.#around
    const card = this.#card.id
    try {
      emit({ event: 'step-done', card, step, digest: this.#task.digest, result: conceal(step, result), replayed })
    } catch (error) {
      const message = `the result of step "${step}" cannot be kept, so another run would do the step again: ${(error as Error).message}`
      emit({ event: 'warning', card, message })
    }
  }

  /** Masked before it is shortened, which could leave half a secret. */
  #hideLine(message: string): string {
    return inOneLine(this.#around.secrets.mask(message))
  }

  #hide<T extends string | null>(text: T): T {
    return (text === null ? null : clip(this.#around.secrets.mask(text), longest)) as T
  }

  readonly #stop = () => this.#process?.end(grace)
}
