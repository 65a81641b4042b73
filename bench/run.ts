/** `node bench/run.ts`: what a card costs whose work is nothing, beside peers that run `true`. */
import { join } from 'node:path'
import { bench, type Room, root } from './lib/bench.ts'
import { Documents, type Work } from './lib/documents.ts'
import { type Graph, makeGraph } from './lib/graph.ts'
import { nothing } from './lib/recipes.ts'
import { ratio, rowsOf } from './lib/report.ts'
import type { Absent, Contender } from './lib/rounds.ts'

const jobs = 2
const leastName = 'the least in Node'
const shapes = ['wide', 'deep', 'ladder'] as const
const peers = ['ninja', 'make', 'just', 'task', 'mise', 'wireit', 'turbo'] as const

/** It takes minutes for these. */
const mostForTurbo = 1000

await bench('run', { sizes: [1000, 10_000], rounds: 5, against: peers }, async (room) => {
  const [first = 1000, ...more] = room.options.sizes
  const asked = peers.filter((peer) => room.options.against.includes(peer))
  const random = room.options.sizes.flatMap((cards) => {
    const graph = makeGraph('random', cards, room.options.seed)
    return [
      ours(room, graph, 'flag', 'mikado run'),
      ...(cards === first
        ? [
            ours(room, graph, 'file', 'mikado run, a file each'),
            ours(room, graph, 'none', 'mikado run, found true'),
            least(room, graph),
          ]
        : []),
      ...asked.map((peer) =>
        peer === 'turbo' && cards > mostForTurbo
          ? { name: peer, cards, why: 'not tried: it starts npm for each' }
          : room.peer(peer, graph, nothing, jobs),
      ),
    ]
  })
  const shaped = shapes.flatMap((shape): (Contender | Absent)[] => {
    const graph = makeGraph(shape, first, room.options.seed)
    const ninja = room.peer('ninja', graph, nothing, jobs)
    return [ours(room, graph, 'flag', `mikado run, ${shape}`), { ...ninja, name: `ninja, ${shape}` }]
  })
  const results = await room.measure([...random, ...shaped])
  const against = (peer: string, limit: number | null = null) =>
    ratio(results, ['mikado run', first], [peer, first], limit)
  return {
    ...rowsOf(results),
    verdicts: [
      against('ninja', first === 1000 ? 1 : null),
      ratio(results, [leastName, first], ['ninja', first], null),
      ratio(results, ['mikado run', first], [leastName, first], null),
      ...more.map((cards) => ratio(results, ['mikado run', cards], ['mikado run', first], (1.1 * cards) / first)),
      ...asked.filter((peer) => peer !== 'ninja').map((peer) => against(peer)),
      ...shapes.map((shape) => ratio(results, [`mikado run, ${shape}`, first], [`ninja, ${shape}`, first], null)),
    ],
    notes: [`${jobs} jobs each, \`just\` one after the other (\`[parallel]\` takes it as long). ${room.versions()}.`],
    data: results,
  }
})

/** What all that a run promises for a card costs in Node when nothing else is done. */
function least(room: Room, graph: Graph): Contender {
  const place = room.folder('least')
  const documents = new Documents(place, graph)
  documents.addTasks('flag')
  return {
    name: leastName,
    cards: graph.cards.length,
    argv: [process.execPath, join(root, 'bench/lib/least.ts'), place],
    cwd: place,
    before: () => documents.activate(),
    wrong: () => documents.unmarked(),
  }
}

function ours(room: Room, graph: Graph, work: Work & string, name: string): Contender {
  const cards = graph.cards.length
  const place = room.folder(`mikado-${graph.shape}-${work}-${cards}`)
  const documents = new Documents(place, graph)
  documents.addTasks(work)
  return {
    name,
    cards,
    ...room.mikado(place, 'run', graph.goal, '--jobs', String(jobs)),
    before: () => {
      documents.activate()
      documents.forgetRuns()
    },
    wrong: () => documents.unproved(work === 'none' ? 'found-true' : 'ran'),
  }
}
