/** One card: probe, act, probe. Only a card whose every line holds, by its function or a person's word, is marked. */
import type { Card } from './core/card.ts'
import { formatDuration } from './core/duration.ts'
import type { How } from './core/event.ts'
import type { Outcome } from './core/outcome.ts'
import type { Start } from './core/plan.ts'
import type { ApplyResult, OpenTask, World } from './core/world.ts'
import { prove } from './prove.ts'

/** All that the card needs is true, and its document does not say so yet. */
interface Proved {
  kind: 'proved'
  how: How
  verified: boolean
  by: string | null
}

/**
 * Works one card to its end and says how it ended. The document is marked here, and nowhere else in a run. `proved` is called
 * when nothing is left to wait for but the disk.
 */
export async function workCard(
  card: Card,
  start: Start,
  world: World,
  timeoutMs: number | null,
  proved: () => void = () => {},
): Promise<Outcome> {
  const forced = start === 'forced'
  if (world.place) await world.place(card, forced)
  const began = world.now()
  const reached = await withTask<Outcome | Proved>(card, world, timeoutMs, forced, {
    use: (task, signal) => attempt(card, start, task, world, signal),
    unopened: (message) => ({ kind: 'failed', reason: 'task', message, exitCode: null }),
    ended: (outcome, message) => {
      if (outcome.kind === 'completed' || outcome.kind === 'unrecorded') return outcome
      return message === null ? { kind: 'stopped' } : { kind: 'failed', reason: 'timeout', message, exitCode: null }
    },
  })
  const outcome = reached.kind === 'proved' ? await mark(card, reached, world, proved) : reached
  report(card, outcome, world, world.now() - began)
  return outcome
}

/** `underway` is called when the disk has it: then others may be begun. */
async function mark(card: Card, { how, verified, by }: Proved, world: World, underway: () => void): Promise<Outcome> {
  const keys = card.checklist.map((line) => line.key)
  const marked = world.mark(card, keys)
  underway()
  const written = await marked
  if (written.ok) return { kind: 'completed', how, verified, by }
  const known =
    by !== null
      ? `confirmed by ${by}, but the next run asks again, once this is mended`
      : verified
        ? 'its checks hold, so the next run finds it true, once this is mended'
        : 'its work is done, but nothing proves it: the next run does it again, once this is mended'
  return { kind: 'unrecorded', message: `${known}: ${written.reason}` }
}

/** What a card's checks say now. */
export type Verdict =
  | { kind: 'holds' | 'drifted'; failed: string[] }
  | { kind: 'unprovable' }
  | { kind: 'unknown'; message: string }

/** Asks a card's checks and changes nothing. */
export async function verifyCard(card: Card, world: World, timeoutMs: number | null): Promise<Verdict> {
  return await withTask<Verdict>(card, world, timeoutMs, false, {
    use: async (task, signal) => {
      const proven = card.checklist.filter((line) => task.checks.has(line.key))
      if (proven.length === 0) return { kind: 'unprovable' }
      const { failed, held } = await prove(card, proven, 'verify', task, world, signal)
      if (failed.length === 0 && held === 0) return { kind: 'unprovable' }
      return { kind: failed.length === 0 ? 'holds' : 'drifted', failed }
    },
    unopened: (message) => ({ kind: 'unknown', message }),
    ended: (verdict, message) =>
      verdict.kind === 'drifted' ? { kind: 'unknown', message: message ?? 'stopped' } : verdict,
  })
}

interface Use<T> {
  use: (task: OpenTask, signal: AbortSignal) => Promise<T>
  /** The task cannot be opened. */
  unopened: (message: string) => T
  /** The time was up (with a message), or the run was stopped (null), while it was in use. */
  ended: (result: T, message: string | null) => T
}

/** Opens a card's task for as long as it is used: until the run is stopped or the card's time is up. */
async function withTask<T>(
  card: Card,
  world: World,
  timeoutMs: number | null,
  forced: boolean,
  { use, unopened, ended }: Use<T>,
): Promise<T> {
  const limit = card.timeoutMs ?? timeoutMs
  const life = new AbortController()
  const stop = () => life.abort('stopped')
  if (world.stop.aborted) stop()
  world.stop.addEventListener('abort', stop, { once: true })
  const cancelTimer = limit === null ? () => {} : world.after(limit, () => life.abort('timeout'))
  let task: OpenTask | string | null = null
  try {
    task = await world.open(card, life.signal, forced)
    const result = typeof task === 'string' ? unopened(task) : await use(task, life.signal)
    if (!life.signal.aborted) return result
    return ended(
      result,
      life.signal.reason === 'timeout' ? `timed out: not done within ${formatDuration(limit ?? 0)}` : null,
    )
  } finally {
    cancelTimer()
    world.stop.removeEventListener('abort', stop)
    if (task !== null && typeof task !== 'string') await task.close()
  }
}

async function attempt(
  card: Card,
  start: Start,
  task: OpenTask,
  world: World,
  signal: AbortSignal,
): Promise<Outcome | Proved> {
  const proven = card.checklist.filter((line) => task.checks.has(line.key))
  const byHand = card.checklist.filter((line) => !task.checks.has(line.key))
  const manual = card.run === 'manual' || !task.works
  let ran = false
  let by: string | null = null
  /** Its machine is away: elsewhere, its checks know how far it came. */
  const again = (opened: boolean) => attempt(opened ? { ...card, status: 'active' } : card, start, task, world, signal)

  let proof = start === 'forced' && !manual ? null : await prove(card, proven, 'before', task, world, signal)
  if (signal.aborted) return ended
  if (proof?.lost) return await again(false)
  const reopened = card.status === 'complete' && (proof === null || proof.failed.length > 0)
  if (reopened) {
    const because = proof?.failed[0] ?? 'asked to do it again'
    const opened = await world.reopen(card)
    if (!opened.ok) return { kind: 'unrecorded', message: `could not be reopened: ${opened.reason}` }
    world.emit({ event: 'card-reopened', card: card.id, because })
  }
  const holds = proof !== null && proof.failed.length === 0 && proof.held > 0
  if (!holds && manual && proven.length > 0) {
    const failed = proof?.failed ?? []
    by = await world.ask(card, failed.length > 0 ? failed : proven.map((line) => line.text))
    if (by !== null) proof = await prove(card, proven, 'after', task, world, signal)
    if (proof?.lost && !signal.aborted) return await again(reopened)
    if (proof === null || proof.failed.length > 0) return waiting('do this by hand', proof?.failed ?? [])
  } else if (!holds && !manual) {
    const result = await applyWithRetries(card, task, world, signal)
    if (!result.ok) {
      const { reason, message, exitCode } = result
      if (reason === 'lost') return await again(reopened)
      if (reason === 'waiting') return { kind: 'waiting', instructions: message, lines: [] }
      if (reason === 'outputs') return { kind: 'unrecorded', reason, message }
      return { kind: 'failed', reason, message, exitCode }
    }
    if (signal.aborted) return ended
    ran = true
    proof = await prove(card, proven, 'after', task, world, signal)
    const { failed, lost } = proof
    if (lost && !signal.aborted) return await again(reopened)
    if (failed.length > 0) {
      const checks =
        proven.length === 1 ? 'the check does not hold' : `${failed.length} of ${proven.length} checks do not hold`
      const message = `the work is done, but ${checks}: ${failed.join('; ')}`
      return { kind: 'failed', reason: 'checks', message, exitCode: null }
    }
  }
  const verified = (proof?.held ?? 0) > 0
  const left = proof?.left ?? []
  if (byHand.length > 0 || left.length > 0 || (manual && proven.length === 0)) {
    if (start === 'unproven' && !reopened) return { kind: 'completed', how: 'found-true', verified, by: null }
    const lines = [...left, ...byHand.map((line) => line.text)]
    const questions = lines.length > 0 ? lines : [card.title]
    by = await world.ask(card, questions)
    if (by === null) return waiting('confirm that this is true', questions)
  }
  if (signal.aborted) return ended
  return { kind: 'proved', how: by !== null ? 'confirmed' : ran ? 'ran' : 'found-true', verified, by }
}

/** Stands for whatever the stop or the limit cut short: `withTask` says which of the two it was. */
const ended: Outcome = { kind: 'failed', reason: 'threw', message: 'cut short', exitCode: null }

function waiting(instructions: string, lines: string[]): Outcome {
  return { kind: 'waiting', instructions, lines }
}

/** Ends of work after which it is not tried again at once. */
const untried: readonly string[] = ['waiting', 'lost', 'outputs']

/** One second before the second try, then twice as long each time, a minute at most. */
async function applyWithRetries(card: Card, task: OpenTask, world: World, signal: AbortSignal): Promise<ApplyResult> {
  for (let tried = 1; ; tried++) {
    const result = await task.apply()
    if (result.ok || untried.includes(result.reason)) return result
    if (tried > card.retries || signal.aborted) return result
    const delayMs = Math.min(60_000, 1000 * 2 ** (tried - 1))
    world.emit({ event: 'card-retried', card: card.id, attempt: tried + 1, delayMs, message: result.message })
    await new Promise<void>((resolve) => {
      const cancel = world.after(delayMs, resolve)
      signal.addEventListener('abort', () => {
        cancel()
        resolve()
      })
    })
    if (signal.aborted) return result
  }
}

function report(card: Card, outcome: Outcome, world: World, durationMs: number): void {
  switch (outcome.kind) {
    case 'completed': {
      const { how, verified, by } = outcome
      world.emit({ event: 'card-completed', card: card.id, how, verified, by, durationMs, target: world.target })
      break
    }
    case 'failed':
    case 'unrecorded': {
      const { reason, exitCode } =
        outcome.kind === 'failed' ? outcome : { reason: outcome.reason ?? ('unrecorded' as const), exitCode: null }
      world.emit({ event: 'card-failed', card: card.id, reason, message: outcome.message, exitCode, durationMs })
      break
    }
    case 'waiting':
      world.emit({ event: 'card-waiting', card: card.id, instructions: outcome.instructions, lines: outcome.lines })
      break
    case 'stopped':
      world.emit({ event: 'card-stopped', card: card.id })
      break
    case 'skipped':
      world.emit({ event: 'card-skipped', card: card.id, because: outcome.because })
      break
  }
}
