/** What all tools work with: the command line of this repository, called as a person would, and the answers kept. */
import type { ServerContext } from '@modelcontextprotocol/server'
import { callAgain } from '../io/invocation.ts'
import { type Ended, type Itself, parsed, type Trouble, troubleOf } from '../io/itself.ts'
import type { System } from '../io/system.ts'
import { Answers, refuse, spread } from './answers.ts'

/** Words for one call. Names that a model chose stand in `operands`, where no option can hide. */
export interface Words {
  command: string
  options?: readonly string[]
  operands?: readonly (string | undefined)[]
  /** In JSON unless false. */
  json?: boolean
  env?: NodeJS.ProcessEnv
  tell?: (line: string) => void
}

/** The data of an envelope, or why there is none. */
export type Told = { ok: true; data: Record<string, unknown> } | { ok: false; trouble: Trouble }

/** Between two signs of life, in milliseconds. */
const signOfLife = 5000

export class Desk {
  readonly answers = new Answers()
  readonly root: string
  /** The settings that cards are proved against. */
  readonly target: string
  readonly system: System
  readonly #itself: Itself

  constructor(itself: Itself, root: string, target: string, system: System) {
    this.#itself = itself
    this.root = root
    this.target = target
    this.system = system
  }

  /** Runs a command to its end; cancelled with the request. */
  async call(words: Words, ctx: ServerContext): Promise<Ended> {
    const { command, options = [], operands = [], json = true, env = {}, tell } = words
    const given = operands.filter((word) => word !== undefined)
    const argv = [command, ...(json ? ['--json'] : []), '--no-input', '-C', this.root, ...options, '--', ...given]
    return await this.#itself.call(argv, { signal: ctx.mcpReq.signal, env, ...(tell ? { tell } : {}) })
  }

  /** The data that a command tells in its envelope. */
  async ask(words: Words, ctx: ServerContext): Promise<Told> {
    const ended = await this.call(words, ctx)
    const data = parsed<{ data?: Record<string, unknown> }>(ended.stdout)?.data
    return data ? { ok: true, data } : { ok: false, trouble: troubleOf(ended) }
  }

  /** The same as a tool's answer, shaped if it must be. */
  async answer(words: Words, ctx: ServerContext, shape = (data: Record<string, unknown>): object => data) {
    const told = await this.ask(words, ctx)
    return told.ok ? this.answers.of(spread(shape(told.data))) : refuse(told.trouble)
  }

  /** How a person calls the runner with these words. */
  callOf(words: string): string {
    return callAgain(this.system, words)
  }

  /** Tells the client that work goes on, when it wants to know: each message at once, the last one again every few seconds. */
  progress(ctx: ServerContext, first: string): { tell: (message: string) => void; end: () => void } {
    const progressToken = ctx.mcpReq._meta?.progressToken
    if (progressToken === undefined) return { tell: () => {}, end: () => {} }
    let progress = 0
    let last = first
    let cancel = () => {}
    const tell = (message: string) => {
      last = message
      cancel()
      cancel = this.system.after(signOfLife, () => tell(last))
      const params = { progressToken, progress: ++progress, message }
      // A client that has gone away needs no news.
      ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
    }
    tell(last)
    return { tell, end: () => cancel() }
  }
}
