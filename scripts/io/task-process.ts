/** A task's process, as the runner sees it: what is asked and answered, what is told and printed meanwhile, how it ends. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setImmediate as nextLook } from 'node:timers/promises'
import { type Question, type Reply, replyIn } from '../core/protocol.ts'
import { type Answer, Answers, type Death } from './answer.ts'
import { killGroup } from './living.ts'
import { startWorker } from './process.ts'
import { signalSession } from './session.ts'

export type Stream = 'stdout' | 'stderr'

/** Who has the process for now. */
export interface Holder {
  hear: (reply: Reply) => void
  /** Answers when there is room for more; null: now. */
  print: (stream: Stream, chunk: Buffer) => Promise<void> | null
}

export interface Around {
  root: string
  env: NodeJS.ProcessEnv
  after: (milliseconds: number, then: () => void) => () => void
}

/** How long a task that has cut its channel may take to end, in milliseconds: nobody can ask it anything any more. */
const farewell = 1000

/** How long a process may take to say that nothing is left in it, in milliseconds. */
const breath = 2000

/** A process in which tasks are worked, here or on another machine. */
export interface TaskProcess {
  /** Resolves when it has ended. */
  readonly ended: Promise<Death & { error: string | null }>
  /** How many task modules it has loaded. */
  used: number
  holder: Holder | null
  /** What it prints, as far as it comes over pipes of this process; and when nothing more can come. */
  readonly streams: readonly Readable[]
  readonly closed: Promise<unknown>
  readonly alive: boolean
  /** Asks a row of questions; what is not answered yet of the row before is of no interest any more. */
  ask: (...questions: Question[]) => Answers
  acknowledge: (id: number) => void
  /** Whether it is as it was before it worked, by the next of these answers; all that it printed until then has come. */
  rest: (answers?: Answers) => Promise<boolean>
  /** Asks it and all it started to end; they are ended when they do not within `grace` milliseconds. */
  end: (grace: number) => void
  kill: () => void
}

/** One on this machine. */
export class LocalProcess implements TaskProcess {
  readonly ended: Promise<Death & { error: string | null }>
  /** Resolves when it has started, or never will. */
  readonly ready: Promise<void>
  used = 0
  holder: Holder | null = null
  readonly streams: readonly Readable[]
  readonly closed: Promise<unknown>
  readonly #child: ChildProcess
  readonly #around: Around
  #started = () => {}
  #alive = true
  #asked = 0
  #answers = new Answers()
  /** Bytes. */
  #printed = 0

  /** @throws when the system has no room for it. */
  constructor(around: Around) {
    this.#around = around
    const child = startWorker(around.root, around.env)
    this.#child = child
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.on('data', (chunk: Buffer) => this.#print(name, chunk))
    this.streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
    this.closed = Promise.all(this.streams.map((stream) => new Promise((resolve) => stream.once('close', resolve))))
    child.on('message', (message: unknown) => {
      const reply = replyIn(message)
      if (reply) this.#hear(reply)
    })
    child.once('disconnect', () => {
      if (!this.#alive) return
      const cancel = around.after(farewell, () => this.kill())
      child.once('exit', cancel)
    })
    this.ready = new Promise((resolve) => {
      this.#started = resolve
    })
    this.ended = new Promise((resolve) => {
      const end = (death: Death, error: string | null) => {
        this.#alive = false
        this.#answers.end(death)
        this.#started()
        resolve({ ...death, error })
      }
      child.once('error', (error) => end({ type: 'died', code: null, signal: null }, error.message))
      child.once('exit', (code, signal) => end({ type: 'died', code, signal }, null))
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  ask(...questions: Question[]): Answers {
    const answers = new Answers()
    this.#answers = answers
    this.#asked++
    if (this.#child.connected) this.#child.send({ type: 'ask', id: this.#asked, questions }, () => {})
    else answers.end({ type: 'died', code: null, signal: null })
    return answers
  }

  acknowledge(id: number): void {
    if (this.#child.connected) this.#child.send({ type: 'acknowledge', id }, () => {})
  }

  async rest(answers: Answers = this.ask({ type: 'rest' })): Promise<boolean> {
    const clean = await new Promise<boolean>((resolve) => {
      const cancel = this.#around.after(breath, () => resolve(false))
      void answers.next().then((answer) => {
        cancel()
        resolve(answer.type === 'rested' && answer.clean)
      })
    })
    return clean && (await this.#silent())
  }

  /**
   * What was printed before an answer lies in the pipes when the answer has come: whoever looks into them once finds it, or, of
   * more than fits, finds some and looks again. Answers false when somebody holds it up, or has closed one.
   */
  async #silent(): Promise<boolean> {
    for (let before = -1; before !== this.#printed; ) {
      before = this.#printed
      // Node looks into all pipes between two of these.
      await nextLook()
      await nextLook()
    }
    return this.streams.every((stream) => stream.readable && !stream.isPaused())
  }

  end(grace: number): void {
    const { pid } = this.#child
    if (pid === undefined || !this.#alive) return
    signalSession(pid, 'SIGTERM')
    const cancel = this.#around.after(grace, () => this.kill())
    this.#child.once('exit', cancel)
  }

  kill(): void {
    const { pid } = this.#child
    if (pid !== undefined && this.#alive) killGroup(pid)
  }

  /** Ends it when nobody works in it. */
  async close(): Promise<void> {
    this.kill()
    await this.ended
    for (const stream of this.streams) stream.destroy()
  }

  #hear(reply: Reply): void {
    if (reply.type === 'ready') this.#started()
    else if (reply.type === 'printed') void this.#silent().then(() => this.acknowledge(reply.id))
    else if (reply.to === undefined) this.holder?.hear(reply)
    else if (reply.to === this.#asked) this.#answers.add(reply as Answer)
  }

  #print(name: Stream, chunk: Buffer): void {
    this.#printed += chunk.length
    const room = this.holder?.print(name, chunk) ?? null
    if (room === null) return
    const stream = this.#child[name]
    stream?.pause()
    void room.then(() => stream?.resume())
  }
}
