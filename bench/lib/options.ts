/** The words that every table takes. */
import { parseArgs } from 'node:util'
import { type PeerName, peerNames } from './peers.ts'
import type { Pace } from './rounds.ts'

export interface Options extends Pace {
  sizes: number[]
  seed: number
  /** The peers to measure beside ours. */
  against: PeerName[]
  /** Where peers and repositories are made; git-ignored. */
  folder: string
  /** The command line that is measured. */
  program: string
  /** An earlier one, for the table that compares with it. */
  before: string | null
  write: boolean
  json: boolean
  busy: boolean
}

export interface Defaults {
  sizes: number[]
  rounds: number
  against: readonly PeerName[]
  /** Seconds, where most takes longer than 20 and one run tells too little. */
  patience?: number
}

export class WrongWords extends Error {}

const usage = `options:
  --sizes N,N       cards of the graphs
  --rounds N        rounds that count; every round runs all, one after the other
  --warmups N       rounds before them (1)
  --limit SECONDS   what takes longer is ended (300)
  --patience SECONDS  what takes longer is run once (20, over an engine 60)
  --against P,P     the peers: ${peerNames.join(', ')}, or none
  --seed N          of the graphs (7)
  --program FILE    the command line to measure (scripts/mikado.mjs)
  --before FILE     an earlier command line (bench/before.ts)
  --folder DIR      for peers and repositories (.mikado/bench); on the disk that is to be measured
  --write           put the table into bench/README.md
  --json            print the figures as JSON
  --busy            measure although others use the machine; the table says how much`

export function readOptions(args: string[], defaults: Defaults, root: string): Options {
  const values = parse(args)
  if (values.help) throw new WrongWords(usage)
  const number = (name: 'rounds' | 'warmups' | 'limit' | 'patience' | 'seed', otherwise: number) => {
    const value = values[name] === undefined ? otherwise : Number(values[name])
    if (!(value >= 0)) throw new WrongWords(`--${name}: not a number\n${usage}`)
    return value
  }
  const sizes = values.sizes?.split(',').map(Number) ?? defaults.sizes
  if (!sizes.every((size) => Number.isInteger(size) && size > 1)) throw new WrongWords(`--sizes: not numbers\n${usage}`)
  const named = values.against === 'none' ? [] : (values.against?.split(',') ?? defaults.against)
  const against = named.map((name) => {
    const known = peerNames.find((peer) => peer === name)
    if (!known) throw new WrongWords(`--against ${name}: no such peer\n${usage}`)
    return known
  })
  return {
    sizes,
    against,
    rounds: number('rounds', defaults.rounds),
    warmups: number('warmups', 1),
    limit: number('limit', 300),
    patience: number('patience', defaults.patience ?? 20),
    seed: number('seed', 7),
    folder: values.folder ?? `${root}/.mikado/bench`,
    program: values.program ?? `${root}/scripts/mikado.mjs`,
    before: values.before ?? null,
    write: values.write ?? false,
    json: values.json ?? false,
    busy: values.busy ?? false,
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      options: {
        sizes: text,
        rounds: text,
        warmups: text,
        limit: text,
        patience: text,
        against: text,
        seed: text,
        program: text,
        before: text,
        folder: text,
        write: flag,
        json: flag,
        busy: flag,
        help: { ...flag, short: 'h' },
      },
    }).values
  } catch (error) {
    throw new WrongWords(`${(error as Error).message}\n${usage}`)
  }
}
