/**
 * `node bench/makespan.ts`: how close a run of sleeping tasks comes to the lower bound, before and after their durations are known.
 * `--rounds` is the number of graphs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { bench, type Room, say } from './lib/bench.ts'
import { Documents } from './lib/documents.ts'
import { seconds } from './lib/figures.ts'
import { type Graph, makeGraph, seeded } from './lib/graph.ts'
import { spanOf, timesOf } from './lib/intervals.ts'
import { prepare } from './lib/recipes.ts'
import type { Verdict } from './lib/report.ts'
import { type Duration, longestFirst, lowerBound } from './lib/schedule.ts'

/** Two at once: bound by the work. Sixteen: bound by the longest path. */
const jobsAtOnce = [2, 16]
const limit = 1.03

/** How long tasks sleep at most, in seconds; a tenth of it at least. */
const lengths = [1, 3]

interface Measured {
  longest: number
  cards: number
  seed: number
  jobs: number
  bound: number
  /** How many times as long as asked for a sleep takes on this machine. */
  late: number
  /** What the rule of the runner gives when nothing else costs time. */
  ideal: number
  first: number
  second: Run
  ninja: number | null
}

/** Seconds. */
interface Run {
  whole: number
  /** Before the first card began and after the last one ended. */
  outside: number
  /** Until a card's checks had answered first: its process and its module are in it. */
  opening: { mean: number; most: number }
}

await bench('makespan', { sizes: [100], rounds: 5, against: [] }, async (room) => {
  const { sizes, seed, rounds } = room.options
  const measured: Measured[] = []
  for (const cards of sizes) {
    for (const longest of lengths) {
      for (const jobs of jobsAtOnce) {
        for (let graph = 0; graph < rounds; graph++)
          measured.push(await measure(room, { cards, longest, seed: seed + graph, jobs }))
      }
    }
  }
  const worst = (longest: number, jobs: number, ratio: (one: Measured) => number) =>
    Math.max(...measured.filter((one) => one.longest === longest && one.jobs === jobs).map(ratio))
  return {
    columns: [
      'tasks sleep',
      'cards',
      'seed',
      'jobs',
      'lower bound',
      'longest first, in theory',
      'first run',
      'second run',
      'second ÷ bound',
      'a sleep ÷ asked for',
      'second ÷ bound, as slept',
      'start and end',
      'opening a card, the slowest',
      'ninja',
    ],
    rows: measured.map(rowOf),
    verdicts: lengths.flatMap((longest) =>
      jobsAtOnce.flatMap((jobs) => {
        const whose = `${sleepOf(longest)}, ${jobs} jobs, the worst graph`
        return [
          verdict(`second run ÷ lower bound, ${whose}`, worst(longest, jobs, asAsked)),
          verdict(`second run ÷ lower bound as slept, ${whose}`, worst(longest, jobs, asSlept)),
        ]
      }),
    ),
    notes: [
      'Random graphs. Times are of the whole process, its start included.',
      'Lower bound: the longest path, or all work divided by the jobs, whichever is longer.',
      'A sleep ÷ asked for: how late the timers of this machine are, in an empty Node while nothing else goes on, before each graph. Tasks sleep no less, whoever starts them: as slept, the bound is so much longer.',
      'Of the second run: what goes by before the first card begins and after the last has ended; how long a card needs, on average and at most, until its process has loaded its task and asked its check.',
    ],
    data: measured,
  }
})

type Kind = Pick<Measured, 'cards' | 'longest' | 'seed' | 'jobs'>

async function measure(room: Room, kind: Kind): Promise<Measured> {
  const { cards, longest, seed, jobs } = kind
  say(`${cards} cards that sleep ${sleepOf(longest)}, graph ${seed}, ${jobs} jobs`)
  const graph = makeGraph('random', cards, seed)
  const duration = durations(graph, seed, longest)
  const documents = new Documents(room.folder(`sleep-${cards}-${longest}-${seed}-${jobs}`), graph)
  documents.addTasks({ sleep: (card) => Math.round(1000 * duration(card)) })
  const run = async (): Promise<Run> => {
    documents.activate()
    const program = room.mikado(documents.root, 'run', graph.goal, '--jobs', String(jobs))
    const { seconds: whole, code } = await room.stopwatch.time(program, room.options.limit)
    const wrong = documents.unproved('ran')
    if (code !== 0 || wrong !== null) throw new Error(`graph ${seed}: exit ${code}; ${wrong}\n${room.stopwatch.said()}`)
    const journal = documents.lastRun()
    const { from, to } = spanOf(journal)
    const opening = timesOf(journal, []).map(({ before }) => before / 1000)
    const mean = opening.reduce((sum, time) => sum + time, 0) / opening.length
    return { whole, outside: whole - (to - from) / 1000, opening: { mean, most: Math.max(...opening) } }
  }
  const bound = lowerBound(graph, duration, jobs)
  const ideal = longestFirst(graph, duration, jobs)
  return {
    ...kind,
    bound,
    late: await lateness(),
    ideal,
    first: (await run()).whole,
    second: await run(),
    ninja: await ninja(room, graph, duration, jobs),
  }
}

function asAsked({ second, bound }: Measured): number {
  return second.whole / bound
}

function asSlept({ second, bound, late }: Measured): number {
  return second.whole / (bound * late)
}

function sleepOf(longest: number): string {
  return `${longest / 10} to ${longest} s`
}

function rowOf(one: Measured): string[] {
  const { longest, cards, seed, jobs, bound, late, ideal, first, second, ninja } = one
  return [
    sleepOf(longest),
    ...[cards, seed, jobs].map(String),
    ...[bound, ideal, first, second.whole].map((time) => `${time.toFixed(2)} s`),
    ...[asAsked(one), late, asSlept(one)].map((ratio) => ratio.toFixed(3)),
    seconds(second.outside),
    `${seconds(second.opening.mean)}, ${seconds(second.opening.most)}`,
    ninja === null ? '' : `${ninja.toFixed(2)} s`,
  ]
}

function verdict(what: string, figure: number): Verdict {
  return { what, figure: figure.toFixed(3), limit: `at most ${limit}`, holds: figure <= limit }
}

async function lateness(): Promise<number> {
  const asked = Array.from({ length: 10 }, (_, at) => 100 * (at + 1))
  const began = performance.now()
  for (const milliseconds of asked) await sleep(milliseconds)
  return (performance.now() - began) / asked.reduce((sum, each) => sum + each, 0)
}

async function ninja(room: Room, graph: Graph, duration: Duration, jobs: number): Promise<number | null> {
  if (!room.options.against.includes('ninja')) return null
  const peer = room.peers.get('ninja')
  if (typeof peer === 'string') return null
  const program = prepare(peer, room.folder('ninja'), graph, (card) => `sleep ${duration(card)}`, jobs)
  return (await room.stopwatch.time(program, room.options.limit)).seconds
}

/** Seconds. */
function durations(graph: Graph, seed: number, longest: number): Duration {
  const random = seeded(seed)
  const drawn = new Map(graph.cards.map(({ id }) => [id, Math.round(longest * (100 + 900 * random())) / 1000]))
  return ({ id }) => drawn.get(id) ?? 0
}
