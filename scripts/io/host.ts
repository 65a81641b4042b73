/** A card's task in its own process, as the loop sees it. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { clip, inOneLine } from '../core/bounded.ts'
import type { Card } from '../core/card.ts'
import { type Question, type Reply, replyIn } from '../core/protocol.ts'
import { tooShort } from '../core/secret.ts'
import type { ApplyResult, CheckResult, OpenTask } from '../core/world.ts'
import type { Json } from '../index.ts'
import { type Answer, codeOf, type Death, deathOf } from './answer.ts'
import { killGroup } from './living.ts'
import { drain, follow } from './output.ts'
import { startWorker } from './process.ts'
import { signalSession } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import type { TaskFile } from './tasks.ts'

/** How long a stopped task may take to clean up before it is killed, in milliseconds. */
const grace = 5000

/** How long a task that has cut its channel may take to end, in milliseconds: nobody can ask it anything any more. */
const farewell = 1000

/** Characters of what a task says that go into the journal. */
const longest = 10_000

/** A card that no script works: a person does it. */
export const manualTask: OpenTask = {
  works: false,
  checks: new Set(),
  check: async () => ({ held: false, message: 'nothing can prove it' }),
  apply: async () => ({ ok: true, outputs: null }),
  close: async () => {},
}

/** Starts the task's process and reads what the task can do. A string says why it cannot be opened. */
export async function openTask(card: Card, task: TaskFile, around: Surroundings): Promise<OpenTask | string> {
  const host = new Host(card, task, around)
  const opened = await host.start()
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
  #child: ChildProcess | null = null
  #streams: Readable[] = []
  #drained: Promise<unknown> = Promise.resolve()
  #exited: Promise<void> = Promise.resolve()
  #answer: (answer: Answer | Death) => void = () => {}
  /** The number of the last question: an answer to another one is none. */
  #asked = 0

  constructor(card: Card, task: TaskFile, around: Surroundings) {
    this.#card = card
    this.#task = task
    this.#around = around
  }

  /** Starts the process, or starts it again after it died. */
  async start(): Promise<string | null> {
    const { root, data, run, env, secrets, log, inputs, steps, signal, emit, after, room } = this.#around
    if (signal.aborted) return 'stopped before it began'
    let child: ChildProcess
    try {
      child = startWorker(root, env)
    } catch (error) {
      return `${this.#task.path} cannot be started: ${(error as Error).message}`
    }
    this.#child = child
    const line = (stream: 'stdout' | 'stderr') => (text: string) =>
      emit({ event: 'output', card: this.#card.id, stream, text })
    const streams = [child.stdout && follow(child.stdout, secrets, log, line('stdout'), room)]
    streams.push(child.stderr && follow(child.stderr, secrets, log, line('stderr'), room))
    this.#streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
    this.#drained = Promise.all(streams)
    child.on('message', (message: unknown) => {
      const reply = replyIn(message)
      if (reply) this.#hear(reply)
    })
    child.once('disconnect', () => {
      const { pid } = child
      if (pid === undefined || this.#child !== child) return
      const cancel = after(farewell, () => killGroup(pid))
      child.once('exit', cancel)
    })
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        log.write(`${error.message}\n`)
        this.#answer({ type: 'died', code: null, signal: null })
        resolve()
      })
      child.once('exit', (code, ended) => {
        this.#child = null
        this.#answer({ type: 'died', code, signal: ended })
        resolve()
      })
    })
    const stop = () => this.#end()
    signal.addEventListener('abort', stop, { once: true })
    child.once('exit', () => signal.removeEventListener('abort', stop))

    const { id, title, path } = this.#card
    const { file, kind } = this.#task
    const card = { id, title, path }
    const answer = await this.#ask({ type: 'open', file, kind, card, root, data, run, inputs, steps: [...steps] })
    if (answer.type === 'opened') {
      this.works = answer.works && this.#card.run !== 'manual'
      this.checks = new Set(answer.checks)
      const stranger = answer.checks.find((key) => !this.#card.checklist.some((entry) => entry.key === key))
      return stranger === undefined
        ? null
        : `${this.#task.path} proves "${stranger}", which is no line of the checklist`
    }
    const where = answer.type === 'unreadable' && answer.line !== null ? `:${answer.line}` : ''
    const why = answer.type === 'unreadable' ? this.#hideLine(answer.message) : deathOf(answer)
    return `${this.#task.path}${where} cannot be loaded: ${why}`
  }

  async check(key: string): Promise<CheckResult> {
    const lost = await this.#revive()
    if (lost !== null) return { held: false, message: lost }
    const answer = await this.#ask({ type: 'check', key })
    if (answer.type !== 'checked') return { held: false, message: deathOf(answer) }
    if (answer.held) return { held: true, detail: this.#hide(answer.detail) }
    if (answer.held === null) return { held: null, instructions: this.#hideLine(answer.instructions) }
    return { held: false, message: this.#hideLine(answer.message) }
  }

  async apply(): Promise<ApplyResult> {
    const lost = await this.#revive()
    if (lost !== null) return { ok: false, reason: 'threw', message: lost, exitCode: null }
    const answer = await this.#ask({ type: 'apply' })
    if (answer.type === 'applied') {
      try {
        this.#around.saveOutputs(answer.outputs)
      } catch (error) {
        const message = `its work is done, but what it hands on cannot be kept: ${(error as Error).message}`
        return { ok: false, reason: 'outputs', message, exitCode: null }
      }
      return { ok: true, outputs: answer.outputs }
    }
    if (answer.type !== 'apply-failed')
      return { ok: false, reason: 'exited', message: deathOf(answer), exitCode: codeOf(answer) }
    const message = this.#hideLine(answer.message)
    if (answer.reason === 'waiting') return { ok: false, reason: 'waiting', message, exitCode: null }
    return { ok: false, reason: answer.reason, message, exitCode: answer.exitCode }
  }

  async close(): Promise<void> {
    const pid = this.#child?.pid
    if (pid !== undefined) killGroup(pid)
    await this.#exited
    await drain(this.#streams, this.#drained, this.#around)
    this.#around.log.close()
  }

  /** A crash in a check must not fail the next one: the process is started anew. */
  async #revive(): Promise<string | null> {
    return this.#child ? null : await this.start()
  }

  #ask(question: Question): Promise<Answer | Death> {
    return new Promise((resolve) => {
      this.#answer = resolve
      this.#asked++
      if (this.#child?.connected) this.#child.send({ ...question, id: this.#asked }, () => {})
      else resolve({ type: 'died', code: null, signal: null })
    })
  }

  #hear(reply: Reply): void {
    const { emit, secrets, steps } = this.#around
    const card = this.#card.id
    const acknowledge = (id: number) =>
      this.#child?.connected && this.#child.send({ type: 'acknowledge', id }, () => {})
    switch (reply.type) {
      case 'note':
        emit({ event: 'note', card, text: this.#hide(reply.text) })
        break
      case 'secret':
        if (!secrets.add(reply.value)) emit({ event: 'warning', card, message: tooShort })
        acknowledge(reply.id)
        break
      case 'step-started':
        emit({ event: 'step-started', card, step: this.#hide(reply.step), digest: this.#task.digest })
        acknowledge(reply.id)
        break
      case 'step-done':
        steps.set(reply.step, reply.result)
        this.#keep(this.#hide(reply.step), reply.result, reply.replayed)
        acknowledge(reply.id)
        break
      case 'inspected':
      case 'examined':
        break
      default:
        if (reply.to === this.#asked) this.#answer(reply)
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

  /** Asks the task and all it started to end, and ends them when they do not. */
  #end(): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    signalSession(pid, 'SIGTERM')
    const cancel = this.#around.after(grace, () => killGroup(pid))
    this.#child?.once('exit', cancel)
  }
}
