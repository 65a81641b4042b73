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

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** State, parent, group and session of a process; nothing of one that is gone. */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ', 4)
  } catch {
    return []
  }
}
