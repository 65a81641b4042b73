/** One at a time: whatever writes status or works cards holds the lock of the repository. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { exit, Refusal } from '../core/exit.ts'
import { makeDataFolder, scratch } from '../io/journal.ts'
import { holderOf, type Lock, sign, tryLock } from '../io/lock.ts'
import type { Session } from './command.ts'

/** Works while holding the lock; `what` tells others what goes on. @throws Refusal (75) when another run has it. */
export async function withLock<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const path = join(session.repository.data, 'lock')
  const lock = await take(session, path)
  if (!lock) {
    const holder = holderOf(path)
    const who =
      holder === null ? '' : `: \`${holder.what}\`, process ${holder.pid} on ${holder.host}, since ${holder.since}`
    throw new Refusal(
      exit.locked,
      `another run works in this repository${who}`,
      'Wait until it ends; reading commands work meanwhile.',
    )
  }
  try {
    sign(path, what, session.system.now())
    return await work()
  } finally {
    lock.release()
  }
}

/** @throws Refusal (73) when the run data cannot be written at all: then nothing that happens could be recorded. */
async function take(session: Session, path: string): Promise<Lock | null> {
  try {
    const lock = await tryLock(path)
    if (lock) {
      rmSync(scratch(session.repository), { recursive: true, force: true }) // what a crash left half written
      makeDataFolder(session.repository)
    }
    return lock
  } catch (error) {
    throw new Refusal(
      exit.unrecorded,
      `${session.repository.data} cannot be written, nothing was started: ${(error as Error).message}`,
      'Make room or mend its permissions, then run this again.',
    )
  }
}
