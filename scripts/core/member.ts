/** Who is there on an engine. */

/** What was refused, counted, as those who look at the workers see it. */
export interface Refused {
  jobs: number
  messages: number
  last: string | null
}

/** What a run or a worker says of itself. */
export interface Member {
  kind: 'run' | 'worker'
  name: string
  host: string
  pid: number
  /** Of a worker: what cards can name to come here. */
  labels: readonly string[]
  /** How many cards at once; a run offers, and has none. */
  slots: number
  /** It finishes what it has, and takes no more. */
  draining: boolean
  works: readonly { job: string; card: string; run: string }[]
  runner: string
  node: string
  /** What its checkout has checked out; null: git does not know. */
  commit: string | null
  since: string
  refused: Refused
  /** By its own clock. */
  time: string
}
