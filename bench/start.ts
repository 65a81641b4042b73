/** `node bench/start.ts`: what it costs to start, beside an empty Node and docs-mikado. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bench } from './lib/bench.ts'
import { Documents } from './lib/documents.ts'
import { makeGraph } from './lib/graph.ts'
import { ratio, rowsOf } from './lib/report.ts'

await bench('start', { sizes: [100], rounds: 21, against: ['docs-mikado'] }, async (room) => {
  const [cards = 100] = room.options.sizes
  const root = room.folder('start')
  const documents = new Documents(root, makeGraph('random', cards, room.options.seed))
  documents.addTasks('file')
  writeFileSync(join(root, 'empty.mjs'), '')

  const cold = () => documents.forgetRuns()
  const uncompiled = join(root, 'compiled')
  const first = { ...room.mikado(root, 'list'), env: { XDG_CACHE_HOME: uncompiled } }
  const forgetAll = () => {
    cold()
    rmSync(uncompiled, { recursive: true, force: true })
  }
  const results = await room.measure([
    { name: 'empty Node', cards, argv: [process.execPath, 'empty.mjs'], cwd: root },
    { name: 'mikado --version', cards, ...room.mikado(root, '--version') },
    { name: 'mikado list, the first ever', cards, ...first, before: forgetAll },
    { name: 'mikado list, cold', cards, ...room.mikado(root, 'list'), before: cold },
    { name: 'mikado list', cards, ...room.mikado(root, 'list') },
    { name: 'mikado show', cards, ...room.mikado(root, 'show', 'goal') },
    room.docsMikado(root, cards),
  ])
  return {
    ...rowsOf(results),
    verdicts: [
      ratio(results, ['mikado list', cards], ['docs-mikado', cards], 0.35),
      ratio(results, ['mikado list', cards], ['empty Node', cards], 2.5),
      ratio(results, ['mikado list, cold', cards], ['empty Node', cards], null),
      ratio(results, ['mikado --version', cards], ['empty Node', cards], null),
    ],
    notes: [
      'The first ever: Node compiles each file, as after an update. cold: what an earlier command kept is deleted.',
      `${room.versions()}.`,
    ],
    data: results,
  }
})
