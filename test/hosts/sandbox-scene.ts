/** One run of the main job's sandbox chain on three hosts, while something happens to one of them; what came of it. */
import { setTimeout as wait } from 'node:timers/promises'
import { mainJob, places } from './repository.ts'
import { Stage } from './sandbox-stage.ts'
import { type Outcome, type Plan, until } from './scene.ts'
import { placedOn, placements, recoveryOf, running } from './seen.ts'

/** What can happen to this chain: the worker of a host is killed in the middle of a card, or the run. */
export const sandboxKinds = ['nothing', 'kill-worker', 'kill-run'] as const

/** What is asked for, one after the other, so that the cards come in another order. */
const orders = [[mainJob], ['wire-ci-registry-auth', mainJob], ['enforce-tag-immutability', mainJob]] as const
/** The first card of a host: that is hit. */
const hits = { indri: 'register-zot-oidc-client', ringtail: 'wire-ci-registry-auth' }
/** Longest that a run may take, in milliseconds. */
const patience = 300_000

export async function playSandbox({ number, kind, after, host }: Plan): Promise<Outcome> {
  using stage = new Stage(number)
  await stage.set()
  const events = () => stage.desk.journal()
  const doctor = stage.doctor()
  const healthy = await doctor.ended
  const workers = { indri: stage.worker('indri'), ringtail: stage.worker('ringtail') }
  const goals = orders[(number + Math.floor(number / sandboxKinds.length)) % orders.length] ?? [mainJob]
  let run = stage.run(goals[0])
  const began = Date.now()
  const all = async (): Promise<number> => {
    for (const goal of goals) {
      if (goal !== goals[0]) run = stage.run(goal)
      let code = await run.ended
      // Killed: it is started again.
      for (; code === null; code = await run.ended) run = stage.run(goal)
      if (code !== 0) return code
    }
    return 0
  }
  const ends = Promise.race([all(), wait(patience, 'late' as const)])
  let hit = new Set<string>()
  let moment = 0
  if (kind !== 'nothing') {
    await until(() => running(events()).has(hits[host]), patience)
    await wait(after)
    hit = running(events())
    moment = Date.now()
    if (kind === 'kill-run') run.child.kill('SIGKILL')
    else {
      hit = placedOn(events(), hit, host)
      workers[host].child.kill('SIGKILL')
      // As a service manager does.
      await wait(1000)
      workers[host] = stage.worker(host)
    }
  }
  const ended = await ends
  const took = Date.now() - began
  const recovery = recoveryOf(events(), hit, moment)
  const said = Object.entries({ run, ...workers }).map(([name, program]) => `\n--- ${name}\n${program.said.text}`)
  const where = placements(events())
  const astray = Object.entries(places).filter(([id, place]) => where.get(id) !== place)
  const right = 'read 200, push 401, without the tunnel nothing'
  const wrong = [
    healthy === 0 ? null : `doctor on CI's host ended with ${healthy}:\n${doctor.said.text}`,
    ended === 0 ? null : `the run ended with ${ended}`,
    stage.desk.active().length === 0 ? null : `not complete: ${stage.desk.active().join(', ')}`,
    astray.length === 0 ? null : `astray: ${astray.map(([id]) => `${id} on ${where.get(id)}`).join(', ')}`,
    stage.beyond() === 'ssh' ? null : `the registry's host can be reached by ${stage.beyond()}`,
    stage.seen() === right ? null : `CI's host sees: ${stage.seen()}`,
    ended !== 0 || stage.leaks(said.join()).length === 0 ? null : `to be read: ${stage.leaks(said.join()).join(', ')}`,
    recovery === null || recovery <= 10_000 ? null : `recovery took ${recovery} ms`,
  ].filter((words) => words !== null)
  return { trouble: wrong.length === 0 ? null : `${wrong.join('; ')}${said.join('')}`, recovery, repeated: 0, took }
}
