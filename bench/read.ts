/** `node bench/read.ts`: what it costs to read and show 100 to 100,000 cards. With --write also the picture read.svg. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bench, type Room, root } from './lib/bench.ts'
import { Documents } from './lib/documents.ts'
import { median } from './lib/figures.ts'
import { makeGraph, type Shape } from './lib/graph.ts'
import { type Line, plot } from './lib/plot.ts'
import { memory, ratio, rowsOf } from './lib/report.ts'
import { type Absent, type Contender, figuresOf, type Result } from './lib/rounds.ts'

const sizes = [100, 1000, 10_000, 100_000]
const otherShapes = [
  ['wide', 10_000],
  ['deep', 10_000],
  ['ladder', 10_000],
  ['deep', 100_000],
] as const
/** docs-mikado takes hours to show more. */
const mostShown = 10_000
/** Twice as many files are enough. */
const mostWithTasks = 10_000

await bench('read', { sizes, rounds: 5, against: ['ninja', 'docs-mikado'] }, async (room) => {
  const random = room.options.sizes.flatMap((cards) => contenders(room, cards))
  const shaped = otherShapes
    .filter(([, cards]) => room.options.sizes.includes(cards))
    .flatMap(([shape, cards]) => shapeContenders(room, shape, cards))
  const results = await room.measure([...random, ...shaped])
  if (room.options.write) writeFileSync(join(root, 'bench/read.svg'), picture(results))
  return {
    ...rowsOf(results),
    verdicts: [
      ratio(results, ['mikado list, cold', 10_000], ['docs-mikado', 10_000], 0.1),
      ratio(results, ['mikado lint, cold', 10_000], ['docs-mikado', 10_000], 0.1),
      ratio(results, ['mikado list', 10_000], ['ninja -n', 10_000], 2),
      ratio(results, ['mikado lint', 10_000], ['ninja -n', 10_000], 2),
      ratio(results, ['mikado lint, with tasks', 10_000], ['ninja -n', 10_000], 2),
      ratio(results, ['mikado show goal', 10_000], ['docs-mikado goal', 10_000], 0.005),
      ...['list, cold', 'lint, cold', 'list', 'lint', 'show goal'].flatMap((words) => [
        ratio(results, [`mikado ${words}`, 100_000], [`mikado ${words}`, 10_000], 12),
        memory(results, [`mikado ${words}`, 100_000], 400),
      ]),
    ],
    notes: [
      'cold: the answer that an earlier command kept is deleted; the files are in the memory of the system. "with tasks": there is also a',
      'TypeScript module for each card, which `lint` loads and asks. Random graphs, but for those rows that name their shape.',
      `${room.versions()}.`,
    ],
    data: results,
  }
})

function contenders(room: Room, cards: number): (Contender | Absent)[] {
  const graph = makeGraph('random', cards, room.options.seed)
  const place = room.folder(`random-${cards}`)
  new Documents(place, graph)
  // In a place of its own: what is deleted there is what the others are warm by.
  const cold = new Documents(room.folder(`cold-${cards}`), graph)
  const own = (...words: string[]) => ({ name: `mikado ${words.join(' ')}`, cards, ...room.mikado(place, ...words) })
  const shell = (name: string, line: string): Contender => ({ name, cards, argv: ['sh', '-c', line], cwd: place })
  const ninja = room.peer('ninja', graph, () => 'true', 2)
  return [
    ...['list', 'lint'].map((word) => {
      const before = () => cold.forgetRuns()
      return { name: `mikado ${word}, cold`, cards, ...room.mikado(cold.root, word), before }
    }),
    own('list'),
    own('lint'),
    own('show', 'goal'),
    'why' in ninja ? ninja : { ...ninja, name: 'ninja -n', argv: [...ninja.argv, '-n'] },
    room.docsMikado(place, cards),
    cards > mostShown && room.options.against.includes('docs-mikado')
      ? { name: 'docs-mikado goal', cards, why: 'not tried: it would take hours' }
      : room.docsMikado(place, cards, 'goal'),
    shell('cat all documents', 'find docs -type f -exec cat {} +'),
    shell('stat all documents', 'find docs -type f -size +0'),
    ...(cards > mostWithTasks ? [] : [lintTasks(room, cards)]),
  ]
}

/** Where there are tasks, lint loads each and asks which lines it proves. */
function lintTasks(room: Room, cards: number): Contender {
  const place = room.folder(`tasks-${cards}`)
  new Documents(place, makeGraph('random', cards, room.options.seed)).addTasks('file')
  return { name: 'mikado lint, with tasks', cards, ...room.mikado(place, 'lint') }
}

/** The same documents with edges of other shapes. */
function shapeContenders(room: Room, shape: Shape, cards: number): Contender[] {
  const place = room.folder(`${shape}-${cards}`)
  new Documents(place, makeGraph(shape, cards, room.options.seed))
  const own = (...words: string[]) => ({ cards, ...room.mikado(place, ...words) })
  return [
    { ...own('list'), name: `mikado list, ${shape}` },
    { ...own('show', 'goal'), name: `mikado show goal, ${shape}` },
  ]
}

function picture(results: readonly Result[]): string {
  const drawn: [name: string, label: string, kind: Line['kind']][] = [
    ['mikado list, cold', 'mikado list, cold', 'own'],
    ['mikado list', 'mikado list', 'own'],
    ['mikado show goal', 'mikado show', 'own'],
    ['docs-mikado', 'docs-mikado', 'peer'],
    ['docs-mikado goal', 'docs-mikado GOAL', 'peer'],
    ['ninja -n', 'ninja -n', 'peer'],
    ['cat all documents', 'cat', 'floor'],
  ]
  const lines = drawn.map(([name, label, kind]) => ({
    label,
    kind,
    points: results
      .filter((result) => result.name === name && figuresOf(result, 'seconds').length > 0)
      .map((result) => [result.cards, median(figuresOf(result, 'seconds'))] as const),
  }))
  return plot({ title: 'Seconds to read and show cards', x: 'cards', y: 'seconds', lines })
}
