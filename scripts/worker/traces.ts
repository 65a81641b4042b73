/** What a task leaves behind in its process. A process in which nothing is left may serve the next card. */
import { ChildProcess } from 'node:child_process'

/** How many processes were started here: whatever was started may live on, or hold the output open. */
let started = 0
const starting = ChildProcess.prototype as ChildProcess & { spawn: (...words: unknown[]) => unknown }
const { spawn } = starting
starting.spawn = function (...words) {
  started++
  return Reflect.apply(spawn, this, words)
}

/** What every module sees. */
const kinds = [Object, Array, String, Function, Promise]
const shared: object[] = [globalThis, ...kinds, ...kinds.map(({ prototype }) => prototype)]

/** How the process looks, as far as one task can change it for another. */
export function traces(): string {
  const listeners = process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`)
  const { argv, env, execArgv, exitCode, title } = process
  const names = shared.map((each) => Reflect.ownKeys(each).length)
  const own = [argv, env, execArgv, exitCode ?? null, title, process.umask()]
  return JSON.stringify([started, cwd(), own, names, listeners, waiting()])
}

/** Timers, files, sockets and the like that are still in use. */
function waiting(): string[] {
  return process.getActiveResourcesInfo().sort()
}

function cwd(): string | null {
  try {
    return process.cwd()
  } catch {
    return null
  }
}
