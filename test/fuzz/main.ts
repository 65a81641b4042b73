/**
 * `npm run test:fuzz [-- --cards N --seed S --jobs N]`: documents nobody would write, by the million, and whether every promise
 * about them holds. `--replay SEED:INDEX` shows one folder of them again, and what is wrong with it.
 */
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Failure, folderAt, judge, noTally, type Tally } from './batch.ts'
import { literal } from './documents.ts'
import { Thread } from './thread.ts'

const help = `npm run test:fuzz -- [options]

Makes folders of hostile documents and looks whether every promise about them holds. Exit code 1 and the folder at the first
that does not.

  --cards N            how many documents (default 1000000, a quarter of an hour)
  --seed S             of what they are (default: random, and told)
  --jobs N             threads (default: one for each core)
  --replay SEED:INDEX  shows one folder again, and what is wrong with it
  --help               this
`

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(randomInt(2 ** 30)) },
    jobs: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const [cards, seed, jobs] = [values.cards, values.seed, values.jobs].map(Number) as [number, number, number]
if (values.help) console.log(help.trimEnd())
else if (!(cards > 0 && Number.isInteger(seed) && jobs >= 1)) throw new Error(`numbers are wanted\n${help}`)
else if (values.replay === undefined) process.exitCode = await fuzz(cards, seed, jobs)
else replay(values.replay)

async function fuzz(cards: number, seed: number, jobs: number): Promise<number> {
  console.log(`seed ${seed}, ${jobs} at once`)
  const began = performance.now()
  const total: Tally = { ...noTally }
  let failure: Failure | null = null
  let next = seed
  const work = async () => {
    const thread = new Thread()
    while (total.cards < cards && failure === null) {
      const done = await thread.run(next++)
      failure ??= done.failure
      for (const name of ['folders', 'cards', 'sound', 'active', 'edits'] as const) total[name] += done.tally[name]
      if (done.tally.slowest.ms > total.slowest.ms) total.slowest = done.tally.slowest
    }
    await thread.end()
  }
  await Promise.all(Array.from({ length: jobs }, work))
  const seconds = (performance.now() - began) / 1000
  const { place, ms } = total.slowest
  console.log(
    `${total.cards} cards in ${total.folders} folders, ${next - seed} batches from seed ${seed}: ${total.sound} sound, ${total.active} of them active, ${total.edits} edits made`,
  )
  console.log(
    `${Math.round(total.cards / seconds)} cards a second, ${Math.round(seconds)} s; slowest ${ms.toFixed(1)} ms a card (${place}); peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  )
  if (failure === null) return 0
  tell(failure)
  return 1
}

function tell({ place, promise, folder }: Failure): void {
  console.log(`\nBROKEN ${promise}\n`)
  for (const [path, text] of Object.entries(folder)) console.log(`${literal(path)}: ${literal(text)}`)
  console.log(`\nnode test/fuzz/main.ts --replay ${place}`)
}

/** Shows a folder as it was made, and judges it here, where a debugger can look. */
function replay(place: string): void {
  const [seed = Number.NaN, index = Number.NaN] = place.split(':').map(Number)
  const folder = folderAt(seed, index)
  for (const [path, text] of Object.entries(folder)) console.log(`${literal(path)}: ${literal(text)}`)
  judge(folder)
  console.log('every promise holds')
}
