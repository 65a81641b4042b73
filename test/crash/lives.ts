/** Lives in memory: the world stops dead at any effect, and another life goes on from what the documents and the journal say. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { type RunEvent, type Stamped, schemaVersion } from '../../scripts/core/event.ts'
import { historyOf } from '../../scripts/core/history.ts'
import { card, Memory, type Script, told, turn } from '../loop/world.ts'

const checklist = { checks: ['It is done', 'It stays'] }

/** A graph of up to five cards, each requiring some of those before it; the last requires all. */
const graphs = fc.array(fc.subarray([0, 1, 2, 3]), { minLength: 1, maxLength: 4 }).map((lists) => {
  const cards = lists.map((list, at) => list.filter((other) => other < at).map((other) => `c${other}`))
  return [...cards, cards.map((_, at) => `c${at}`)]
})

/** How a card stands before the first life. */
const states = fc.constantFrom('to do', 'to do', 'to do', 'true, not marked', 'complete', 'complete, but drifted')

const cases = fc.record({
  graph: graphs,
  states: fc.array(states, { minLength: 5, maxLength: 5 }),
  jobs: fc.integer({ min: 1, max: 3 }),
  /** The card that the first life is asked to do again. */
  force: fc.nat({ max: 4 }),
})
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

const idsOf = ({ graph }: Case) => graph.map((_, at) => `c${at}`)

/** What outlives a crash. */
interface Left {
  documents: Record<string, string>
  truth: string[]
  journal: Stamped[]
}

function firstOf({ graph, states }: Case): Left {
  const documents = graph.map((requires, at) => {
    const status = states[at]?.startsWith('complete') ? ('complete' as const) : ('active' as const)
    return [`c${at}`, card(requires, { ...checklist, status })]
  })
  const truth = graph.flatMap((_, at) =>
    ['true, not marked', 'complete'].includes(states[at] ?? '') ? [`c${at}`] : [],
  )
  return { documents: Object.fromEntries(documents), truth, journal: [] }
}

/** One life: a fresh plan from what is left, so many effects (an event is one, too), then nothing more happens. */
async function live(given: Case, left: Left, { effects = Number.POSITIVE_INFINITY, force = null as string | null }) {
  const scripts: Record<string, Script> = {}
  const world = new Memory(left.documents, scripts)
  for (const id of idsOf(given)) {
    const holds = () => world.truth.has(id)
    scripts[id] = { checks: { 'It is done': holds, 'It stays': holds } }
  }
  for (const id of left.truth) world.truth.add(id)
  const journal = [...left.journal]
  let happened = 0
  const tick = () => {
    if (happened >= effects) throw new Error('dead')
    happened++
  }
  world.before = (effect) => {
    tick()
    const [verb, id = ''] = effect.split(' ')
    if (verb === 'mark' && !world.truth.has(id)) throw new Error(`${id} is marked, and is not true`)
  }
  world.emit = (event: RunEvent) => {
    tick()
    journal.push({ schemaVersion, time: '2026-02-20T10:00:00Z', run: 'r', ...event })
  }
  const { cards } = historyOf(left.journal)
  const active = () => idsOf(given).filter((id) => world.documents.get(id)?.includes('\nstatus: active\n'))
  const unproven = idsOf(given).filter((id) => !active().includes(id) && !cards.get(id)?.proof)
  const goal = `c${given.graph.length - 1}`
  const outcomes = await world.run({ goal, force }, { jobs: given.jobs }, unproven).catch((error: Error) => {
    if (error.message !== 'dead') throw error
    return null
  })
  // What went on beside the card that met the end meets it now.
  await turn()
  const worked = world.did.flatMap((effect) => (effect.startsWith('apply ') ? [effect.slice(6)] : []))
  const after: Left = { documents: Object.fromEntries(world.documents), truth: [...world.truth], journal }
  return { outcomes, happened, worked, left: after, active: active() }
}

/** No card became complete that is not true. */
function expectHonest(given: Case, before: Left, { left, active }: Awaited<ReturnType<typeof live>>): void {
  for (const id of idsOf(given)) {
    const untouched = left.documents[id] === before.documents[id]
    expect([id, active.includes(id) || left.truth.includes(id) || untouched]).toEqual([id, true])
  }
}

/** All is complete, by the same bytes as without a crash; what was true was not worked, unless it was asked for. */
function expectMended(
  life: Awaited<ReturnType<typeof live>>,
  before: Left,
  calm: Left,
  forced: string | null = null,
): void {
  expect(told(life.outcomes ?? new Map()).filter((line) => !/ (?:ran|found-true)$/.test(line))).toEqual([])
  expect([life.left.documents, life.active]).toEqual([calm.documents, []])
  expect(life.worked.filter((id) => id !== forced && before.truth.includes(id))).toEqual([])
}

type Counted = { graphs: number; seed: number }

/** Every effect in turn. Answers how many lives were cut. */
export async function cutEverywhere({ graphs: numRuns, seed }: Counted): Promise<number> {
  let lives = 0
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const first = firstOf(given)
      const calm = await live(given, first, {})
      expectMended(calm, first, calm.left)
      for (let effects = 0; effects < calm.happened; effects++) {
        const cut = await live(given, first, { effects })
        expect(cut.outcomes).toBeNull()
        expectHonest(given, first, cut)
        const again = await live(given, cut.left, {})
        expectMended(again, cut.left, calm.left)
        // At least once, and once more at most: work that the crash fell into.
        const times = idsOf(given).map((id) => [...cut.worked, ...again.worked].filter((other) => other === id).length)
        expect(Math.max(0, ...times)).toBeLessThanOrEqual(2)
        lives++
      }
    }),
    { seed, numRuns },
  )
  return lives
}

/** The run that mends a crash is cut, too. */
export async function cutTwice({ graphs: numRuns, seed }: Counted): Promise<void> {
  const twice = fc.record({ given: cases, first: fc.nat({ max: 999 }), second: fc.nat({ max: 999 }) })
  await fc.assert(
    fc.asyncProperty(twice, async ({ given, first, second }) => {
      const start = firstOf(given)
      const calm = await live(given, start, {})
      const one = await live(given, start, { effects: first % Math.max(1, calm.happened) })
      expectHonest(given, start, one)
      const whole = await live(given, one.left, {})
      const two = await live(given, one.left, { effects: second % Math.max(1, whole.happened) })
      expectHonest(given, one.left, two)
      const last = await live(given, two.left, {})
      expectMended(last, two.left, calm.left)
      const lives = [one, two, last].flatMap(({ worked }) => worked)
      for (const id of idsOf(given)) expect(lives.filter((other) => other === id).length).toBeLessThanOrEqual(3)
    }),
    { seed, numRuns },
  )
}

/** A complete card is done again by force, cut at every effect in turn. Answers how many lives were cut. */
export async function cutWhileForced({ graphs: numRuns, seed }: Counted): Promise<number> {
  let lives = 0
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const calm = await live(given, firstOf(given), {})
      const start = calm.left
      const force = `c${given.force % given.graph.length}`
      const forced = await live(given, start, { force })
      expectMended(forced, start, start, force)
      expect(forced.worked).toEqual([force])
      for (let effects = 0; effects < forced.happened; effects++) {
        const cut = await live(given, start, { effects, force })
        const reopened = card(given.graph[Number(force.slice(1))], checklist)
        for (const [id, text] of Object.entries(cut.left.documents)) {
          expect(id === force ? [start.documents[id], reopened] : [start.documents[id]]).toContain(text)
        }
        const again = await live(given, cut.left, {})
        expectMended(again, cut.left, start)
        expect(again.worked).toEqual([])
        lives++
      }
    }),
    { seed, numRuns },
  )
  return lives
}
