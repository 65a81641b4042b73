/** What the task modules of a chain can do, found out before anything starts: in a process of its own, since importing runs code. */
import { availableParallelism } from 'node:os'
import { inOneLine } from '../core/bounded.ts'
import { replyIn } from '../core/protocol.ts'
import type { Finding } from '../index.ts'
import { killGroup } from './living.ts'
import { startWorker } from './process.ts'
import type { TaskFile } from './tasks.ts'

/** What a task module offers, or why it cannot be loaded. */
export type Inspection =
  | { ok: true; works: boolean; checks: string[]; preflight: boolean }
  | { ok: false; message: string; line: number | null; column: number | null }

/** Milliseconds that all preflights together may take. */
const examination = 120_000

/** Milliseconds that importing one module may take. */
const patience = 30_000

/** One process more for so many modules, as far as there are cores: to start one takes as long as to import some of them. */
const share = 100

/** Imports the modules; one that ends or hangs its process is named, and the rest go on in a new one. */
export async function inspectTasks(
  tasks: readonly TaskFile[],
  root: string,
  env: NodeJS.ProcessEnv,
  after: (milliseconds: number, then: () => void) => () => void,
  signal: AbortSignal,
): Promise<Map<string, Inspection>> {
  const files = tasks.filter((task) => task.kind === 'module').map((task) => task.file)
  const processes = Math.min(availableParallelism(), Math.ceil(files.length / share))
  const found = new Map<string, Inspection>()
  const inspectEvery = async (first: number) => {
    const left = files.filter((_, at) => at % processes === first)
    while (left.length > 0) {
      signal.throwIfAborted()
      for (const [file, inspection] of await inspectUntilDeath(left, root, env, after, signal)) {
        found.set(file, inspection)
        left.shift()
      }
    }
  }
  await Promise.all(Array.from({ length: processes }, (_, first) => inspectEvery(first)))
  signal.throwIfAborted()
  return found
}

function inspectUntilDeath(
  files: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv,
  after: (milliseconds: number, then: () => void) => () => void,
  signal: AbortSignal,
): Promise<[string, Inspection][]> {
  return new Promise((resolve) => {
    const found: [string, Inspection][] = []
    const child = startWorker(root, env)
    let hung = false
    const end = () => child.pid !== undefined && killGroup(child.pid)
    const wait = () =>
      after(patience, () => {
        hung = true
        end()
      })
    let cancel = wait()
    signal.addEventListener('abort', end, { once: true })
    // A module may print while it is imported: that is nobody's output yet.
    child.stdout?.resume()
    child.stderr?.resume()
    child.on('message', (message: unknown) => {
      const reply = replyIn(message)
      const file = files[found.length]
      if (file === undefined || !reply || !('file' in reply) || reply.file !== file) return
      if (reply.type === 'inspected') {
        const { works, checks, preflight } = reply
        found.push([file, { ok: true, works, checks, preflight }])
      } else {
        found.push([file, { ok: false, message: inOneLine(reply.message), line: reply.line, column: reply.column }])
      }
      cancel()
      if (found.length === files.length) end()
      else cancel = wait()
    })
    child.once('error', (error) => {
      cancel()
      resolve(files.map((file) => [file, { ok: false, message: error.message, line: null, column: null }]))
    })
    child.once('exit', (code, ended) => {
      cancel()
      signal.removeEventListener('abort', end)
      const file = files[found.length]
      const why = hung
        ? `importing it takes longer than ${patience / 1000} s`
        : `importing it ends the process (${ended ?? `exit code ${code}`})`
      if (file !== undefined) found.push([file, { ok: false, message: why, line: null, column: null }])
      resolve(found)
    })
    child.send({ type: 'inspect', files: [...files] }, () => {})
  })
}

/** Asks the preflights of these task files, in a process of its own. A process that dies or hangs is a finding too. */
export function examineTasks(
  files: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv,
  after: (milliseconds: number, then: () => void) => () => void,
  signal: AbortSignal,
): Promise<Finding[]> {
  return new Promise((resolve, reject) => {
    const child = startWorker(root, env)
    const end = () => child.pid !== undefined && killGroup(child.pid)
    const wrong = (detail: string): Finding[] => [{ about: 'preflight', ok: false, detail }]
    let findings: Finding[] | null = null
    const cancel = after(examination, () => {
      findings ??= wrong(`no answer within ${examination / 1000} s`)
      end()
    })
    signal.addEventListener('abort', end, { once: true })
    child.stdout?.resume()
    child.stderr?.resume()
    child.on('message', (message: unknown) => {
      const reply = replyIn(message)
      if (reply?.type !== 'examined') return
      findings = reply.findings
      end()
    })
    child.once('error', (error) => {
      cancel()
      resolve(wrong(error.message))
    })
    child.once('exit', (code, ended) => {
      cancel()
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(signal.reason)
      else resolve(findings ?? wrong(`its process ended (${ended ?? `exit code ${code}`}) before it answered`))
    })
    child.send({ type: 'preflight', files: [...files], root }, () => {})
  })
}
