/** `npm run test:soak`: a long chain, worked for minutes under everything that may befall it. See docs/reference/guarantees.md. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Row, Soak } from './soak.ts'

const help = `npm run test:soak -- [options]

Works a chain of many cards for some minutes, while tasks fail, runs and tasks are killed, and a person edits, commits and
switches branches; then works it to its end and compares. Exit code 1 when anything grew, was left or is not as it must be.

  --minutes N  how long it is disturbed (default 10)
  --cards N    in the chain (default 2000)
  --seed S     of what befalls it (default: random, and told)
  --help       this
`
const titles = [
  's',
  'round',
  'runs',
  'cards',
  'complete',
  'MB',
  'peak MB',
  'handles',
  'threads',
  'processes',
  'journal MB',
  'logs',
  'kills',
  'edits',
  'reads',
]

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    cards: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', default: false },
  },
})
const [minutes, cards, seed] = [values.minutes, values.cards, values.seed].map(Number) as [number, number, number]
if (values.help) console.log(help.trimEnd())
else if (!(minutes > 0 && cards > 1 && Number.isInteger(seed))) throw new Error(`numbers are wanted\n${help}`)
else process.exitCode = (await soak()) ? 0 : 1

async function soak(): Promise<boolean> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-soak-')))
  console.log(`seed ${seed}, ${cards} cards, disturbed for ${minutes} minutes`)
  const began = performance.now()
  const soaked = new Soak(base, { seconds: minutes * 60, cards, seed })
  try {
    console.log(lineOf(titles))
    await soaked.live((row) => console.log(lineOf(cellsOf(row))))
    return report(soaked, Math.round((performance.now() - began) / 1000))
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 10 })
  }
}

function cellsOf(row: Row): string[] {
  const {
    seconds,
    round,
    runs,
    cards,
    complete,
    memory,
    peak,
    handles,
    threads,
    processes,
    journal,
    logs,
    kills,
    edits,
    readers,
  } = row
  const megabytes = (journal / 1024 / 1024).toFixed(1)
  return [
    seconds,
    round,
    runs,
    cards,
    complete,
    memory,
    peak,
    handles,
    threads,
    processes,
    megabytes,
    logs,
    kills,
    edits,
    readers,
  ].map(String)
}

function lineOf(cells: readonly string[]): string {
  return cells.map((cell, at) => cell.padStart(Math.max(6, titles[at]?.length ?? 0))).join('  ')
}

function report({ findings, trends, count, person }: Soak, seconds: number): boolean {
  const deeds = [...person.deeds].map(([deed, times]) => `${times} ${deed}`).join(', ')
  console.log(
    `${count.runs} runs, ${count.cards} cards completed, ${count.runners} runs and ${count.tasks} tasks killed`,
  )
  console.log(`a person's deeds: ${deeds}`)
  console.log(`${count.readers} looks, each answered, the slowest in ${Math.round(count.slowest)} ms`)
  for (const { cards, samples, early, late, peak, slope, handles, threads } of trends) {
    const memory = `${early.toFixed(0)} → ${late.toFixed(0)} MB (peak ${peak.toFixed(0)}, ${slope.toFixed(1)} kB a card)`
    console.log(
      `a run of ${cards} cards, ${samples} samples: ${memory}, handles ${handles.join(' → ')}, threads ${threads.join(' → ')}`,
    )
  }
  for (const finding of findings.slice(0, 40)) console.log(`FOUND: ${finding}`)
  console.log(`seed ${seed}; ${seconds} s, ${findings.length} findings`)
  return findings.length === 0
}
