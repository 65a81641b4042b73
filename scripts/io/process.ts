/** Task processes: each leads a session and a group of its own, and is ended with all that stayed there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { fileURLToPath } from 'node:url'
import { living } from './living.ts'
import { signalSession } from './session.ts'

const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../worker/main.ts' : '../worker/main.js', import.meta.url),
)
/** Where Node keeps what it compiled of us, unless the user says where: a task's process needs it from its start, and the task itself must not see it. */
const compiled = process.env.NODE_COMPILE_CACHE ? null : (getCompileCacheDir()?.replace(/\/[^/]+$/, '') ?? null)
/** Node's own remarks on the person's code are nobody's output. */
const quiet = ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'].map((name) => `--disable-warning=${name}`)

/** Of threads beside its own, for collecting and compiling, one: those of several processes only hold each other up. */
const modest = '--v8-pool-size=1'

/** Starts a task process: output on pipes, requests and replies over Node's channel. @throws when the system has no room for it. */
export function startWorker(cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  // It is told who its runner is: had it to look, a runner that dies meanwhile would be missed.
  const words = [...quiet, modest, program, ...(compiled === null ? [] : ['compiled']), String(process.pid)]
  const child = spawn(process.execPath, words, {
    cwd,
    env: { ...withoutKeys(env), ...(compiled === null ? {} : { NODE_COMPILE_CACHE: compiled }) },
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

/** No task sees what opens the way to other machines. */
function withoutKeys({ MIKADO_KEY: _, MIKADO_ENGINE_PASSWORD: __, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return others
}
