/** `node bench/resume.ts`: what it costs to find that nothing is left to do. */
import { bench, say } from './lib/bench.ts'
import { Documents } from './lib/documents.ts'
import { makeGraph } from './lib/graph.ts'
import { ratio, rowsOf } from './lib/report.ts'

/** Seconds: the run that is resumed may take its time. */
const aDay = 86_400

await bench('resume', { sizes: [10_000], rounds: 11, against: ['ninja'] }, async (room) => {
  const [cards = 10_000] = room.options.sizes
  const graph = makeGraph('random', cards, room.options.seed)
  const root = room.folder('mikado')
  const documents = new Documents(root, graph)
  documents.addTasks('file')
  say('working all cards once')
  await room.stopwatch.time(room.mikado(root, 'run', graph.goal), aDay)
  const wrong = documents.unproved('ran')
  if (wrong !== null) throw new Error(`the run before the resumed one: ${wrong}`)

  // What ninja looks for are the files that its commands made.
  const ninja = room.peer('ninja', graph, ({ id }) => `touch ${id}`, 2)
  if (!('why' in ninja)) await room.stopwatch.time(ninja, room.options.limit)

  const results = await room.measure([{ name: 'mikado run', cards, ...room.mikado(root, 'run', graph.goal) }, ninja])
  return {
    ...rowsOf(results),
    verdicts: [ratio(results, ['mikado run', cards], ['ninja', cards], cards === 10_000 ? 3 : null)],
    notes: [`A run has just completed all of it. ${room.versions()}.`],
    data: results,
  }
})
