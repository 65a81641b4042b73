/** `node bench/engine.ts`: what a card costs that is worked by workers over an engine, and what more workers bring. */
import { bench, type Room } from './lib/bench.ts'
import { Documents } from './lib/documents.ts'
import { Field } from './lib/field.ts'
import { digits, median } from './lib/figures.ts'
import { type Graph, makeGraph } from './lib/graph.ts'
import { ratio, rowsOf, type Verdict } from './lib/report.ts'
import type { Contender, Result } from './lib/rounds.ts'

/** Cards that wait, and how long each does, in milliseconds. */
const waiting = { cards: 160, milliseconds: 250 }
/** Processes that work the cards whose work is nothing, and how many each works at once. */
const crew = { workers: 4, jobs: 2 }

const usual = { sizes: [1000, 10_000], rounds: 3, against: [], patience: 60 }

await bench('engine', usual, async (room) => {
  const { sizes, seed } = room.options
  await using field = await Field.open(room)
  const graphs = sizes.map((cards) => makeGraph('random', cards, seed))
  const spread = makeGraph('wide', waiting.cards, seed)
  const sleeping = { sleep: () => waiting.milliseconds }
  const contenders: Contender[] = []
  for (const graph of graphs) {
    contenders.push(local(room, graph))
    contenders.push(await field.remote(named(crew.workers), graph, 'flag', crew.workers, crew.jobs))
  }
  for (const workers of [1, 8]) contenders.push(await field.remote(named(workers), spread, sleeping, workers, 1))
  const results = await room.measure(contenders)
  return {
    ...rowsOf(results),
    verdicts: [
      ...sizes.map((cards) => perCard(results, cards)),
      ...sizes.map((cards) => ratio(results, [named(crew.workers), cards], ['mikado run', cards], null)),
      faster(results),
    ],
    notes: [
      `Locally 2 jobs; ${crew.workers} workers with ${crew.jobs} jobs each, each in a checkout of its own, with Redis ${field.version} and all of them on this machine.`,
      ...sizes.flatMap((cards) => costs(results, field, cards)),
      `The ${waiting.cards} cards wait ${waiting.milliseconds} ms each and require nothing but the goal requires them all; a worker works one at a time.`,
    ],
    data: results,
  }
})

function named(workers: number): string {
  return `mikado run --engine, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
}

/** Beyond what the local pool takes, in the same round. */
function perCard(results: readonly Result[], cards: number): Verdict {
  const what = `beyond the local pool, for each of ${cards.toLocaleString('en')} cards`
  const [ours, theirs] = ['mikado run', named(crew.workers)].map((name) =>
    results.find((result) => result.name === name && result.cards === cards),
  )
  const differences = (theirs?.rounds ?? []).flatMap((taken, round) => {
    const other = ours?.rounds[round]
    return taken && other ? [((taken.seconds - other.seconds) / cards) * 1000] : []
  })
  if (differences.length === 0) return { what, figure: 'not measured', limit: 'at most 1.0 ms', holds: null }
  const figure = median(differences)
  return { what, figure: `${digits(figure)} ms`, limit: 'at most 1.0 ms', holds: figure <= 1 }
}

/** What a card took of a processor, by whom, in the rounds that count. */
function costs(results: readonly Result[], field: Field, cards: number): string[] {
  const name = named(crew.workers)
  const rounds = results.find((result) => result.name === name && result.cards === cards)?.rounds ?? []
  const run = rounds.flatMap((taken) => taken?.cpu ?? [])
  const beside = field.spent(name, cards).slice(-run.length)
  if (run.length === 0 || beside.length === 0) return []
  const each = (seconds: readonly number[]) => `${digits((median(seconds) / cards) * 1000)} ms`
  const [redis, workers] = [beside.map((one) => one.redis), beside.map((one) => one.workers)]
  return [
    `Each of ${cards.toLocaleString('en')} cards took of a processor: the run ${each(run)}, Redis ${each(redis)}, its worker ${each(workers)}, beside the task’s own process.`,
  ]
}

function faster(results: readonly Result[]): Verdict {
  const { what, figure } = ratio(results, [named(1), waiting.cards], [named(8), waiting.cards], null)
  const limit = 'at least 6'
  return { what, figure, limit, holds: Number.isNaN(Number(figure)) ? null : Number(figure) >= 6 }
}

function local(room: Room, graph: Graph): Contender {
  const place = room.folder(`engine-local-${graph.cards.length}`)
  const documents = new Documents(place, graph)
  documents.addTasks('flag')
  return {
    name: 'mikado run',
    cards: graph.cards.length,
    ...room.mikado(place, 'run', graph.goal, '--jobs', '2'),
    before: () => {
      documents.activate()
      documents.forgetRuns()
    },
    wrong: () => documents.unproved('ran'),
  }
}
