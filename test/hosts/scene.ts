/** One run of the chain on three hosts, while something happens to one of them; what came of it. */
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chainFiles, effects, goal, ids, isPinned } from './chain.ts'
import { Checkout, program } from './checkout.ts'
import { type Host, Net } from './net.ts'
import { placedOn, recoveryOf, running } from './seen.ts'

export const kinds = ['nothing', 'kill-worker', 'kill-run', 'restart-redis', 'empty-redis', 'cut-host'] as const
export type Kind = (typeof kinds)[number]

export interface Plan {
  number: number
  kind: Kind
  /** Milliseconds after the first card was placed. */
  after: number
  /** The host it happens to, where it happens to one, and neither works a card. */
  host: 'indri' | 'ringtail'
  /** How long the host is cut off, in milliseconds. */
  cut: number
}

export interface Outcome {
  /** Null: all was as promised. */
  trouble: string | null
  /** Milliseconds from what happened until every card that it hit had gone on; null: it hit none. */
  recovery: number | null
  /** Effects beyond one for each card. */
  repeated: number
  took: number
}

export const key = 'a key for the hosts of this test, which is no secret'
const env = (world: string, registry: Host) => ({
  ...{ MIKADO_KEY: key, WORLD: world, REGISTRY: `http://${registry.address}:5000` },
})
/** Longest that a run may take, in milliseconds, beside the time for which a host is cut off. */
const patience = 90_000

export async function play({ number, kind, after, host: otherwise, cut }: Plan): Promise<Outcome> {
  using net = new Net(number)
  const [desk, indri, ringtail, queue] = ['desk', 'indri', 'ringtail', 'queue'].map((name) => net.host(name)) as [
    ...[Host, Host, Host, Host],
  ]
  const folder = mkdtempSync(join(tmpdir(), 'mikado-hosts-'))
  using here = new Checkout(chainFiles())
  const checkouts = { indri: new Checkout(chainFiles()), ringtail: new Checkout(chainFiles()) }
  const url = `redis://${queue.address}`
  const startRedis = () => {
    const words = ['--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', folder, '--save', '', '--appendonly', 'yes']
    return net.start(queue, folder, ['redis-server', ...words], {})
  }
  const start = (on: Host, at: Checkout, ...words: string[]) =>
    net.program(on, at.root, [process.execPath, program, ...words, '--engine', url], env(folder, indri))
  const startWorker = (name: 'indri' | 'ringtail') =>
    start(name === 'indri' ? indri : ringtail, checkouts[name], 'worker', '--label', name, '--name', name, '-j', '2')
  const events = () => here.journal()
  try {
    let redis: ChildProcess = startRedis()
    await until(() => net.call(queue, 'redis-cli', 'PING') === 'PONG', 10_000)
    const workers = { indri: startWorker('indri'), ringtail: startWorker('ringtail') }
    const began = Date.now()
    let run = start(desk, here, 'run', goal, '--output', 'quiet')
    await until(() => running(events()).size > 0, 60_000)
    await wait(after)
    let hit = running(events())
    let moment = Date.now()
    // Where something is worked, something can be hit.
    const host = (['indri', 'ringtail'] as const).find((name) => placedOn(events(), hit, name).size > 0) ?? otherwise
    switch (kind) {
      case 'nothing':
        hit = new Set()
        break
      case 'kill-worker':
        workers[host].child.kill('SIGKILL')
        hit = placedOn(events(), hit, host)
        // As a service manager does.
        await wait(1000)
        workers[host] = startWorker(host)
        break
      case 'kill-run':
        run.child.kill('SIGKILL')
        await run.ended
        run = start(desk, here, 'run', goal, '--output', 'quiet')
        break
      case 'restart-redis':
        redis.kill('SIGKILL')
        await wait(500)
        redis = startRedis()
        break
      case 'empty-redis':
        net.call(queue, 'redis-cli', 'FLUSHALL')
        break
      case 'cut-host': {
        const cutOff = host === 'indri' ? indri : ringtail
        net.cut(cutOff)
        hit = placedOn(events(), hit, host)
        const goesOn = async () => {
          const late = Date.now() + cut
          while (Date.now() < late) await wait(100)
          net.join(cutOff)
          return Date.now()
        }
        const joined = await goesOn()
        // What belongs on that host waits for it.
        if ([...hit].some(isPinned)) moment = joined
        break
      }
    }
    const ended = await Promise.race([run.ended, wait(patience, 'late' as const)])
    const took = Date.now() - began
    const counted = effects(folder)
    const repeated = [...counted.values()].reduce((sum, count) => sum + Math.max(0, count - 1), 0)
    const recovery = recoveryOf(events(), hit, moment)
    const unproved = ids.filter((id) => !here.active().includes(id) && !existsSync(join(folder, id)))
    const told = `\n--- run\n${run.said.text}\n--- indri\n${workers.indri.said.text}\n--- ringtail\n${workers.ringtail.said.text}`
    const wrong = [
      ended === 0 ? null : `the run ended with ${ended}`,
      here.active().length === 0 ? null : `not complete: ${here.active().join(', ')}`,
      unproved.length === 0 ? null : `marked, and not true: ${unproved.join(', ')}`,
      repeated <= (kind === 'nothing' ? 0 : 1) ? null : `effects repeated: ${repeated}`,
      recovery === null || recovery <= 10_000 ? null : `recovery took ${recovery} ms`,
    ].filter((words) => words !== null)
    return { trouble: wrong.length === 0 ? null : `${wrong.join('; ')}${told}`, recovery, repeated, took }
  } finally {
    for (const checkout of Object.values(checkouts)) checkout[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

export async function until(holds: () => boolean, milliseconds: number): Promise<void> {
  const late = Date.now() + milliseconds
  while (!holds()) {
    if (Date.now() > late) throw new Error('the scene could not be set')
    await wait(50)
  }
}
