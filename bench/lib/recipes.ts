/** One graph in the language of each peer that runs things. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph, GraphCard } from './graph.ts'
import type { Peer, PeerName } from './peers.ts'
import type { Program } from './stopwatch.ts'

export type Runner = Exclude<PeerName, 'docs-mikado'>

interface Recipe {
  files: (graph: Graph, work: ShellWork) => Record<string, string>
  /** Words after those that start the peer. */
  words: (goal: string, jobs: number) => readonly string[]
}

/** The line of shell that does a card's work. */
export type ShellWork = (card: GraphCard) => string

export const nothing: ShellWork = () => 'true'

/** Lays the graph into a folder in the peer's language. Answers what runs it. */
export function prepare(peer: Peer, root: string, graph: Graph, work: ShellWork, jobs: number): Program {
  const recipe = recipes[peer.name as Runner]
  mkdirSync(root, { recursive: true })
  for (const [name, text] of Object.entries(recipe.files(graph, work))) writeFileSync(join(root, name), text)
  return { argv: [...peer.argv, ...recipe.words(graph.goal, jobs)], cwd: root, env: peer.env }
}

export const recipes: Record<Runner, Recipe> = {
  ninja: {
    files: ({ cards, goal }, work) => ({
      'build.ninja': [
        'rule card\n  command = $work\n  description = $out\n',
        ...cards.map((card) => `build ${card.id}: card ${card.requires.join(' ')}\n  work = ${work(card)}\n`),
        `default ${goal}\n`,
      ].join(''),
    }),
    words: (_, jobs) => ['-j', String(jobs)],
  },
  make: {
    files: ({ cards, goal }, work) => ({
      Makefile: [
        `.DEFAULT_GOAL := ${goal}\n.PHONY: ${cards.map(({ id }) => id).join(' ')}\n`,
        ...cards.map((card) => `${card.id}: ${card.requires.join(' ')}\n\t@${work(card)}\n`),
      ].join(''),
    }),
    words: (_, jobs) => ['-r', '-j', String(jobs)],
  },
  just: {
    // One after the other: with `[parallel]` it starts all that a recipe requires at once, however many.
    files: ({ cards }, work) => ({
      justfile: cards.map((card) => `${card.id}: ${card.requires.join(' ')}\n    @${work(card)}\n`).join('\n'),
    }),
    words: (goal) => [goal],
  },
  mise: {
    files: ({ cards }, work) => ({
      'mise.toml': cards
        .map((card) => `[tasks.${card.id}]\ndepends = ${JSON.stringify(card.requires)}\nrun = "${work(card)}"\n`)
        .join(''),
    }),
    words: (goal, jobs) => ['run', '--quiet', '--jobs', String(jobs), goal],
  },
  task: {
    files: ({ cards }, work) => ({
      'Taskfile.yml': [
        "version: '3'\nrun: once\nsilent: true\ntasks:\n",
        ...cards.map(
          (card) =>
            `  ${card.id}:\n    deps: ${JSON.stringify(card.requires)}\n    cmd: ${JSON.stringify(work(card))}\n`,
        ),
      ].join(''),
    }),
    words: (goal, jobs) => ['--concurrency', String(jobs), goal],
  },
  wireit: {
    files: ({ cards }, work) => ({
      'package.json': JSON.stringify({
        private: true,
        scripts: Object.fromEntries(cards.map(({ id }) => [id, 'wireit'])),
        wireit: Object.fromEntries(
          cards.map((card) => [card.id, { command: work(card), dependencies: card.requires }]),
        ),
      }),
    }),
    words: (goal) => [goal],
  },
  turbo: {
    files: ({ cards }, work) => ({
      'package.json': JSON.stringify({
        name: 'bench',
        private: true,
        packageManager: 'npm@11.0.0',
        scripts: Object.fromEntries(cards.map((card) => [card.id, work(card)])),
      }),
      'package-lock.json': JSON.stringify({ name: 'bench', lockfileVersion: 3, packages: { '': { name: 'bench' } } }),
      'turbo.json': JSON.stringify({
        tasks: Object.fromEntries(cards.map(({ id, requires }) => [id, { dependsOn: requires, cache: false }])),
      }),
    }),
    words: (goal, jobs) => [goal, '--concurrency', String(jobs)],
  },
}
