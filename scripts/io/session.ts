/** What a task started, as far as it stayed in the task's session: also what made a process group of its own there. */
import { readdirSync, readFileSync } from 'node:fs'

/** Sends a signal to all of it; a session that is gone is no trouble. */
export function signalSession(leader: number, signal: NodeJS.Signals): void {
  for (const pid of strays(leader)) signalProcess(pid, signal)
  signalProcess(-leader, signal)
  // What the group started in its last moment.
  for (const pid of strays(leader)) signalProcess(pid, signal)
}

/** A negative pid stands for a group. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH' && (error as NodeJS.ErrnoException).code !== 'EPERM')
      throw error
  }
}

/** Processes of the session in other groups than its leader's: `timeout` makes one, and `set -m` of a shell. Known on Linux only. */
function strays(leader: number): number[] {
  return pids().filter((pid) => {
    const [, , group, session] = statOf(pid)
    return session === String(leader) && group !== session
  })
}

/** What tells of a process in which task session it was started, for `leftOf`: a variable of its environment. */
export function markOf(leader: number, root: string): { MIKADO_SESSION: string } {
  return { MIKADO_SESSION: `${leader}:${root}` }
}

/** What stayed in the sessions of a repository's tasks; not their leaders. Known on Linux only. */
export function leftOf(root: string): number[] {
  return pids().filter((pid) => {
    const [, , , session] = statOf(pid)
    const { MIKADO_SESSION } = markOf(Number(session), root)
    return environmentOf(pid).includes(`MIKADO_SESSION=${MIKADO_SESSION}`)
  })
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** What proc(5) tells of a process, from its state on: parent, group, session and so on; nothing of one that is gone, or elsewhere than on Linux. */
export function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
