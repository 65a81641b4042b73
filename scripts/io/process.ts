/** Task processes: each leads a session and a group of its own, and is ended with all that stayed there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { living } from './living.ts'
import { signalSession } from './session.ts'

const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../worker/main.ts' : '../worker/main.js', import.meta.url),
)
/** Node's own remarks on the person's code are nobody's output. */
const quiet = ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'].map((name) => `--disable-warning=${name}`)

/** Starts a task process: output on pipes, requests and replies over Node's channel. @throws when the system has no room for it. */
export function startWorker(cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  // It is told who its runner is: had it to look, a runner that dies meanwhile would be missed.
  const child = spawn(process.execPath, [...quiet, program, String(process.pid)], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  if (child.channel === undefined) {
    // Too many files are open: Node gives a child without streams, and says so only a moment later.
    child.once('error', () => {})
    throw Object.assign(new Error('no process can be started: too many open files'), {
      code: 'EMFILE',
      syscall: 'spawn',
    })
  }
  const { pid } = child
  if (pid !== undefined) {
    living.add(pid)
    child.once('exit', () => {
      // What a task left behind ends with it; a service that it put into a session of its own stays.
      signalSession(pid, 'SIGKILL')
      living.delete(pid)
    })
  }
  return child
}
