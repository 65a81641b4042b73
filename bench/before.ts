/** `node bench/before.ts --before FILE`: an earlier command line, of another work tree for instance, beside this one. */
import { bench, type Room } from './lib/bench.ts'
import { Documents } from './lib/documents.ts'
import { makeGraph } from './lib/graph.ts'
import { WrongWords } from './lib/options.ts'
import { ratio, rowsOf } from './lib/report.ts'
import type { Contender } from './lib/rounds.ts'

const reading = [['list'], ['lint'], ['show', 'goal'], ['plan', 'goal']] as const
/** Few: a card once took a fifth of a second. */
const cardsToRun = 100

await bench('before', { sizes: [100, 10_000], rounds: 5, against: [] }, async (room) => {
  const { before, program } = room.options
  if (before === null) throw new WrongWords('--before names no command line')
  const [then, now] = [contenders(room, 'before', before), contenders(room, 'now', program)]
  const results = await room.measure(then.flatMap((one, at) => [one, now[at] ?? one]))
  return {
    ...rowsOf(results),
    verdicts: then.map(({ name, cards }, at) => ratio(results, [now[at]?.name ?? '', cards], [name, cards], null)),
    notes: ['Each has repositories of its own to keep things in.'],
    data: results,
  }
})

function contenders(room: Room, when: string, program: string): Contender[] {
  const repository = (name: string, cards: number) => {
    const documents = new Documents(
      room.folder(`${when}-${name}-${cards}`),
      makeGraph('random', cards, room.options.seed),
    )
    documents.addTasks('file')
    return documents
  }
  const call = ({ root, graph }: Documents, ...words: string[]): Contender => {
    const { argv, ...rest } = room.mikado(root, ...words)
    return {
      name: `${words.join(' ')}, ${when}`,
      cards: graph.cards.length,
      argv: [argv[0], program, ...words],
      ...rest,
    }
  }
  const read = room.options.sizes.flatMap((cards) => {
    const documents = repository('read', cards)
    return reading.map((words) => call(documents, ...words))
  })
  const worked = repository('run', cardsToRun)
  const activate = () => {
    worked.activate()
    worked.forgetRuns()
  }
  return [...read, { ...call(worked, 'run', 'goal'), before: activate, wrong: () => worked.unproved('ran') }]
}
