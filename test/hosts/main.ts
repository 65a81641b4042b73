/**
 * `npm run test:hosts -- --runs 100`: three hosts, an engine, a chain, and something that happens to one of them, again and again.
 * Each run must end complete, with no card marked that is not true, at most one effect repeated, and go on within ten seconds.
 *
 * `npm run test:hosts -- --chain sandbox`: the same with the main job, its registry on one host and CI on another.
 */
import { parseArgs } from 'node:util'
import { Net, obstacle } from './net.ts'
import { playSandbox, sandboxKinds } from './sandbox-scene.ts'
import { type Kind, kinds, type Outcome, type Plan, play } from './scene.ts'
import { noWay } from './ssh.ts'

const { values } = parseArgs({
  options: {
    chain: { type: 'string', default: 'small' },
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    cut: { type: 'string', default: '60' },
    kind: { type: 'string' },
    host: { type: 'string' },
    'at-once': { type: 'string', default: '1' },
  },
})
const sandbox = values.chain === 'sandbox'
const why = obstacle() ?? (sandbox ? noWay() : null)
if (why !== null) {
  console.error(`test:hosts cannot run here: ${why}`)
  process.exit(69)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    Net.endAll()
    process.exit(1)
  })
}

const usual: readonly Kind[] = sandbox ? sandboxKinds : kinds
const runs = Number(values.runs ?? 2 * usual.length)
const seed = Number(values.seed)
const random = diceOf(seed)
// About as long as the card is worked that is hit.
const span = sandbox ? 6000 : 4000
const plans = Array.from({ length: runs }, (_, number): Plan => {
  const kind = (values.kind ?? usual[number % usual.length]) as Kind
  const host = (values.host as Plan['host'] | undefined) ?? (random() < 0.5 ? 'indri' : 'ringtail')
  return { number, kind, after: Math.floor(random() * span), host, cut: Number(values.cut) * 1000 }
})
console.log(`${runs} runs, seed ${seed}, a host is cut off for ${values.cut} s`)
const outcomes = new Map<Plan, Outcome>()
const left = [...plans]
const lane = async () => {
  for (let plan = left.shift(); plan; plan = left.shift()) {
    const outcome = await (sandbox ? playSandbox : play)(plan).catch(
      (error: Error): Outcome => ({ trouble: `the driver: ${error.stack}`, recovery: null, repeated: 0, took: 0 }),
    )
    outcomes.set(plan, outcome)
    const { number, kind, host, after } = plan
    const told = outcome.recovery === null ? 'hit no card' : `went on after ${outcome.recovery} ms`
    const end = outcome.trouble === null ? 'right' : `WRONG: ${outcome.trouble}`
    console.log(`${number} ${kind} ${host} after ${after} ms: ${told}, ${outcome.repeated} repeated: ${end}`)
  }
}
await Promise.all(Array.from({ length: Number(values['at-once']) }, lane))

console.log('\n| what happened | runs | right | went on after, median | at most | effects repeated |')
console.log('| --- | --- | --- | --- | --- | --- |')
for (const kind of kinds) {
  const found = [...outcomes].flatMap(([plan, outcome]) => (plan.kind === kind ? [outcome] : []))
  if (found.length === 0) continue
  const times = found.flatMap(({ recovery }) => recovery ?? []).sort((one, other) => one - other)
  const told = (time: number | undefined) => (time === undefined ? '–' : `${(time / 1000).toFixed(1)} s`)
  const right = found.filter(({ trouble }) => trouble === null).length
  const repeated = found.reduce((sum, outcome) => sum + outcome.repeated, 0)
  console.log(
    `| ${kind} | ${found.length} | ${right} | ${told(times[Math.floor(times.length / 2)])} | ${told(times.at(-1))} | ${repeated} |`,
  )
}
// What the hosts left open, a pipe of a service for one, is no reason to wait.
process.exit([...outcomes.values()].every(({ trouble }) => trouble === null) ? 0 : 1)

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
