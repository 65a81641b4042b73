/** The machine that figures are of, and whether it had anything else to do. */
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** Of all processors, in seconds since the machine started. */
export interface Busy {
  busy: number
  all: number
}

export function busyNow(): Busy {
  const times = cpus().map((cpu) => cpu.times)
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
  const all = sum(times.flatMap(({ user, nice, sys, irq, idle }) => [user, nice, sys, irq, idle])) / 1000
  return { busy: all - sum(times.map(({ idle }) => idle)) / 1000, all }
}

/** The share of the processors that was busy during a second. */
export async function lookBusy(): Promise<number> {
  const before = busyNow()
  await new Promise((done) => setTimeout(done, 1000))
  const after = busyNow()
  return (after.busy - before.busy) / (after.all - before.all)
}

/** One line for the foot of a table; `others`: the share of the processors that others used meanwhile. */
export function machineLine(folder: string, others: number): string {
  const all = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const model = (all[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim()
  const kernel = `${type()} ${release()}`
  const load = loadavg()[0]?.toFixed(1)
  const meanwhile = `load ${load} at the end, others used ${Math.max(0, Math.round(others * 100))} % of the processors`
  return `${all.length} cores (${model}), ${memory}, ${kernel}, ${fileSystem(folder)}, Node ${process.versions.node}; ${meanwhile}`
}

function fileSystem(folder: string): string {
  try {
    const told = execFileSync('df', ['-PT', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return told.trim().split('\n').at(-1)?.split(/\s+/)[1] ?? 'unknown file system'
  } catch {
    return 'unknown file system'
  }
}
