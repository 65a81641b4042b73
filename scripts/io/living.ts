/** The task processes that live, to be ended whatever happens. Apart from `process.ts`, which only those load who start one. */
import { signalProcess, signalSession } from './session.ts'

/** Process ids, each the leader of its session and group. */
export const living = new Set<number>()

/** Kills a task process with its group; the rest of its session follows when it has ended. */
export function killGroup(pid: number): void {
  signalProcess(-pid, 'SIGKILL')
}

/** The last resort, at once: kills every task process. */
export function killAll(): void {
  for (const pid of living) signalSession(pid, 'SIGKILL')
}
