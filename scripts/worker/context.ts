/** What `apply` and the checks get: built for one card, in its own process. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Question } from '../core/protocol.ts'
import { Secrets } from '../core/secret.ts'
import type { ApplyContext, Json } from '../index.ts'
import { lockNamed, waitForLock } from '../io/lock.ts'
import { jsonOf } from './json.ts'

const load = createRequire(import.meta.url)

interface Lines {
  /** Sends what the runner has to keep or mask; resolves when it has. */
  tell: (
    message:
      | { type: 'secret'; value: string }
      | { type: 'turn'; name: string }
      | { type: 'step-started'; step: string }
      | { type: 'step-done'; step: string; result: Json; replayed: boolean },
  ) => Promise<void>
  note: (text: string) => void
  /** What was asked for by `turn` is over, or not waited for any more. */
  over: (name: string) => void
}

/** What this task said is secret. */
const secrets = new Secrets()
const held = new AsyncLocalStorage<readonly string[]>()
/** Results of finished steps, kept over retries in this process. */
const finished = new Map<string, Json>()
let known: Extract<Question, { type: 'open' }> | null = null

export async function contextOf(
  open: Extract<Question, { type: 'open' }>,
  signal: AbortSignal,
  { tell, note, over }: Lines,
): Promise<ApplyContext> {
  if (known !== open) {
    known = open
    finished.clear()
    for (const [name, result] of open.steps) finished.set(name, result)
  }
  const named = new Set<string>()
  // Each question is answered in the repository, wherever the one before has gone.
  process.chdir(open.root)
  const names = { MIKADO_CARD: open.card.id, MIKADO_RUN: open.run, MIKADO_ROOT: open.root }
  return {
    /** Loaded when a task asks for it: many run no program. */
    get $() {
      const { $ } = load('zx/core') as typeof import('zx/core')
      const env = { ...process.env, ...names }
      return $({ cwd: open.root, env, signal, verbose: true }) as ApplyContext['$']
    },
    card: open.card,
    root: open.root,
    log: (text) => console.log(text),
    note: (text) => note(String(text)),
    evidence: (name) =>
      join(open.data, 'log', open.run, `${open.card.id}.${secrets.mask(name).replace(/[^\w.-]/g, '-')}`),
    inputs: open.inputs,
    secret: async (value) => {
      if (typeof value !== 'string')
        throw new TypeError(`a secret is a text, and not ${value === null ? null : typeof value}`)
      secrets.add(value)
      await tell({ type: 'secret', value })
      return value
    },
    exclusive: async (name, work) => {
      if (typeof name !== 'string') throw new TypeError('the name of an exclusive part is a text')
      const names = held.getStore() ?? []
      if (names.includes(name))
        throw new Error(`exclusive("${name}") is asked for again inside itself: it would wait for ever`)
      const alone = async () => {
        const lock = await waitForLock(lockNamed(open.data, name), signal)
        try {
          return await held.run([...names, name], work)
        } finally {
          lock.release()
        }
      }
      if (!open.turns) return await alone()
      try {
        await unlessAborted(tell({ type: 'turn', name }), signal)
        return await alone()
      } finally {
        over(name)
      }
    },
    signal,
    step: async (name, work) => {
      if (typeof name !== 'string') throw new TypeError('the name of a step is a text')
      if (named.has(name)) throw new Error(`two steps are called "${name}": give each a name of its own`)
      named.add(name)
      type Result = Awaited<ReturnType<typeof work>>
      const before = finished.get(name)
      if (before !== undefined) {
        await tell({ type: 'step-done', step: name, result: before, replayed: true })
        return before as Result
      }
      signal.throwIfAborted()
      await tell({ type: 'step-started', step: name })
      const result = await work()
      const kept = jsonOf(result, `the result of step "${name}"`)
      finished.set(name, kept)
      await tell({ type: 'step-done', step: name, result: kept, replayed: false })
      return result as Result
    },
  }
}

/** @throws the signal's reason when it is aborted first. */
async function unlessAborted(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([waiting, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
