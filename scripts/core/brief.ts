/** A card's brief: what has to be known to work it in one go, and no more than can be read in one go. */
import { type Attempt, lastAttempt, type Said } from './attempt.ts'
import { clip, fitting, oneLine } from './bounded.ts'
import { bodyOf, checksOf, goalsOf, requirements } from './brief-parts.ts'
import type { Card } from './card.ts'
import type { Stamped } from './event.ts'
import type { CardGraph } from './graph.ts'
import type { CardHistory, Proof } from './history.ts'
import { nextSteps, type Step } from './next-steps.ts'
import { typed } from './plain.ts'
import type { TaskKind } from './protocol.ts'

/** All that a brief is made of, as it was read. */
export interface Material {
  graph: CardGraph
  id: string
  /** The whole document. */
  text: string
  /** Its script; null: none. A string says why it cannot be used. */
  task: { path: string; kind: TaskKind } | string | null
  events: readonly Stamped[]
  /** What the journal says about each card. */
  histories: ReadonlyMap<string, CardHistory>
  /** The present settings, as recorded beside each proof. */
  target: string
  /** The last lines that the last try printed, and how many came before. */
  printed: { lines: readonly string[]; before: number }
  running: Running | null
}

/** The run that holds the lock. */
export interface Running {
  what: string
  pid: number
  host: string
  since: string
}

export interface Requirement {
  id: string
  state: 'complete' | 'active' | 'missing' | 'unsound'
  /** `here`: against the present target. Null: not proved in this repository. */
  proof: (Omit<Proof, 'target' | 'run'> & { here: boolean }) | null
}

/** Something that is not in the brief, and where to read it. */
export interface Cut {
  what: 'goals' | 'text' | 'requires' | 'needs' | 'checks' | 'waiting' | 'output'
  count: number
  where: string
}

export interface Brief {
  id: string
  title: string
  path: string
  status: Card['status']
  sound: boolean
  ready: boolean
  /** Active goals that need this card; `way` leads from the goal to it, `… 3 more` stands for those left out. */
  goals: { id: string; way: string[] }[]
  /** The document without its frontmatter and the lines of its checklist. */
  text: string[]
  requires: Requirement[]
  task: { path: string; kind: TaskKind } | null
  /** Why its task cannot be used. */
  taskFault: string | null
  timeoutMs: number | null
  retries: number
  confirm: string | null
  needs: string[]
  checks: { text: string; checked: boolean; said: Said | null }[]
  /** The last try, when it did not complete the card; `output` is the end of what it printed, masked. */
  last: (Attempt & { output: string[] }) | null
  running: Running | null
  next: Step[]
  cuts: Cut[]
}

/** The least room that the card's own text gets before the rest is cut. */
const leastText = 1200

/** A brief of at most `limit` characters, as `measure` counts them; the card's own text gets all that the rest leaves. */
export function briefWithin(material: Material, limit: number, measure: (brief: Brief) => number): Brief {
  for (const share of [1, 0.5]) {
    const room = limit - measure(briefOf(material, share, 0))
    if (room >= leastText) return briefOf(material, share, room)
  }
  return briefOf(material, 0, Math.max(0, limit - measure(briefOf(material, 0, 0))))
}

/** `share`: how much of their usual room lists get. `textRoom`: characters for the card's own text. */
function briefOf(material: Material, share: number, textRoom: number): Brief {
  const { graph, id, task, events, running, printed } = material
  const card = graph.card(id)
  const { path, status, sound, timeoutMs, retries, confirm } = card
  const cuts: Cut[] = []
  const within = <T>(
    what: Cut['what'],
    entries: readonly T[],
    room: number,
    size: (entry: T) => number,
    where: string,
    leftBefore = 0,
  ) => {
    const { shown, left } = fitting(entries, room, size)
    if (left + leftBefore > 0) cuts.push({ what, count: left + leftBefore, where })
    return shown
  }
  const latest = printed.lines.map((line) => clip(line, 200)).toReversed()
  const sizeOf = (text: string) => text.length + 5
  const sizeOfCheck = ({ text, said }: Brief['checks'][number]) => text.length + (said?.detail?.length ?? 0) + 60
  const { ready, blockedBy } = graph.readiness(id)
  const last = lastAttempt(events, id)
  const script = typeof task === 'string' ? null : task
  return {
    id,
    title: oneLine(card.title, 120),
    path,
    status,
    sound,
    ready,
    goals: within('goals', goalsOf(graph, id), 500 * share, ({ way }) => way.join(' → ').length + 3, '`list`'),
    text: within('text', bodyOf(card, material.text), textRoom, sizeOf, path),
    requires: within(
      'requires',
      requirements(material),
      800 * share,
      (other) => other.id.length + 90,
      `\`why ${typed(id)}\``,
    ),
    task: script,
    taskFault: typeof task === 'string' ? oneLine(task, 300) : null,
    timeoutMs,
    retries,
    confirm: confirm === null ? null : oneLine(confirm, 200),
    needs: within('needs', each(card.needs, 60), 200, sizeOf, path),
    checks: within('checks', checksOf(card, events), 1700 * share, sizeOfCheck, path),
    last: last && {
      ...last,
      message: oneLine(last.message, 400),
      waiting: within('waiting', each(last.waiting, 200), 600 * share, sizeOf, path),
      output: within('output', latest, 1100 * share, sizeOf, `\`log ${typed(id)}\``, printed.before).toReversed(),
    },
    running: running && { ...running, what: oneLine(running.what, 100), host: oneLine(running.host, 60) },
    next: nextSteps({
      card,
      ready,
      works: script !== null && card.run !== 'manual',
      faults: graph.faults(id).length > 0,
      last,
      running: running !== null,
      readyBehind: blockedBy.length === 0 ? [] : readyBehind(graph, id),
    }),
    cuts,
  }
}

function each(texts: readonly string[], most: number): string[] {
  return texts.map((text) => oneLine(text, most))
}

/** Cards that can be worked now and that this one waits for. */
function readyBehind(graph: CardGraph, id: string): string[] {
  return graph.chain(id).filter((other) => other !== id && graph.readiness(other).ready)
}
