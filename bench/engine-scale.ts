/**
 * `node bench/engine-scale.ts`: how a run would go with many hosts and cards. A simulation, of what was measured: what a card costs
 * the run, Redis and a worker (a line of `bench/engine.ts`), and what it costs to see who is there.
 */
import { parseArgs } from 'node:util'
import { Seal } from '../scripts/engine/seal.ts'
import { makeGraph } from './lib/graph.ts'
import { type Costs, type Field, type Simulated, simulate } from './lib/simulation.ts'

const { values } = parseArgs({
  options: {
    /** Milliseconds of a processor for each card. */
    run: { type: 'string', default: '1.7' },
    redis: { type: 'string', default: '0.29' },
    worker: { type: 'string', default: '1.5' },
    /** Seconds that a card's work takes. */
    work: { type: 'string', default: '1,10,60' },
    seed: { type: 'string', default: '7' },
  },
})
const costs: Costs = { run: Number(values.run), redis: Number(values.redis), worker: Number(values.worker) }
const fields: Field[] = [
  { hosts: 10, slots: 4, cards: 10_000 },
  { hosts: 100, slots: 4, cards: 100_000 },
  { hosts: 1000, slots: 4, cards: 1_000_000 },
]
const seen = seeing()

console.log(`| hosts | cards | a card's work | least that it can take | simulated | the run is busy | Redis is busy | slots are busy |
| --- | --- | --- | --- | --- | --- | --- | --- |`)
for (const field of fields) {
  const graph = makeGraph('random', field.cards, Number(values.seed))
  for (const work of values.work.split(',').map(Number)) tell(field, work, simulate(graph, field, costs, work * 1000))
}
console.log(`
Costs of a card, milliseconds of a processor: the run ${costs.run}, Redis ${costs.redis}, a worker ${costs.worker}. Four slots to a host, random graphs, seed ${values.seed}.
To see who is there costs a run ${(seen * 1000).toFixed(0)} µs a second for each worker: ${((seen * 1000) / 10).toFixed(1)} % of a processor with a thousand (measured here).`)

function tell({ hosts, cards }: Field, work: number, { least, took, run, redis, slots }: Simulated): void {
  const share = (part: number) => `${Math.round(part * 100)} %`
  const times = [least, took].map((milliseconds) => {
    const minutes = milliseconds / 60_000
    return minutes < 120 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`
  })
  const told = [hosts, cards].map((number) => number.toLocaleString('en'))
  console.log(`| ${[...told, `${work} s`, ...times, ...[run, redis, slots].map(share)].join(' | ')} |`)
}

/** Milliseconds to open and read what a worker says of itself. */
function seeing(): number {
  const [one, other] = [new Seal('k'.repeat(40)), new Seal('k'.repeat(40))]
  const works = Array.from({ length: 4 }, (_, at) => ({ job: 'x'.repeat(32), card: `card-${at}`, run: 'y'.repeat(25) }))
  const words = Buffer.from(JSON.stringify({ kind: 'worker', name: 'indri', host: 'indri', labels: ['indri'], works }))
  const sealed = Array.from({ length: 2000 }, () => one.seal('presence', one.address, words))
  const began = performance.now()
  for (const parcel of sealed) JSON.parse(String(other.open('presence', one.address, parcel)?.plain))
  return (performance.now() - began) / sealed.length
}
