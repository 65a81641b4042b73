/** Ways in: a run that has its cards worked elsewhere, a worker, and somebody who only looks. */
import type { Member } from '../core/member.ts'
import { type Checkout, checkoutOf } from '../io/checkout.ts'
import type { Repository } from '../io/repository.ts'
import type { System } from '../io/system.ts'
import { openBullmq } from './bullmq.ts'
import { Crew, type Known } from './crew.ts'
import { Dispatch } from './dispatch.ts'
import type { Engine } from './engine.ts'
import { queueOf } from './job.ts'
import { Mail } from './mail.ts'
import { keyOf, Seal } from './seal.ts'
import type { Watch } from './waiting.ts'
import { Worker } from './worker.ts'

/** An engine that answers, and the seal for what goes over it. */
export interface Connection {
  engine: Engine
  seal: Seal
}

/** @throws Refusal when there is no key (69), the address is none (64) or nobody answers there (69). */
export async function connect(url: string, system: System): Promise<Connection> {
  const seal = new Seal(keyOf(system.env))
  return { engine: await openBullmq(url, system), seal }
}

/** Begins to have cards worked by the workers of an engine. */
export async function lead(
  { engine, seal }: Connection,
  { now, after }: System,
  repository: Repository,
  run: string,
  watch: Watch,
): Promise<Dispatch> {
  const self = partOf(await checkoutOf(repository.root), new Date(now()).toISOString())
  const mail = new Mail(engine, seal, after, (message) => watch.warn(null, message))
  const none = { labels: [], slots: 0, draining: false, works: [] }
  const crew = new Crew(engine, seal, { now, after }, ['run', 'worker'], () => ({
    kind: 'run',
    name: run,
    ...none,
    ...self,
    refused: mail.refused,
  }))
  const dispatch = new Dispatch(engine, seal, mail, crew, { now, after }, watch)
  await dispatch.begin()
  return dispatch
}

export interface Serving {
  labels: readonly string[]
  slots: number
  /** Null: called after its host. */
  name: string | null
  say: (message: string) => void
}

/** Begins to work cards. */
export async function serve(
  { engine, seal }: Connection,
  { now, after, env }: System,
  repository: Repository,
  { labels, slots, name, say }: Serving,
): Promise<{ worker: Worker; name: string }> {
  const self = partOf(await checkoutOf(repository.root), new Date(now()).toISOString())
  const called = name ?? self.host
  const mail = new Mail(engine, seal, after, say)
  const crew: Crew = new Crew(engine, seal, { now, after }, ['run'], () => ({
    kind: 'worker',
    name: called,
    labels,
    slots,
    draining: worker.draining,
    works: worker.works,
    refused: mail.refused,
    ...self,
  }))
  const worker: Worker = new Worker(engine, seal, mail, crew, { name: called, repository, env, slots, now, after, say })
  await worker.begin([null, ...labels].map(queueOf))
  return { worker, name: called }
}

/** Who is there, those that are lost too, for some minutes. */
export async function look(
  { engine, seal }: Connection,
  { now, after }: System,
): Promise<{ address: string; known: Known; alive: boolean }[]> {
  const crew = new Crew(engine, seal, { now, after }, ['run', 'worker'], null)
  await crew.look()
  const found = [...crew.known].map(([address, known]) => ({ address, known, alive: crew.alive(address) }))
  await engine.close()
  return found
}

function partOf(
  { host, pid, runner, node, commit }: Checkout,
  since: string,
): Pick<Member, 'host' | 'pid' | 'runner' | 'node' | 'commit' | 'since'> {
  return { host, pid, runner, node, commit, since }
}
