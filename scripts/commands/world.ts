/** Builds the World of a run from the edges. */
import { join } from 'node:path'
import { cutShort } from '../core/attempt.ts'
import type { Card } from '../core/card.ts'
import type { RunEvent } from '../core/event.ts'
import { plainLine, typed } from '../core/plain.ts'
import type { Question } from '../core/protocol.ts'
import { Secrets } from '../core/secret.ts'
import type { OpenTask, World, WriteBack } from '../core/world.ts'
import type { Json } from '../index.ts'
import { personOf } from '../io/git.ts'
import { HandedOn } from '../io/handed.ts'
import { openTask } from '../io/host.ts'
import { completing, markActive } from '../io/marks.ts'
import { openingOf } from '../io/opening.ts'
import { CardLog } from '../io/output.ts'
import { askYesNo } from '../io/prompt.ts'
import { concealStep, keptSince, restore } from '../io/store.ts'
import type { Surroundings } from '../io/surroundings.ts'
import { atOnce, type Durable, Together } from '../io/sync.ts'
import type { TaskFile } from '../io/tasks.ts'
import type { Session } from './command.ts'
import type { Branch } from './commits.ts'
import type { Elsewhere } from './elsewhere.ts'
import { poolOf } from './pool.ts'
import type { Record } from './record.ts'

/** A card that no script works: a person does it. */
const manualTask: OpenTask = {
  works: false,
  checks: new Set(),
  check: async () => ({ held: false, message: 'nothing can prove it' }),
  apply: async () => ({ ok: true, outputs: null }),
  close: async () => {},
}

type Left = Pick<Surroundings, 'inputs' | 'steps'>

/** Of a complete card, a crash between its mark and the journal may have left steps. */
const begunAnew = (card: Card, forced: boolean) => forced || card.status === 'complete'

/** The lines that are asked before the work. */
const firstOf = (card: Card, forced: boolean) => (forced ? [] : card.checklist.map((line) => line.key))

/** Lets a question have the terminal to itself. */
export type Pause = <T>(question: () => Promise<T>) => Promise<T>

/** With a branch, what a card's task changed and its mark become commits there. Elsewhere: where tasks are worked, when not here. */
export function worldOf(
  session: Session,
  record: Record,
  tasks: ReadonlyMap<string, TaskFile>,
  pause: Pause,
  { branch = null, elsewhere = null }: { branch?: Branch | null; elsewhere?: Elsewhere | null } = {},
): World & { close: () => Promise<void> } {
  const { repository, graph, history, system, stop, target } = session
  const { run } = record
  const secrets = new Secrets()
  /** The proof is on disk before a document says so. */
  const marks = new Together(record.synced)
  const handed = new HandedOn(repository, secrets)
  const pool = poolOf(session)
  let asking: Promise<unknown> = Promise.resolve()

  const emit = (event: RunEvent) => {
    record.emit(event)
    if (event.event !== 'card-completed' || event.how !== 'found-true') return
    const message = partlyDone(event.card)
    if (message !== null) record.emit({ event: 'warning', card: event.card, message })
  }
  /** Others are no longer kept out. */
  const lostLock = (): string | null => {
    if (session.lock?.held() !== false) return null
    return `${join(repository.data, 'lock')} was deleted or replaced while this run works, so another one may work here too: nothing more is begun or marked. Let both end, then run this again`
  }
  let cut: ReadonlyMap<string, string> | null = null
  /** What is true is not done again, also when the work that made it true could not hand on what came of it: that is said. */
  const partlyDone = (id: string): string | null => {
    cut ??= cutShort(session.events(), run)
    const began = cut.get(id)
    if (began === undefined || keptSince(repository, id, began)) return null
    return `its work was cut short (${began}) and all it must make true is true, so it was not done again; what it hands on to other cards may be missing. \`--force ${typed(id)}\` does it again`
  }
  const open = async (card: Card, signal: AbortSignal, forced: boolean): Promise<OpenTask | string> => {
    // At once, when it can be: what `room` said holds for this moment.
    const obstacle = lostLock() ?? (branch ? await branch.begin(card) : null)
    if (obstacle !== null) {
      elsewhere?.release(card)
      return obstacle
    }
    const task = tasks.get(card.id)
    const logPath = join('log', run, `${card.id}.log`)
    const anew = begunAnew(card, forced)
    emit({ event: 'card-started', card: card.id, title: card.title, log: logPath, digest: task?.digest ?? '', anew })
    elsewhere?.started(card)
    if (!task) return manualTask
    let left: Left
    try {
      left = found.get(card.id) ?? leftFor(card, task, forced)
      found.delete(card.id)
    } catch (error) {
      elsewhere?.release(card)
      return `what earlier work handed on cannot be read: ${(error as Error).message}`
    }
    const complain = (message: string) => emit({ event: 'warning', card: card.id, message })
    const around: Surroundings = {
      root: repository.root,
      data: repository.data,
      run,
      pool: elsewhere?.processes(card, task) ?? pool,
      turns: elsewhere?.turns ?? null,
      after: system.after,
      secrets,
      log: new CardLog(join(repository.data, logPath), complain),
      inputs: left.inputs,
      steps: left.steps,
      emit,
      recorded: record.synced,
      conceal: (step, result) => concealStep(repository, card.id, step, result, secrets),
      saveOutputs: (outputs) => handed.keep(card.id, outputs),
      room: system.room,
      signal,
    }
    return await openTask(card, task, around, firstOf(card, forced))
  }
  /** What earlier work left for a card. @throws when the disk refuses: it must not be taken for nothing. */
  const leftFor = (card: Card, task: TaskFile, forced: boolean): Left => {
    const { id } = card
    handed.of(id) // its own secrets of an earlier run are masked from the start
    return { inputs: inputsOf(id), steps: begunAnew(card, forced) ? new Map() : stepsOf(id, task) }
  }
  const inputsOf = (id: string): { [card: string]: Json } => {
    const requires = graph.card(id).requires.map((required) => required.id)
    return handed.for(requires, () => graph.chain(id).filter((other) => other !== id))
  }
  const stepsOf = (id: string, task: TaskFile): Map<string, Json> => {
    const steps = history.cards.get(id)?.steps
    if (!steps || steps.digest !== task.digest) return new Map()
    const whole = [...steps.results].map(([name, result]) => [name, restore(repository, id, result, secrets)] as const)
    return new Map(whole.filter((entry): entry is [string, Json] => entry[1] !== undefined))
  }
  const commit = async (onto: Branch, card: Card, work: Durable<WriteBack>): Promise<WriteBack> => {
    await record.synced()
    const mark = () => atOnce(work)
    return await onto.complete(card, emit, (text) => secrets.touches(text), mark)
  }
  const ask = async (card: Card, questions: readonly string[]): Promise<string | null> => {
    if (!session.interactive || stop.aborted) return null
    return await pause(async () => {
      system.stderr.write(`\n${plainLine(card.title)}  (${card.path})\n`)
      for (const question of questions) {
        if (!(await askYesNo(system, `  Is this true: ${question}`, stop))) return null
      }
      return await personOf(repository.root, system.env)
    })
  }
  /** Of cards that are placed: what earlier work left for them, until they are opened. */
  const found = new Map<string, Left>()
  const placed = async (other: Elsewhere, card: Card, forced: boolean) => {
    const task = tasks.get(card.id)
    if (!task) return
    let opening: readonly Question[] = []
    try {
      const left = leftFor(card, task, forced)
      found.set(card.id, left)
      const { root, data } = repository
      opening = openingOf(card, task, { root, data, run, ...left, turns: other.turns }, firstOf(card, forced))
    } catch {
      // Whoever opens the card says so.
    }
    await other.place(card, task, opening)
  }
  return {
    close: async () => {
      await Promise.all([pool.close(), elsewhere?.close()])
    },
    now: system.now,
    after: system.after,
    emit,
    stop,
    target,
    ...(elsewhere
      ? { place: (card: Card, forced: boolean) => placed(elsewhere, card, forced) }
      : { room: () => pool.room() }),
    open: (...what) => open(...what).finally(() => elsewhere?.opened(what[0])),
    mark: async (card, held) => {
      const work = completing(repository, card, held, lostLock)
      const written = branch ? await commit(branch, card, work) : await marks.join(work)
      return written.ok ? written : { ok: false, reason: secrets.mask(written.reason) }
    },
    reopen: async (card) => {
      const written = markActive(repository, card.path, lostLock)
      branch?.reread(card)
      return written
    },
    ask: (card, questions) => {
      const answer = asking.then(() => ask(card, questions))
      asking = answer
      return answer
    },
  }
}
