/** The cards of a run that are worked on other machines, as its World has them. */
import { leftBehind } from '../core/attempt.ts'
import type { Card } from '../core/card.ts'
import type { RunEvent } from '../core/event.ts'
import { exit, Refusal } from '../core/exit.ts'
import type { Question } from '../core/protocol.ts'
import { Turns } from '../core/turns.ts'
import type { Connection } from '../engine/connect.ts'
import type { RemoteProcess } from '../engine/remote-process.ts'
import { deskOf } from '../io/checkout.ts'
import { Code } from '../io/fingerprint.ts'
import { describe } from '../io/offer.ts'
import type { Processes } from '../io/pool.ts'
import type { TaskProcess } from '../io/task-process.ts'
import type { TaskFile } from '../io/tasks.ts'
import type { Session } from './command.ts'
import type { Record } from './record.ts'

export interface Elsewhere {
  /** Waits until a worker has the card, or nobody takes it, or the run is stopped. `opening`: what its process will be asked first. */
  place: (card: Card, task: TaskFile, opening: readonly Question[]) => Promise<void>
  /** Where the card's processes come from: first the one that was placed. */
  processes: (card: Card, task: TaskFile) => Processes
  /** For what is exclusive among its cards, wherever they are worked. */
  turns: Turns<TaskProcess>
  /** The card's task is open, or cannot be. */
  opened: (card: Card) => void
  /** Tells where the card is, and gives up what was placed and is not used. */
  started: (card: Card) => void
  release: (card: Card) => void
  close: () => Promise<void>
}

/** How long what is still worked for a run that was killed may take to be found again, in milliseconds. */
const attaching = 10_000

/** Begins to connect. @throws, and rejects with, a Refusal when the engine cannot be used. */
export function connection(session: Session, url: string): Promise<Connection> {
  if (session.flag('commit'))
    throw new Refusal(
      exit.usage,
      '--commit and --engine exclude each other: what a task changes elsewhere cannot be committed here',
      'Leave one of them out.',
    )
  const connecting = import('../engine/connect.ts').then(({ connect }) => connect(url, session.system))
  const connected = connecting.catch(() => null)
  // However the call ends: an open connection keeps the program from its end.
  session.closing.push(async () => (await connected)?.engine.close())
  return connecting
}

/** Leads these cards of a run on the workers of an engine. `preflights`: files of tasks that look there whether all is there that they need. */
export async function openElsewhere(
  session: Session,
  connection: Connection,
  record: Record,
  { cards, preflights }: { cards: readonly string[]; preflights: readonly string[] },
): Promise<Elsewhere> {
  const { repository, system, stop } = session
  const { root } = repository
  /** What they say when they are opened tells whose turn it is already. */
  const began = leftBehind(session.events(), record.run)
  const left = new Set(cards.filter((id) => began.has(id)))
  const opening = Promise.withResolvers<void>()
  const cancel = system.after(left.size > 0 ? attaching : 0, opening.resolve)
  const { lead } = await import('../engine/connect.ts')
  /** By card: where it was placed before it was started, and the process that it has. */
  const placed = new Map<string, { process: RemoteProcess; worker: string | null; started: boolean; taken: boolean }>()
  const emit = (event: RunEvent) => record.emit(event)
  const dispatch = await lead(connection, system, repository, record.run, {
    placed: (card, worker) => {
      const known = placed.get(card)
      if (known) known.worker = worker
      if (!known || known.started) emit({ event: 'card-placed', card, worker })
    },
    warn: (card, message) => emit({ event: 'warning', card, message }),
  })
  const code = new Code(root)
  const desk = deskOf(root)
  const rest = { run: record.run, desk, target: Object.fromEntries(session.targets) }
  const looking = new Set(preflights)
  const offer = (card: Card, task: TaskFile, opening: readonly Question[] = []) => {
    const description = describe(card, task, root, code, looking.has(task.file), rest)
    return watched(card.id, dispatch.offer({ label: card.on, description, opening }))
  }
  /** What has ended is forgotten, unless it has not been asked for yet. */
  const watched = (card: string, process: RemoteProcess) => {
    void process.ended.then(() => {
      const known = placed.get(card)
      if (known?.process === process && known.taken) placed.delete(card)
    })
    return process
  }
  return {
    place: async (card, task, opening) => {
      if (stop.aborted) return
      const process = offer(card, task, opening)
      placed.set(card.id, { process, worker: null, started: false, taken: false })
      const end = () => process.kill()
      stop.addEventListener('abort', end, { once: true })
      await process.placed
      stop.removeEventListener('abort', end)
    },
    processes: (card, task) => ({
      take: () => {
        const first = placed.get(card.id)
        if (first && !first.taken) {
          first.taken = true
          return first.process
        }
        const process = offer(card, task)
        placed.set(card.id, { process, worker: null, started: true, taken: true })
        return process
      },
      give: () => {
        placed.get(card.id)?.process.give()
        placed.delete(card.id)
      },
    }),
    turns: new Turns(opening.promise),
    opened: ({ id }) => {
      left.delete(id)
      if (left.size === 0) opening.resolve()
    },
    started: (card) => {
      const known = placed.get(card.id)
      if (!known) return
      known.started = true
      if (known.worker !== null) emit({ event: 'card-placed', card: card.id, worker: known.worker })
    },
    release: (card) => {
      placed.get(card.id)?.process.kill()
      placed.delete(card.id)
    },
    close: () => {
      cancel()
      return dispatch.close()
    },
  }
}
