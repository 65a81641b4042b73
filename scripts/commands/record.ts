/** Where the events of one call go: the journal first, then whoever watches. */
import { type RunEvent, type Stamped, schemaVersion } from '../core/event.ts'
import { type Journal, openJournal } from '../io/journal.ts'
import type { Session } from './command.ts'

export interface Record {
  /** Names this call in the journal and in `.mikado/log`. */
  run: string
  emit: (event: RunEvent) => void
  /** Resolves when what was emitted is on disk. */
  synced: () => Promise<void>
  close: () => void
}

/**
 * Starts the record of a call. A journal that cannot be written costs history, not the run: that is said once.
 * `watch` sees every event after the journal has it.
 */
export function openRecord(
  session: Session,
  command: string,
  goal: string,
  cards: string[] = [],
  watch: (event: Stamped) => void = () => {},
): Record {
  const { system, repository, target } = session
  const began = new Date(system.now()).toISOString()
  const run = `${began.replace(/[-:]|\.\d+/g, '')}-${system.chance()}`
  let journal: Journal | null = null
  attempt(session, () => {
    journal = openJournal(repository)
  })
  const write = (action: (open: Journal) => void) => {
    const open = journal as Journal | null
    if (open && !attempt(session, () => action(open))) journal = null
  }
  const synced = async () => {
    const open = journal as Journal | null
    try {
      await open?.synced()
    } catch (error) {
      // Of a journal that is closed meanwhile, nobody waits any more.
      if (open === journal)
        write(() => {
          throw error
        })
    }
  }
  const close = () => {
    write((open) => open.close())
    journal = null
  }
  const emit = (event: RunEvent) => {
    const stamped: Stamped = { schemaVersion, time: new Date(system.now()).toISOString(), run, ...event }
    write((open) => open.append(stamped))
    watch(stamped)
  }
  emit({ event: 'run-started', goal, command, target, cards })
  return { run, emit, synced, close }
}

/** Whether it worked; trouble is told, and costs nothing but history. */
function attempt(session: Session, action: () => void): boolean {
  try {
    action()
    return true
  } catch (error) {
    session.remark(
      `mikado: the journal cannot be written, so this run leaves no history: ${(error as Error).message}\n`,
    )
    return false
  }
}
