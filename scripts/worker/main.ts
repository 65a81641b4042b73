/**
 * A task's own process: loads one task script and does what the runner asks. A crash, `process.exit` or a hang here takes
 * nothing else with it. It leads a session, and ends that session when the runner is gone.
 */
import { spawn } from 'node:child_process'
import { flushCompileCache } from 'node:module'
import { constants } from 'node:os'
import { Worker } from 'node:worker_threads'
import { clip } from '../core/bounded.ts'
import type { Question, Reply, Request } from '../core/protocol.ts'
import type { Task } from '../index.ts'
import { type Lock, shareLock, tasksLock } from '../io/lock.ts'
import { markOf, signalSession } from '../io/session.ts'
import { contextOf } from './context.ts'
import { describe, isForPerson, isProgramming, tamed, trace } from './errors.ts'
import { jsonOf } from './json.ts'
import { examine, inspect, loadTask, unreadable } from './module.ts'
import { traces } from './traces.ts'

type Open = Extract<Question, { type: 'open' }>

/** Characters of a check's evidence that are sent. */
const longest = 1024 * 1024

// Without a level, bash takes a socket as its input for a login from afar, and reads ~/.bashrc for each command of a task.
process.env.SHLVL = String(Math.max(1, Number(process.env.SHLVL) || 0))
const stopping = new AbortController()
let open: Open | null = null
/** As long as this process lives, the next run waits. */
let share: Pick<Lock, 'release'> | null = null
let loaded: Task = {}
/** How this process looked when it was ready for its first task. */
let before: string | null = null
/** Bytes, when it was last waited for. */
let printed = 0
const acknowledged = new Map<number, () => void>()
let asked = 0

process.on('message', (request: Request) => {
  if (request.type === 'acknowledge') {
    acknowledged.get(request.id)?.()
    acknowledged.delete(request.id)
  } else {
    void answer(request)
  }
})
process.on('SIGTERM', () => {
  stopping.abort(new Error('the run was stopped'))
  // Clean-up in a task's `finally` gets two seconds; what holds on after that is ended.
  setTimeout(() => process.exit(143), 2000).unref()
})
process.on('SIGINT', () => {})
process.on('disconnect', () => {
  // The runner is gone: nothing of this card may go on alone. The own SIGTERM handler above keeps this process for the second blow.
  stopping.abort(new Error('the runner is gone'))
  signalSession(process.pid, 'SIGTERM')
  setTimeout(() => signalSession(process.pid, 'SIGKILL'), 300)
})
// A task may close its own output, or nobody may read it any more: that is told by what comes of it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

// No task sees the words that are meant for this program.
const runner = Number(process.argv.pop())
const compiled = process.env.NODE_COMPILE_CACHE
if (process.argv.at(-1) === 'compiled') {
  process.argv.pop()
  delete process.env.NODE_COMPILE_CACHE
}
void send({ type: 'ready' })

/**
 * A task that is busy hears nothing: a thread of its own sees that the runner is gone. It starts with the first task, while the
 * runner waits, and not beside the start of the run. What Node compiled of it is known to it: to take its types out takes longer
 * than all else here.
 */
function watch(): void {
  const program = new URL(import.meta.url.endsWith('.ts') ? './watch.ts' : './watch.js', import.meta.url)
  const env = compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }
  new Worker(program, { workerData: runner, env }).unref()
}

/** Resolves when the message is on its way; a closed channel means that nobody listens any more. */
function send(reply: Reply): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve()
    process.send(reply, () => resolve())
  })
}

/** The runner may end this process on the answer: what was printed before must have left it by then. */
async function sendAfterOutput(reply: Reply): Promise<void> {
  const left = (stream: NodeJS.WriteStream) => new Promise((done) => stream.write('', done))
  await Promise.all([left(process.stdout), left(process.stderr)])
  await send(reply)
}

/** What is printed after this stands after what was printed before it, on whichever stream. */
async function inOrder(): Promise<void> {
  const now = process.stdout.bytesWritten + process.stderr.bytesWritten
  if (now === printed) return
  printed = now
  await tell({ type: 'printed' })
}

type Asking = Extract<Reply, { id: number }>

/** Sends what the runner has to keep or mask, and waits until it has. */
function tell(message: Asking extends infer A ? (A extends Asking ? Omit<A, 'id'> : never) : never): Promise<void> {
  asked++
  const id = asked
  return new Promise((resolve) => {
    acknowledged.set(id, resolve)
    void send({ ...message, id } as Asking)
  })
}

async function answer(request: Exclude<Request, { type: 'acknowledge' }>): Promise<void> {
  switch (request.type) {
    case 'ask':
      for (const question of request.questions) {
        if (!(await answerOne(question, (reply) => ({ ...reply, to: request.id })))) return
        await inOrder()
      }
      return
    case 'preflight':
      watch()
      return await send({ type: 'examined', findings: await examine(request.files, request.root, stopping.signal) })
  }
}

/** Whether more may be asked after it. */
async function answerOne(question: Question, addressed: (reply: Reply) => Reply): Promise<boolean> {
  switch (question.type) {
    case 'open': {
      open = question
      const opened = await load(question)
      await send(addressed(opened))
      return opened.type === 'opened'
    }
    case 'check':
      for (const key of question.keys.filter((key) => Object.hasOwn(loaded.verify ?? {}, key))) {
        await sendAfterOutput(addressed(await check(key)))
        await inOrder()
      }
      return true
    case 'apply': {
      const done = open?.kind === 'module' ? await apply() : await execute()
      await sendAfterOutput(addressed(done))
      return done.type === 'applied'
    }
    case 'inspect':
      mark()
      for (const file of question.files) await send(addressed(await inspect(file)))
      // Whoever loads the same soon need not compile it again.
      flushCompileCache()
      return true
    case 'rest':
      await sendAfterOutput(addressed({ type: 'rested', clean: await isClean() }))
      return true
  }
}

/** Whether nothing of the card is left here. What it began at the very end has been seen by then. */
async function isClean(): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve))
  return before !== null && !stopping.signal.aborted && traces() === before
}

/** From now on, what is started here is known by it, and what is left behind is seen. */
function mark(): void {
  if (before !== null) return
  watch()
  Object.assign(process.env, markOf(process.pid, process.cwd()))
  before = traces()
}

async function load(request: Open): Promise<Reply> {
  try {
    share ??= shareLock(tasksLock(request.data))
  } catch (error) {
    return unreadable(error, request.file)
  }
  // Without its runner it may not be the only one that works any more: the next run looked before this lock was there.
  if (share === null || process.ppid !== runner) process.exit(1)
  mark()
  if (request.kind !== 'module') return { type: 'opened', works: true, checks: [] }
  try {
    loaded = await loadTask(request.file, request.code)
    return { type: 'opened', works: loaded.apply !== undefined, checks: Object.keys(loaded.verify ?? {}) }
  } catch (error) {
    return unreadable(error, request.file)
  }
}

async function context() {
  if (!open) throw new Error('no card is open')
  return await contextOf(open, stopping.signal, {
    tell,
    note: (text) => void send({ type: 'note', text }),
    over: (name) => void send({ type: 'turn-over', name }),
  })
}

async function check(key: string): Promise<Reply> {
  if (stopping.signal.aborted) return { type: 'checked', held: false, message: 'stopped before it was asked' }
  try {
    const result = await loaded.verify?.[key]?.(await context())
    if (result === false) return { type: 'checked', held: false, message: 'it answered false' }
    return { type: 'checked', held: true, detail: typeof result === 'string' ? clip(result, longest) : null }
  } catch (thrown) {
    const error = tamed(thrown)
    if (isForPerson(error)) return { type: 'checked', held: null, instructions: describe(error) }
    await inOrder()
    console.error(`check "${key}" does not hold: ${describe(error)}`)
    if (isProgramming(error)) trace(error)
    return { type: 'checked', held: false, message: describe(error) }
  }
}

async function apply(): Promise<Reply> {
  try {
    const outputs = await loaded.apply?.(await context())
    return { type: 'applied', outputs: jsonOf(outputs, 'what `apply` returned') }
  } catch (thrown) {
    const error = tamed(thrown)
    if (isForPerson(error)) return { type: 'apply-failed', reason: 'waiting', message: describe(error), exitCode: null }
    await inOrder()
    trace(error)
    return { type: 'apply-failed', reason: 'threw', message: describe(error), exitCode: null }
  }
}

/** Runs a script or program as it is; its exit code is its word. */
function execute(): Promise<Reply> {
  if (!open) throw new Error('no card is open')
  const { file, kind, root, card, run } = open
  const [command, args] = kind === 'node' ? [process.execPath, [file]] : [file, []]
  const env = { ...process.env, MIKADO_CARD: card.id, MIKADO_RUN: run, MIKADO_ROOT: root }
  return new Promise((resolve) => {
    const failed = (message: string, exitCode: number | null) =>
      resolve({ type: 'apply-failed', reason: 'exited', message, exitCode })
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) => failed(`cannot be started: ${error.message}`, null))
    child.on('exit', (code, signal) => {
      if (code === 0) resolve({ type: 'applied', outputs: null })
      else if (code !== null) failed(`exit code ${code}`, code)
      else failed(`ended by ${signal}`, signal === null ? null : 128 + constants.signals[signal])
    })
  })
}
