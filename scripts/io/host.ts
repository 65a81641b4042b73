/** A card's task in its own process, as the loop sees it. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Card } from '../core/card.ts'
import type { RunEvent } from '../core/event.ts'
import type { Reply, Request } from '../core/protocol.ts'
import type { Secrets } from '../core/secret.ts'
import type { ApplyResult, CheckResult, OpenTask } from '../core/world.ts'
import type { Json } from '../index.ts'
import { type Answer, codeOf, type Death, deathOf } from './answer.ts'
import { type CardLog, follow } from './output.ts'
import { signalGroup, startWorker } from './process.ts'
import type { TaskFile } from './tasks.ts'

/** What the host needs from the run around it. */
export interface Surroundings {
  root: string
  /** Absolute path of the run data. */
  data: string
  run: string
  env: NodeJS.ProcessEnv
  secrets: Secrets
  log: CardLog
  inputs: Record<string, Json>
  steps: Map<string, Json>
  emit: (event: RunEvent) => void
  /** The form of a step's result that may be journaled. */
  conceal: (step: string, result: Json) => Json
  saveOutputs: (outputs: Json) => void
  after: (milliseconds: number, then: () => void) => () => void
  signal: AbortSignal
}

/** How long a stopped task may take to clean up before it is killed, in milliseconds. */
const grace = 5000

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

  constructor(card: Card, task: TaskFile, around: Surroundings) {
    this.#card = card
    this.#task = task
    this.#around = around
  }

  /** Starts the process, or starts it again after it died. */
  async start(): Promise<string | null> {
    const { root, data, run, env, secrets, log, inputs, steps, signal, emit } = this.#around
    if (signal.aborted) return 'stopped before it began'
    const child = startWorker(root, env)
    this.#child = child
    const line = (stream: 'stdout' | 'stderr') => (text: string) =>
      emit({ event: 'output', card: this.#card.id, stream, text })
    const streams = [child.stdout && follow(child.stdout, secrets, log, line('stdout'))]
    streams.push(child.stderr && follow(child.stderr, secrets, log, line('stderr')))
    this.#streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
    this.#drained = Promise.all(streams)
    child.on('message', (reply: Reply) => this.#hear(reply))
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
    const why = answer.type === 'unreadable' ? answer.message : deathOf(answer)
    return `${this.#task.path}${where} cannot be loaded: ${why}`
  }

  async check(key: string): Promise<CheckResult> {
    const lost = await this.#revive()
    if (lost !== null) return { held: false, message: lost }
    const answer = await this.#ask({ type: 'check', key })
    if (answer.type !== 'checked') return { held: false, message: deathOf(answer) }
    if (answer.held) return { held: true, detail: this.#hide(answer.detail) }
    if (answer.held === null) return { held: null, instructions: this.#hide(answer.instructions) }
    return { held: false, message: this.#hide(answer.message) }
  }

  async apply(): Promise<ApplyResult> {
    const lost = await this.#revive()
    if (lost !== null) return { ok: false, reason: 'threw', message: lost, exitCode: null }
    const answer = await this.#ask({ type: 'apply' })
    if (answer.type === 'applied') {
      try {
        this.#around.saveOutputs(answer.outputs)
      } catch (error) {
        const message = `its outputs cannot be kept: ${(error as Error).message}`
        return { ok: false, reason: 'threw', message, exitCode: null }
      }
      return { ok: true, outputs: answer.outputs }
    }
    if (answer.type !== 'apply-failed')
      return { ok: false, reason: 'exited', message: deathOf(answer), exitCode: codeOf(answer) }
    const message = this.#hide(answer.message)
    if (answer.reason === 'waiting') return { ok: false, reason: 'waiting', message, exitCode: null }
    return { ok: false, reason: answer.reason, message, exitCode: answer.exitCode }
  }

  async close(): Promise<void> {
    const pid = this.#child?.pid
    if (pid !== undefined) signalGroup(pid, 'SIGKILL')
    await this.#exited
    await this.#drain()
    this.#around.log.close()
  }

  /** What was printed is read to its end, unless a service in a session of its own keeps the output open. */
  async #drain(): Promise<void> {
    let cancel = () => {}
    const patience = new Promise<void>((resolve) => {
      cancel = this.#around.after(300, resolve)
    })
    await Promise.race([this.#drained, patience])
    cancel()
    for (const stream of this.#streams) stream.destroy()
    await this.#drained
  }

  /** A crash in a check must not fail the next one: the process is started anew. */
  async #revive(): Promise<string | null> {
    return this.#child ? null : await this.start()
  }

  #ask(request: Request): Promise<Answer | Death> {
    return new Promise((resolve) => {
      this.#answer = resolve
      if (this.#child?.connected) this.#child.send(request, () => {})
      else resolve({ type: 'died', code: null, signal: null })
    })
  }

  #hear(reply: Reply): void {
    const { emit, secrets, steps, conceal } = this.#around
    const card = this.#card.id
    const { digest } = this.#task
    const acknowledge = (id: number) =>
      this.#child?.connected && this.#child.send({ type: 'acknowledge', id }, () => {})
    switch (reply.type) {
      case 'note':
        emit({ event: 'note', card, text: this.#hide(reply.text) })
        break
      case 'secret':
        secrets.add(reply.value)
        acknowledge(reply.id)
        break
      case 'step-started':
        emit({ event: 'step-started', card, step: this.#hide(reply.step), digest })
        acknowledge(reply.id)
        break
      case 'step-done':
        steps.set(reply.step, reply.result)
        emit({
          event: 'step-done',
          card,
          step: this.#hide(reply.step),
          digest,
          result: conceal(this.#hide(reply.step), reply.result),
          replayed: reply.replayed,
        })
        acknowledge(reply.id)
        break
      case 'inspected':
      case 'examined':
        break
      default:
        this.#answer(reply)
    }
  }

  #hide<T extends string | null>(text: T): T {
    return (text === null ? null : this.#around.secrets.mask(text)) as T
  }

  /** Asks the whole group to end, and ends it when it does not. */
  #end(): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    signalGroup(pid, 'SIGTERM')
    const cancel = this.#around.after(grace, () => signalGroup(pid, 'SIGKILL'))
    this.#child?.once('exit', cancel)
  }
}
