/** `npm run test:crash`: the real command line against SIGKILL, over random chains. See docs/reference/guarantees.md. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Attack } from './driver.ts'
import { seesProcesses } from './driver-program.ts'
import { Tally } from './driver-tally.ts'

const help = `npm run test:crash -- [options]

Works random chains with the real command line, kills it with SIGKILL at random moments, runs it again, and judges after
each kill what is on disk. Exit code 1 at the first thing that must not be, with the seed of its chain.

  --kills N   how many kills have to hit (default 1000)
  --seed S    of the first chain; the next ones count on from it (default: random, and told)
  --jobs N    chains at once (default 2)
  --keep      keep the repository of a failure
  --help      this
`
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    jobs: { type: 'string', default: '2' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const [kills, first, jobs] = [values.kills, values.seed, values.jobs].map(Number)
if (values.help) console.log(help.trimEnd())
else if (![kills, first, jobs].every(Number.isInteger)) throw new Error(`numbers are wanted\n${help}`)
else process.exitCode = (await attackAll(kills ?? 0, first ?? 0, jobs ?? 1)) ? 0 : 1

async function attackAll(kills: number, first: number, jobs: number): Promise<boolean> {
  const began = performance.now()
  const tally = new Tally()
  console.log(`seed ${first}, ${kills} kills wanted, ${jobs} chains at once`)
  if (!seesProcesses) console.log('the process table cannot be read here: nothing is said about orphans')
  let [next, failed] = [first, 0]
  const work = async () => {
    while (tally.kills < kills && failed === 0) if (!(await attackOne(next++, tally, kills))) failed++
  }
  const ticker = setInterval(
    () => console.log(`${seconds(began)} s: ${tally.kills} kills, ${tally.chains} chains`),
    30_000,
  )
  await Promise.all(Array.from({ length: jobs }, work))
  clearInterval(ticker)
  const { phases, victims, chains, cards, shared, calls, readers, longest } = tally
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')
  console.log(`${tally.kills} kills hit: ${list(phases)}; of ${list(victims)}`)
  console.log(`${chains} chains completed, ${cards} cards, ${calls} calls, ${readers} readers right after a kill`)
  console.log(`${shared} works in processes that served more than one card`)
  console.log(`seeds ${first} to ${next - 1}; the last process was gone ${Math.round(longest)} ms after its runner`)
  console.log(`${seconds(began)} s, ${failed} findings`)
  return failed === 0
}

/** One chain with a seed of its own. False: something was found, and told. */
async function attackOne(seed: number, tally: Tally, kills: number): Promise<boolean> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-crash-')))
  const attack = new Attack(seed, base, tally, () => tally.kills < kills)
  let found = false
  try {
    await attack.live()
  } catch (error) {
    found = true
    const { goal, cards } = attack.chain
    console.error(`\nFOUND with seed ${seed}: ${error instanceof Error ? error.stack : error}`)
    for (const { id, kind, requires } of cards) console.error(`  ${id} (${kind}) requires ${requires.join(', ')}`)
    console.error(`goal ${goal}; what was called:\n${attack.story.map((line) => `  ${line}`).join('\n')}`)
    console.error(values.keep ? `kept in ${base}` : 'say --keep to keep the repository')
    console.error(`again: npm run test:crash -- --seed ${seed} --jobs 1 --keep`)
  }
  if (!found || !values.keep) rmSync(base, { recursive: true, force: true, maxRetries: 10 })
  return !found
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 1000)
}
