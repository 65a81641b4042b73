/** What must hold after every call, killed or not. It judges by the documents, the tasks' own records and the journal as text. */
import { isDeepStrictEqual } from 'node:util'
import type { Chain, Planted } from './driver-chain.ts'
import type { Ended } from './driver-program.ts'
import { type Deed, type Event, Finding, type Sight } from './driver-sight.ts'

/** A call, with what was seen before and after it. */
export interface Call {
  ended: Ended
  before: Sight
  after: Sight
  /** What the journal got by it. */
  events: readonly Event[]
  /** Cards that were to be done again, whatever their checks say. */
  forced: ReadonlySet<string>
  /** Nothing of an earlier call was still at work when it began. */
  alone: boolean
}

/** What has been going on around the runner. */
export interface Knowledge {
  /** Cards for which a person's word was given since they were active last. */
  words: ReadonlySet<string>
  /** Cards whose truth was taken away behind the runner's back. */
  drifted: ReadonlySet<string>
}

/** @throws Finding at the first thing that must not be. */
export function judge(chain: Chain, call: Call, known: Knowledge): void {
  for (const card of chain.cards) {
    judgeStatus(card, call, known)
    judgeJournal(card, call)
  }
  judgeOrder(chain, call)
  const { ended, events } = call
  const [verb] = ended.args
  if (ended.hit !== null && ended.hit !== 'task') return
  if (verb === 'run' || verb === 'resume') {
    const told = ended.stdout.split('\n').filter((line) => line !== '')
    const important = told.map((line) => JSON.parse(line) as Event).filter(({ event }) => event !== 'output')
    if (!isDeepStrictEqual(important, events)) throw new Finding('it told other events than the journal has')
    const last = events.at(-1)
    if (events.length > 0 && (last?.event !== 'run-ended' || last.exitCode !== ended.code))
      throw new Finding(`it ended with ${ended.code}, and the journal ends with ${JSON.stringify(last)}`)
  }
}

/** A card is complete only when all of it is true, and became so only by a call that saw it. */
function judgeStatus({ id, kind, byWord, requires }: Planted, call: Call, known: Knowledge): void {
  const { before, after, ended } = call
  if (!after.complete.has(id)) return
  if (kind !== 'hand' && !after.truths.has(id) && !known.drifted.has(id))
    throw new Finding(`${id} is complete and not true`)
  if (byWord.length > 0 && !known.words.has(id)) throw new Finding(`${id} is complete without a person's word`)
  if (before.complete.has(id)) return
  const open = requires.find((other) => !after.complete.has(other))
  if (open !== undefined) throw new Finding(`${id} was completed while ${open}, which it requires, is active`)
  if (!['run', 'resume', 'close'].includes(ended.args[0] ?? ''))
    throw new Finding(`${id} was completed by ${ended.args[0]}`)
}

/** The journal knows of the work before it begins and of the checks before the mark; what it says was done, was done. */
function judgeJournal({ id, kind, work, byWord }: Planted, { before, after, events, ended }: Call): void {
  const mine = events.filter((event) => event.card === id)
  const turned = after.complete.has(id) && !before.complete.has(id)
  if (turned && kind === 'module') {
    const unseen = work.checks.find(
      (key) => !mine.some(({ event, check }) => event === 'check-passed' && check === key),
    )
    if (unseen !== undefined) throw new Finding(`${id} was completed without "${unseen}" in the journal`)
  }
  if (turned && ended.args[0] !== 'close' && byWord.length > 0) throw new Finding(`${id} was completed by no word`)
  const last = mine.findLast(({ event }) => event === 'card-completed' || event === 'card-reopened')
  if (last?.event === 'card-completed' && !after.complete.has(id))
    throw new Finding(`the journal says that ${id} was completed, and it is active`)
  if (turned && ended.hit === null && last?.event !== 'card-completed')
    throw new Finding(`${id} was completed, and the journal does not say so`)
}

/** What is complete requires only what is complete, but for a card that a run itself has opened again. */
function judgeOrder(chain: Chain, { before, after, events, ended }: Call): void {
  for (const { id, requires } of chain.cards) {
    if (!after.complete.has(id)) continue
    for (const other of requires) {
      if (after.complete.has(other) || !before.complete.has(other)) continue
      const byRun = ended.args[0] === 'run' || ended.args[0] === 'resume'
      const opened = events.some(({ event, card }) => event === 'card-reopened' && card === other)
      // Killed between the document and the journal: the card had been started by then.
      const started = ended.hit !== null && events.some(({ event, card }) => event === 'card-started' && card === other)
      if (byRun && (opened || started)) continue
      throw new Finding(`${other} became active while ${id}, which requires it, is complete`)
    }
  }
}

/** What the tasks did in this call, judged by their own records: to be asked again when all of them are gone. */
export function judgeWork(chain: Chain, call: Call, deeds: readonly Deed[]): void {
  const { before, events, ended, forced, alone } = call
  const modules = new Set(chain.cards.filter(({ kind }) => kind === 'module').map(({ id }) => id))
  const handedOn = before.journal
    .filter(({ event, card, how }) => event === 'card-completed' && how === 'ran' && modules.has(card ?? ''))
    .map(({ card }) => `input ${card} none`)
  for (const { id, kind, retries } of chain.cards) {
    const own = deeds.filter((deed) => deed.card === id && deed.call === ended.name).map(({ what }) => what)
    const mine = events.filter((event) => event.card === id)
    const wrong = own.find((what) => /^(?:overlap|early|met|strange|input \S+ (?:mixed|strange))/.test(what))
    if (wrong !== undefined) throw new Finding(`the task of ${id} saw: ${wrong}`)
    const lost = own.find((what) => handedOn.includes(what))
    if (lost !== undefined) throw new Finding(`${id} got ${lost}, which had left outputs`)
    const applied = own.filter((what) => what === 'apply').length
    if (applied > 1 + retries) throw new Finding(`${id} was worked ${applied} times in one call`)
    if (applied > 0 && !mine.some(({ event }) => event === 'card-started'))
      throw new Finding(`${id} was worked, and the journal did not know before`)
    const wasTrue = kind === 'module' ? before.truths.has(id) && alone : before.complete.has(id)
    if (applied > 0 && wasTrue && !forced.has(id) && !own.includes('flake') && ended.hit !== 'task')
      throw new Finding(`${id} was worked again, although it was true`)
    judgeSteps(id, mine, own, call)
  }
}

/** A finished step is not done again while its card is not; and done again when the card is. */
function judgeSteps(id: string, mine: readonly Event[], own: readonly string[], { before, forced }: Call): void {
  const finished = new Set<unknown>()
  for (const { event, step } of before.journal.filter(({ card }) => card === id)) {
    if (event === 'step-done') finished.add(step)
    if (event === 'card-completed' || event === 'card-reopened') finished.clear()
  }
  const anew = forced.has(id) || mine.some(({ event }) => event === 'card-reopened')
  const again = own.find((what) => what.startsWith('step ') && finished.has(what.slice('step '.length)))
  if (again !== undefined && !anew) throw new Finding(`${id}: ${again} was done again, although it was finished`)
  const fresh = new Set<unknown>()
  for (const { event, step, replayed } of mine) {
    if (event !== 'step-done') continue
    if (replayed === true && anew && !fresh.has(step))
      throw new Finding(`${id} was to be done again, and ${step} was not`)
    fresh.add(step)
  }
}
