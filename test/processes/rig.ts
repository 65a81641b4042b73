/** Tasks that misbehave, how their cards ended, and what is left of them. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { alive, card, type TestRepository } from '../rig/repository.ts'

/** What is left can be found only where /proc shows every process's environment. */
export const hasProc = process.platform === 'linux'

/** Everything that was started with this environment, whatever it did to its parent, group and session. */
export class Brood implements Disposable {
  readonly env = { MIKADO_TEST_BROOD: randomUUID() }

  /** Process ids, each with its command line. */
  living(): Map<number, string> {
    const found = new Map<number, string>()
    for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
      const environment = read(`/proc/${pid}/environ`).split('\0')
      if (environment.includes(`MIKADO_TEST_BROOD=${this.env.MIKADO_TEST_BROOD}`) && alive(pid))
        found.set(pid, read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim())
    }
    return found
  }

  commands(): string[] {
    return [...this.living().values()]
  }

  [Symbol.dispose](): void {
    for (const pid of this.living().keys()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

/** A task of this work and this check, as function bodies. */
export function module(work: string, check: string): string {
  return `import { spawn } from 'node:child_process'
import { closeSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
export default {
  apply: async ({ $, step, log, note, inputs, secret, signal }) => { ${work} },
  verify: { 'It is done': async () => { ${check} } },
}
`
}

/** A goal that requires one card for each of these tasks; `run goal -k` works them all. */
export function chainOf(tasks: Record<string, string>): Record<string, string> {
  const cards = Object.entries(tasks).flatMap(([id, text]) => [
    [`docs/${id}.md`, card()],
    [`tasks/${id}.ts`, text],
  ])
  return { 'docs/goal.md': card({ requires: Object.keys(tasks), checks: [] }), ...Object.fromEntries(cards) }
}

/** How each card's last try ended: `completed`, or why not. */
export function endsOf(repository: TestRepository): Record<string, unknown> {
  const ends = repository.journal().flatMap(({ event, card: id, message }) => {
    if (event === 'card-completed') return [[id ?? '', 'completed']]
    if (event === 'card-failed') return [[id ?? '', message]]
    return event === 'card-stopped' ? [[id ?? '', 'stopped']] : []
  })
  return Object.fromEntries(ends)
}

/** Of the process with this id, in bytes: the most memory it ever had. */
export function peakOf(pid: number): number {
  return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
