/** Task processes: each leads a group of its own, and is ended with all that stayed in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../worker/main.ts' : '../worker/main.js', import.meta.url),
)
/** Node's own remarks on the person's code are nobody's output. */
const quiet = ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'].map((name) => `--disable-warning=${name}`)
const living = new Set<number>()

/** Starts a task process: output on pipes, requests and replies over Node's channel. */
export function startWorker(cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [...quiet, program], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const { pid } = child
  if (pid !== undefined) {
    living.add(pid)
    child.once('exit', () => {
      // What a task left behind in its group ends with it; a service it put into a session of its own stays.
      signalGroup(pid, 'SIGKILL')
      living.delete(pid)
    })
  }
  return child
}

/** Sends a signal to the whole group; a group that is gone is no trouble. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH' && (error as NodeJS.ErrnoException).code !== 'EPERM')
      throw error
  }
}

/** The last resort, at once: kills every task process. */
export function killAll(): void {
  for (const pid of living) signalGroup(pid, 'SIGKILL')
}
