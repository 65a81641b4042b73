/**
 * `node bench/main-job.ts`: where the seconds of the main job go. Works the chain of harden-zot-registry in a copy of this repository, on a sandbox
 * of its own, and reads the times off the journal. Ansible is timed apart, by a program in its place that calls it.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bench, type Room, root, say } from './lib/bench.ts'
import { type JournalLine, parseJournal } from './lib/documents.ts'
import { type CardTimes, type Span, timesOf } from './lib/intervals.ts'
import type { Program } from './lib/stopwatch.ts'

const goal = 'harden-zot-registry'
const slowest = 15

await bench('main-job', { sizes: [], rounds: 1, against: [] }, async (room) => {
  const copy = room.folder('copy')
  copyRepository(copy)
  say('setting the copy up')
  const setup = await room.stopwatch.time({ argv: ['sh', 'scripts/setup.sh'], cwd: copy }, room.options.limit)
  if (setup.code !== 0) throw new Error(`scripts/setup.sh: ${room.stopwatch.said()}`)
  const ansible = timeAnsible(copy)
  say('working the chain')
  try {
    return await work(room, copy, setup.seconds, ansible)
  } finally {
    spawnSync(process.execPath, ['tasks/zot/sandbox/main.ts', 'stop'], { cwd: copy, stdio: 'ignore' })
  }
})

async function work(room: Room, copy: string, setup: number, ansible: () => Span[]) {
  const mikado = (...words: string[]): Program => ({
    argv: [join(copy, 'node_modules/.bin/node'), 'scripts/mikado.mjs', ...words],
    cwd: copy,
  })
  const began = Date.now()
  const first = await room.stopwatch.time(mikado('run', goal), room.options.limit)
  if (first.code !== 0) throw new Error(`the main job ended with ${first.code}:\n${room.stopwatch.said()}`)
  const journal = parseJournal(readFileSync(join(copy, '.mikado/journal.jsonl'), 'utf8'))
  const again = await room.stopwatch.time(mikado('run', goal), room.options.limit)
  const verify = await room.stopwatch.time(mikado('verify', goal), room.options.limit)

  const spans = ansible()
  const cards = timesOf(journal, spans)
  const started = at(journal, 'run-started') - began
  const cell = (ms: number) => (ms < 5 ? '' : `${(ms / 1000).toFixed(2)} s`)
  const row = (name: string, { before, ansible, work, after, mark }: Omit<CardTimes, 'card' | 'parts'>) => [
    name,
    ...[before, ansible, work, after, mark, before + ansible + work + after + mark].map(cell),
  ]
  const all = spans.reduce((sum, { from, to }) => sum + to - from, 0)
  const parts = cards.flatMap(({ card, parts }) => parts.map((part) => ({ card, ...part })))
  parts.sort((a, b) => b.ms - a.ms)
  return {
    columns: ['card', 'start, asked first', 'Ansible', 'other work, first answer', 'asked again', 'marked', 'in all'],
    rows: cards.map(({ card, ...times }) => row(card, times)),
    verdicts: [],
    notes: [
      `The whole: ${first.seconds.toFixed(1)} s, of which ${cell(all)} are Ansible's (${spans.length} calls) and ${cell(started)} go by before the first card starts.`,
      `Again, with all complete: ${again.seconds.toFixed(2)} s. \`verify\`: ${verify.seconds.toFixed(1)} s. Setting up a fresh clone: ${setup.toFixed(1)} s.`,
      'Two cards run side by side, so that the rows add up to more than the whole; Ansible is one at a time, and waiting for the other counts as its.',
      '',
      'What took longest:',
      '',
      ...parts.slice(0, slowest).map(({ card, what, ms }) => `- ${cell(ms)} ${card}: ${what}`),
      '',
    ],
    data: { first: first.seconds, again: again.seconds, verify: verify.seconds, setup, cards, ansible: spans },
  }
}

/** What git knows or would add. */
function copyRepository(to: string): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  for (const name of listed.split('\0').filter(Boolean)) {
    if (!existsSync(join(root, name))) continue
    mkdirSync(dirname(join(to, name)), { recursive: true })
    cpSync(join(root, name), join(to, name), { verbatimSymlinks: true })
  }
}

/** Puts a program in Ansible's place that notes when it is called and when it has ended. Answers what reads the notes. */
function timeAnsible(copy: string): () => Span[] {
  const program = join(copy, '.venv/bin/ansible-playbook')
  const notes = join(copy, '.mikado/ansible-times')
  renameSync(program, `${program}-itself`)
  writeFileSync(
    program,
    `#!${join(copy, '.venv/bin/python')}
import os, sys, time
began = time.time()
code = os.spawnv(os.P_WAIT, ${JSON.stringify(`${program}-itself`)}, sys.argv)
with open(${JSON.stringify(notes)}, "a") as notes:
    notes.write(f"{began * 1000:.0f} {time.time() * 1000:.0f}\\n")
sys.exit(code)
`,
  )
  chmodSync(program, 0o755)
  return () => {
    const lines = existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []
    return lines.map((line) => {
      const [from = 0, to = 0] = line.split(' ').map(Number)
      return { from, to }
    })
  }
}

function at(journal: readonly JournalLine[], event: string): number {
  return Date.parse(journal.find((line) => line.event === event)?.time ?? '')
}
