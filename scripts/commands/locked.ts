/** One at a time: whatever writes status or works cards holds the lock of the repository. */
import { join } from 'node:path'
import { exit, Refusal } from '../core/exit.ts'
import { emptyScratch, makeDataFolder } from '../io/journal.ts'
import { awaitTasks } from '../io/leftovers.ts'
import { claimLock, type Holder } from '../io/lock.ts'
import { oneLine } from '../view/style.ts'
import type { Session } from './command.ts'

/**
 * Works while holding the lock; `what` tells others what goes on. What was read before is forgotten: it may have changed.
 * @throws Refusal (75) when another run has it, or a task of a run that was killed still works.
 */
export async function withLock<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const { root, data } = session.repository
  const claim = await attempt(session, () => claimLock(join(data, 'lock'), what, session.system.now()))
  if (claim.lock === null) {
    throw new Refusal(
      exit.locked,
      `another run works in this repository${told(claim.holder)}`,
      'Wait until it ends; reading commands work meanwhile.',
    )
  }
  let killed = claim.before
  try {
    if (!(await attempt(session, () => awaitTasks(root, data, killed !== null, session.stop)))) {
      throw new Refusal(
        exit.locked,
        `a task of a run that was killed still works in this repository${told(killed)}`,
        'It ends by itself unless it is suspended: let it go on or end it, then run this again.',
      )
    }
    killed = null
    await attempt(session, () => {
      emptyScratch(session.repository)
      makeDataFolder(session.repository)
    })
    session.lock = claim.lock
    session.said = null
    session.reread()
    return await work()
  } finally {
    session.lock = null
    claim.leave(killed)
  }
}

function told(holder: Holder | null): string {
  if (holder === null) return ''
  const { what, pid, host, since } = holder
  return `: \`${oneLine(what)}\`, process ${pid} on ${oneLine(host)}, since ${oneLine(since)}`
}

/** @throws Refusal (73) when the run data cannot be written at all: then nothing that happens could be recorded. */
async function attempt<T>({ repository, stop }: Session, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (stop.aborted) throw error
    throw new Refusal(
      exit.unrecorded,
      `${repository.data} cannot be written, nothing was started: ${(error as Error).message}`,
      'Make room or mend its permissions, then run this again.',
    )
  }
}
