/** A number of folders from one seed, each looked at with every oracle. */
import fc from 'fast-check'
import { hostileFolder } from './documents.ts'
import { type Edits, edits, judgeCard, must } from './oracle-card.ts'
import { type Calls, calls, judgeFolder } from './oracle-folder.ts'

export interface Batch {
  seed: number
  /** How many folders. */
  runs: number
  /** Milliseconds of the processor that one document may take; Infinity: however many. */
  limit: number
  /** Called before each folder with its number. */
  begin: (index: number) => void
}

export interface Tally {
  folders: number
  cards: number
  /** Without trouble, and of those the active ones. */
  sound: number
  active: number
  /** Edits of sound cards that were made. */
  edits: number
  /** The folder that took longest, in milliseconds a document. */
  slowest: { place: string; ms: number }
}

export interface Failure {
  /** To see it again: `--replay`. */
  place: string
  promise: string
  folder: Record<string, string>
}

export const noTally: Tally = { folders: 0, cards: 0, sound: 0, active: 0, edits: 0, slowest: { place: '', ms: 0 } }

/** Judges the folders of a batch, until one fails: that one is made as small as it goes. */
export function runBatch(
  { seed, runs, limit, begin }: Batch,
  using: Edits & Calls = { ...edits, ...calls },
): { tally: Tally; failure: Failure | null } {
  const tally: Tally = { ...noTally, slowest: { ...noTally.slowest } }
  let failed = false
  const look = (folder: Record<string, string>) => {
    begin(tally.folders)
    const place = `${seed}:${tally.folders++}`
    const size = Object.keys(folder).length
    tally.cards += size
    let ms = timed(() => judge(folder, using, tally)) / size
    // A pause of the machine, or code that is not warm, is no finding: the quickest of a few counts.
    for (let again = 0; again < 3 && ms > tally.slowest.ms; again++)
      ms = Math.min(ms, timed(() => judge(folder, using)) / size)
    if (ms > tally.slowest.ms) tally.slowest = { place, ms }
    must(ms <= limit, `a small document takes ${limit} ms at most, not ${Math.round(ms)}`)
  }
  const property = fc.property(hostileFolder, (folder) => {
    // What comes after a failure are smaller ones of the same kind.
    if (failed) return judge(folder, using)
    failed = true
    look(folder)
    failed = false
  })
  const found = fc.check(property, { seed, numRuns: runs })
  if (!found.failed) return { tally, failure: null }
  const [folder = {}] = found.counterexample ?? []
  const index = found.counterexamplePath?.split(':')[0]
  const error = found.errorInstance
  return {
    tally,
    failure: {
      place: `${seed}:${index}`,
      promise: error instanceof Error ? (error.stack ?? error.message) : String(error),
      folder,
    },
  }
}

/** The folder of that number in the batch, as it was made. */
export function folderAt(seed: number, index: number): Record<string, string> {
  const [folder = {}] = fc.sample(hostileFolder, { seed, path: String(index), numRuns: 1 })
  return folder
}

/** @throws whatever an oracle finds. */
export function judge(
  folder: Record<string, string>,
  using: Edits & Calls = { ...edits, ...calls },
  tally: Tally = { ...noTally },
): void {
  for (const [path, text] of Object.entries(folder)) {
    const { card, made } = judgeCard(path, text, using)
    if (!card.sound) continue
    tally.sound++
    if (card.status === 'active') tally.active++
    tally.edits += Object.values(made).filter(Boolean).length
  }
  judgeFolder(folder, using)
}

function timed(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
