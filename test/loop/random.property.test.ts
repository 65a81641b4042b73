/** What holds in every run, over graphs, failures and stops nobody thought of. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { card, failure, Memory, type Script, told, turn } from './world.ts'

const checklist = { checks: ['It is done', 'It stays'] }

/** A graph of up to eight cards, each requiring some of those before it. */
const graphs = fc.array(fc.subarray([0, 1, 2, 3, 4, 5, 6]), { minLength: 1, maxLength: 7 }).map((lists) => {
  const cards = lists.map((list, at) => list.filter((other) => other < at).map((other) => `c${other}`))
  return [...cards, cards.map((_, at) => `c${at}`)]
})

/** How the work of a card ends: well, with a failure, with a claim that is not true, or in need of a person. */
const kinds = fc.constantFrom('good', 'good', 'good', 'slow', 'bad', 'lying', 'true before', 'by hand')

const runs = fc.record({
  graph: graphs,
  kinds: fc.array(kinds, { minLength: 8, maxLength: 8 }),
  jobs: fc.integer({ min: 1, max: 4 }),
  keepGoing: fc.boolean(),
  stopAt: fc.nat({ max: 60 }),
})

type Kind = typeof kinds extends fc.Arbitrary<infer T> ? T : never

function worldOf(graph: string[][], kinds: readonly Kind[]): Memory {
  const documents = Object.fromEntries(graph.map((requires, at) => [`c${at}`, card(requires, checklist)]))
  const scripts = Object.fromEntries(
    graph.map((_, at): [string, Script] => {
      const kind = kinds[at] ?? 'good'
      const holds = () => world.truth.has(`c${at}`)
      const checks = { 'It is done': holds, 'It stays': holds }
      if (kind === 'bad') return [`c${at}`, { checks, apply: () => failure('no') }]
      if (kind === 'lying') return [`c${at}`, { checks, apply: () => ({ ok: true, outputs: null }) }]
      if (kind === 'slow') return [`c${at}`, { checks, apply: () => turn().then(() => undefined) }]
      return [`c${at}`, { checks, works: kind !== 'by hand' }]
    }),
  )
  const world = new Memory(documents, scripts)
  for (const [at, kind] of kinds.entries()) if (kind === 'true before') world.truth.add(`c${at}`)
  return world
}

/** Watches that nothing is marked that does not hold, and nothing starts before what it requires is complete. */
function watch(world: Memory, graph: string[][], also: (effect: string) => void = () => {}): void {
  world.before = (effect) => {
    also(effect)
    const [verb, id = ''] = effect.split(' ')
    if (verb === 'mark') expect([id, world.truth.has(id)]).toEqual([id, true])
    if (verb === 'open' || verb === 'apply') {
      const open = new Set(world.active)
      for (const required of graph[Number(id.slice(1))] ?? [])
        expect([effect, required, open.has(required)]).toEqual([effect, required, false])
    }
  }
}

const applied = (world: Memory) =>
  world.did.filter((effect) => effect.startsWith('apply ')).map((effect) => effect.slice(6))

it('a card is marked only when it holds, starts only after its requirements, and is settled once', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ graph, kinds, jobs, keepGoing }) => {
      const world = worldOf(graph, kinds)
      watch(world, graph)
      const outcomes = await world.run({ goal: `c${graph.length - 1}` }, { jobs, keepGoing })
      expect([...outcomes.keys()].sort()).toEqual(graph.map((_, at) => `c${at}`).sort())
      for (const [id, { kind }] of outcomes) expect([id, world.active.includes(id)]).toEqual([id, kind !== 'completed'])
      expect(new Set(applied(world)).size).toBe(applied(world).length)
      if (!keepGoing) return
      // What could be done was done: everything that does not stand behind a card that cannot be.
      const stuck = new Set<string>()
      for (const [at, requires] of graph.entries()) {
        const hopeless = ['bad', 'lying', 'by hand'].includes(kinds[at] ?? '')
        if (hopeless || requires.some((id) => stuck.has(id))) stuck.add(`c${at}`)
      }
      expect([...world.active].sort()).toEqual([...stuck].sort())
    }),
    { numRuns: 80 },
  )
})

it('after a stop at any effect nothing more is completed, and another run completes everything, working no finished card again', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ graph, kinds: all, jobs, stopAt }) => {
      const kinds = all.map((kind) => (kind === 'slow' || kind === 'true before' ? kind : 'good'))
      const goal = `c${graph.length - 1}`
      const world = worldOf(graph, kinds)
      let effects = 0
      watch(world, graph, () => {
        if (effects === stopAt) world.halt()
        effects++
      })
      const first = await world.run({ goal }, { jobs })
      for (const [id, { kind }] of first) {
        expect(['completed', 'stopped', 'skipped']).toContain(kind)
        expect([id, world.active.includes(id)]).toEqual([id, kind !== 'completed'])
      }

      const finished = [...first].filter(([, { kind }]) => kind === 'completed').map(([id]) => id)
      const again = worldOf(graph, kinds)
      for (const [id, text] of world.documents) again.documents.set(id, text)
      for (const id of world.truth) again.truth.add(id)
      watch(again, graph)
      const second = await again.run({ goal }, { jobs }, finished)
      expect(told(second).filter((line) => !/ (?:ran|found-true)$/.test(line))).toEqual([])
      expect(again.active).toEqual([])
      expect(applied(again).filter((id) => finished.includes(id) || world.truth.has(id))).toEqual([])
    }),
    { numRuns: 80 },
  )
})

it('a power cut at any effect leaves nothing marked that does not hold, and the next run mends what had drifted', async () => {
  const drifted = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(runs, drifted, async ({ graph, jobs, stopAt }, drifted) => {
      const world = worldOf(graph, [])
      const goal = `c${graph.length - 1}`
      for (const [at, requires] of graph.entries()) {
        // Marked complete, but not true any more.
        if (drifted[at]) world.documents.set(`c${at}`, card(requires, { ...checklist, status: 'complete' }))
      }
      const complete = () => graph.map((_, at) => `c${at}`).filter((id) => !world.active.includes(id))
      const untouched = new Set(complete())
      let effects = 0
      watch(world, graph, (effect) => {
        if (effects++ >= stopAt) throw new Error('power cut')
        if (effect.startsWith('reopen ')) untouched.delete(effect.slice(7))
      })
      await world.run({ goal }, { jobs }, complete()).catch(() => undefined)
      await turn()
      await turn()
      for (const id of complete()) expect([id, world.truth.has(id) || untouched.has(id)]).toEqual([id, true])

      const held = new Set(world.truth)
      const before = world.did.length
      watch(world, graph)
      const outcomes = await world.run({ goal }, { jobs }, complete())
      expect(told(outcomes).filter((line) => !/ (?:ran|found-true)$/.test(line))).toEqual([])
      expect(world.active).toEqual([])
      const again = world.did.slice(before).filter((effect) => effect.startsWith('apply '))
      expect(again.filter((effect) => held.has(effect.slice(6)))).toEqual([])
    }),
    { numRuns: 80 },
  )
})
