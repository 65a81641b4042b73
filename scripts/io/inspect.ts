/** What the task modules of a chain can do, found out before anything starts: in a process of its own, since importing runs code. */
import { availableParallelism } from 'node:os'
import { inOneLine } from '../core/bounded.ts'
import { replyIn } from '../core/protocol.ts'
import type { Finding } from '../index.ts'
import { killGroup } from './living.ts'
import type { Pool } from './pool.ts'
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

interface Around {
  /** Processes come from it, and stay in it for those who work the tasks, when nothing was left in them. */
  pool: Pool
  after: (milliseconds: number, then: () => void) => () => void
  signal: AbortSignal
}

/** Imports the modules; one that ends or hangs its process is named, and the rest go on in a new one. @throws when the system has no room for a process. */
export async function inspectTasks(tasks: readonly TaskFile[], around: Around): Promise<Map<string, Inspection>> {
  const modules = tasks.filter((task) => task.kind === 'module')
  const processes = Math.min(availableParallelism(), Math.ceil(modules.length / share))
  const found = new Map<string, Inspection>()
  const inspectEvery = async (first: number) => {
    const left = modules.filter((_, at) => at % processes === first)
    while (left.length > 0) {
      around.signal.throwIfAborted()
      for (const inspection of await inspectUntilDeath(left, around)) {
        const task = left.shift()
        if (task) found.set(task.file, inspection)
      }
    }
  }
  await Promise.all(Array.from({ length: processes }, (_, first) => inspectEvery(first)))
  around.signal.throwIfAborted()
  return found
}

/** Answers in their order, as far as one process came. */
async function inspectUntilDeath(tasks: readonly TaskFile[], { pool, after, signal }: Around): Promise<Inspection[]> {
  const used = pool.take(true)
  const end = () => used.kill()
  signal.addEventListener('abort', end, { once: true })
  const answers = used.ask({ type: 'inspect', files: tasks.map(({ file }) => file) }, { type: 'rest' })
  used.used += tasks.length
  const found: Inspection[] = []
  for (const { file } of tasks) {
    let hung = false
    const cancel = after(patience, () => {
      hung = true
      end()
    })
    const answer = await answers.next()
    cancel()
    const inspection = 'file' in answer && answer.file === file ? answer : null
    if (inspection?.type === 'inspected') {
      const { works, checks, preflight } = inspection
      found.push({ ok: true, works, checks, preflight })
    } else if (inspection) {
      const { line, column } = inspection
      found.push({ ok: false, message: inOneLine(inspection.message), line, column })
    } else {
      end()
      const { code, signal: ended, error } = await used.ended
      const died = `importing it ends the process (${ended ?? `exit code ${code}`})`
      found.push(unloadable(error ?? (hung ? `importing it takes longer than ${patience / 1000} s` : died)))
      break
    }
  }
  signal.removeEventListener('abort', end)
  const whole = found.length === tasks.length && tasks.every(({ selfContained }) => selfContained)
  if (whole && used.alive && (await used.rest(answers))) pool.give(used)
  else await used.close()
  return found
}

function unloadable(message: string): Inspection {
  return { ok: false, message, line: null, column: null }
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
