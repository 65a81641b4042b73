import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conclude } from '../../scripts/core/outcome.ts'
import { run } from '../../scripts/run.ts'
import { boom, held, MemoryWorld, settled } from './world.ts'

const diamond = { base: [], left: ['base'], right: ['base'], top: ['left', 'right'] }
const two = { jobs: 2, keepGoing: false, timeoutMs: null }

describe('a run', () => {
  it('works requirements first, a shared one once, and marks every card', async () => {
    const world = new MemoryWorld(diamond)
    const outcomes = await run(world.plan('top'), world.world(), { ...two, jobs: 1 })
    expect(world.worked).toEqual(['base', 'left', 'right', 'top'])
    expect([...world.active]).toEqual([])
    expect(conclude(outcomes, null)).toEqual({ outcome: 'complete', exitCode: 0, failed: null })
  })

  it('works side by side where the graph allows, and no more at once than asked', async () => {
    const left = held()
    const right = held()
    const world = new MemoryWorld({ ...diamond, third: ['base'], top: ['left', 'right', 'third'] }, { left, right })
    const ended = run(world.plan('top'), world.world(), two)
    await settled()
    expect(world.worked).toEqual(['base', 'left', 'right'])
    left.finish()
    await settled()
    expect(world.worked).toEqual(['base', 'left', 'right', 'third'])
    right.finish()
    await ended
    expect(world.worked).toEqual(['base', 'left', 'right', 'third', 'top'])
  })

  it('completes a card that is found true without running its work', async () => {
    const world = new MemoryWorld(diamond, { base: { holds: true } })
    await run(world.plan('top'), world.world(), two)
    expect(world.worked).not.toContain('base')
    expect(world.events.find((event) => event.event === 'card-completed' && event.card === 'base')).toMatchObject({
      how: 'found-true',
      verified: true,
    })
  })

  it('never marks a card whose check does not hold after the work', async () => {
    const world = new MemoryWorld(diamond, { base: { work: () => 'does not help' } })
    const outcomes = await run(world.plan('top'), world.world(), two)
    expect([...world.active]).toEqual(['base', 'left', 'right', 'top'])
    expect(outcomes.get('base')).toEqual({
      kind: 'failed',
      reason: 'checks',
      message: 'the work is done, but 1 of 1 checks do not hold: ok: base is not so',
      exitCode: null,
    })
  })

  it('starts nothing new after a failure, and names the root failure for what was not started', async () => {
    const right = held()
    const world = new MemoryWorld(
      { ...diamond, late: ['right'], top: ['left', 'late'] },
      { left: { work: () => boom }, right },
    )
    const ended = run(world.plan('top'), world.world(), two)
    await settled()
    right.finish()
    const outcomes = await ended
    expect(world.worked).toEqual(['base', 'left', 'right'])
    expect([...world.active]).toEqual(['left', 'top', 'late'])
    expect(outcomes.get('late')).toEqual({ kind: 'skipped', because: 'left' })
    expect(conclude(outcomes, null)).toEqual({ outcome: 'failed', exitCode: 1, failed: 'left' })
  })

  it('goes on with independent cards when asked to keep going', async () => {
    const world = new MemoryWorld(
      { bad: [], after: ['bad'], good: [], fine: ['good'], top: ['after', 'fine'] },
      { bad: { work: () => boom } },
    )
    const outcomes = await run(world.plan('top'), world.world(), { ...two, keepGoing: true })
    expect(world.worked).toEqual(['bad', 'good', 'fine'])
    expect([...outcomes].filter(([, outcome]) => outcome.kind === 'skipped')).toEqual([
      ['after', { kind: 'skipped', because: 'bad' }],
      ['top', { kind: 'skipped', because: 'bad' }],
    ])
  })

  it('leaves a manual card waiting, goes on beside it, and takes a person’s word', async () => {
    const cards = { hand: [], other: [], top: ['hand', 'other'] }
    const world = new MemoryWorld(cards, { hand: { manual: true } })
    const outcomes = await run(world.plan('top'), world.world(), two)
    expect(world.worked).toEqual(['other'])
    expect([...world.active]).toEqual(['hand', 'top'])
    expect(conclude(outcomes, null)).toEqual({ outcome: 'waiting', exitCode: 3, failed: null })
    world.person = 'Ada'
    await run(world.plan('top'), world.world(), two)
    expect([...world.active]).toEqual([])
    expect(world.events.find((event) => event.event === 'card-completed' && event.card === 'hand')).toMatchObject({
      how: 'confirmed',
      by: 'Ada',
    })
  })

  it('tells a card that cannot be marked, and does not build on it', async () => {
    const world = new MemoryWorld(diamond)
    world.refuse.add('base')
    const outcomes = await run(world.plan('top'), world.world(), two)
    expect(outcomes.get('base')).toEqual({ kind: 'unrecorded', message: 'docs/base.md was left alone' })
    expect(world.worked).toEqual(['base'])
    expect(conclude(outcomes, null).exitCode).toBe(73)
  })

  it('fails a card whose time is up', async () => {
    const world = new MemoryWorld({ slow: [] }, { slow: { work: () => new Promise(() => {}) } })
    const ended = run(world.plan('slow'), world.world(), { ...two, timeoutMs: 5000 })
    await settled()
    world.advance(4999)
    await settled()
    expect(world.kinds()).not.toContain('card-failed slow')
    world.advance(1)
    expect((await ended).get('slow')).toEqual({
      kind: 'failed',
      reason: 'timeout',
      message: 'timed out: not done within 5.0 s',
      exitCode: null,
    })
  })

  it('stops when asked: what runs is ended, nothing new starts, nothing is marked', async () => {
    const world = new MemoryWorld(diamond, {
      left: { work: () => new Promise(() => {}) },
      right: { work: () => new Promise(() => {}) },
    })
    const ended = run(world.plan('top'), world.world(), two)
    await settled()
    world.stop.abort('SIGINT')
    const outcomes = await ended
    expect([...world.active]).toEqual(['left', 'right', 'top'])
    expect([outcomes.get('left'), outcomes.get('top')]).toEqual([
      { kind: 'stopped' },
      { kind: 'skipped', because: 'left' },
    ])
    expect(conclude(outcomes, 'SIGINT')).toEqual({ outcome: 'stopped', exitCode: 130, failed: null })
  })

  it('asks a complete card that is not proved here, and reopens it when it does not hold', async () => {
    const world = new MemoryWorld(diamond, { base: { holds: true } }, ['base', 'left'])
    await run(world.plan('top', {}, ['base', 'left']), world.world(), two)
    expect(world.worked).toEqual(['left', 'right', 'top'])
    expect(world.kinds().filter((kind) => kind.startsWith('card-reopened'))).toEqual(['card-reopened left'])
    expect([...world.active]).toEqual([])
  })

  it('does a forced card again, and with downstream what requires it', async () => {
    const world = new MemoryWorld(
      diamond,
      { base: { holds: true }, left: { holds: true }, top: { holds: true } },
      Object.keys(diamond),
    )
    await run(world.plan('top', { force: 'left' }), world.world(), two)
    expect(world.worked).toEqual(['left'])
    await run(world.plan('top', { force: 'left', downstream: true }), world.world(), two)
    expect(world.worked).toEqual(['left', 'left', 'top'])
  })

  it('ends with the same documents when nobody listens', async () => {
    const world = new MemoryWorld(diamond, { left: { work: () => boom } })
    await run(world.plan('top'), world.world(true), two)
    expect([...world.active]).toEqual(['left', 'top'])
    expect(world.events).toEqual([])
  })
})

/** Random graphs: card `n` requires some of the cards before it; the last one requires all that nobody does. */
const graphs = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 9 }).map((rows) => {
  const requires: Record<string, string[]> = {}
  for (const [at, row] of rows.entries())
    requires[`c${at}`] = at === 0 ? [] : [...new Set(row.map((pick) => `c${pick % at}`))]
  const wanted = new Set(Object.values(requires).flat())
  requires.goal = Object.keys(requires).filter((id) => !wanted.has(id))
  return requires
})

describe('over random graphs', () => {
  it('marks no card whose check does not hold, starts none before its requirements, and crosses a crash at any effect', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.nat({ max: 60 }), fc.integer({ min: 1, max: 3 }), async (requires, crashAt, jobs) => {
        const world = new MemoryWorld(requires)
        let effects = 0
        const finished: string[] = []
        world.onEffect = () => {
          effects++
          if (effects === crashAt) throw new Error('power cut')
        }
        await run(world.plan('goal'), world.world(), { jobs, keepGoing: false, timeoutMs: null }).catch(() => {})
        await settled()
        world.onEffect = () => {}
        for (const id of Object.keys(requires)) {
          if (world.active.has(id)) continue
          finished.push(id)
          expect(world.true.has(id)).toBe(true)
          for (const required of requires[id] ?? []) expect(world.active.has(required)).toBe(false)
        }
        const before = world.worked.length
        await run(world.plan('goal'), world.world(), { jobs, keepGoing: false, timeoutMs: null })
        expect([...world.active]).toEqual([])
        for (const id of world.worked.slice(before)) expect(finished).not.toContain(id)
        const positions = new Map(world.worked.map((id, at) => [id, at]))
        for (const [id, list] of Object.entries(requires)) {
          for (const required of list) expect(positions.get(required)).toBeLessThan(positions.get(id) ?? -1)
        }
      }),
      { numRuns: 300 },
    )
  })
})
