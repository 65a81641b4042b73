import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import type { Planned } from '../../scripts/core/plan.ts'
import { Queue } from '../../scripts/core/queue.ts'

/** A plan in which each card comes after those named. */
function planOf(after: Record<string, string[]>): Planned[] {
  return Object.entries(after).map(([id, before]) => {
    return { card: parseCard(`docs/${id}.md`, '').card, start: 'active', after: before, blockedBy: [] }
  })
}

/** Hands out all, each completed at once. */
function drain(queue: Queue): string[] {
  const order: string[] = []
  for (let next = queue.next(); next; next = queue.next()) {
    order.push(next.card.id)
    queue.complete(next.card.id)
  }
  return order
}

describe('a queue', () => {
  it('hands out the cards as planned, each after those before it', () => {
    const queue = new Queue(planOf({ base: [], left: ['base'], right: ['base'], goal: ['left', 'right'] }), null)
    expect(queue.next()?.card.id).toBe('base')
    expect(queue.next()).toBeNull()
    queue.complete('base')
    expect([queue.next()?.card.id, queue.next()?.card.id, queue.next()]).toEqual(['left', 'right', null])
    queue.complete('right')
    expect(queue.next()).toBeNull()
    queue.complete('left')
    expect(queue.next()?.card.id).toBe('goal')
  })

  it('knows whether it has one to hand out, what is taken out not counted', () => {
    const queue = new Queue(planOf({ base: [], other: [], goal: ['base', 'other'] }), null)
    expect(queue.hasNext).toBe(true)
    queue.next()
    expect(queue.hasNext).toBe(true)
    queue.without('other')
    expect([queue.hasNext, queue.next()]).toEqual([false, null])
    expect(new Queue([], null).hasNext).toBe(false)
  })

  it('hands out first what most time hangs on', () => {
    const took: Record<string, number> = { short: 10, long: 50, head: 20, tail: 40, goal: 1 }
    const plan = planOf({ short: [], long: [], head: [], tail: ['head'], goal: ['short', 'long', 'tail'] })
    expect(drain(new Queue(plan, (id) => took[id] ?? null))).toEqual(['head', 'long', 'tail', 'short', 'goal'])
  })

  describe('with a card of which only the disk is waited for', () => {
    const plan = () => planOf({ head: [], bulk: [], other: [], tail: ['head'], goal: ['bulk', 'other', 'tail'] })
    const endingHead = (bulk: number, tail: number) => {
      const took: Record<string, number> = { head: 500, bulk, other: 1, tail, goal: 1 }
      const queue = new Queue(plan(), (id) => took[id] ?? null)
      expect(queue.next()?.card.id).toBe('head')
      queue.ending('head', 5)
      return queue
    }

    it('lets pass what that releases, when more time hangs on it', () => {
      const queue = endingHead(100, 200)
      expect([queue.next(), queue.hasNext]).toEqual([null, true])
      queue.complete('head')
      expect(drain(queue)).toEqual(['tail', 'bulk', 'other', 'goal'])
    })

    it('waits for nothing that is less urgent, nor with a card that is done as soon', () => {
      expect(endingHead(300, 200).next()?.card.id).toBe('bulk')
      expect(endingHead(50, 200).next()?.card.id).toBe('bulk')
    })

    it('waits for nothing that needs another card yet, or is not to be worked any more', () => {
      const took: Record<string, number> = { head: 500, slow: 400, bulk: 100, tail: 200, goal: 1 }
      const more = planOf({ head: [], slow: [], bulk: [], tail: ['head', 'slow'], goal: ['bulk', 'tail'] })
      const queue = new Queue(more, (id) => took[id] ?? null)
      expect([queue.next()?.card.id, queue.next()?.card.id]).toEqual(['head', 'slow'])
      queue.ending('head', 500)
      expect(queue.next()?.card.id).toBe('bulk')
      const failed = endingHead(100, 200)
      failed.without('head')
      expect(failed.next()?.card.id).toBe('bulk')
    })

    it('judges by how long that took, where nothing else is known', () => {
      const chain = planOf({ head: [], bulk: [], tail: ['head'], last: ['tail'], goal: ['bulk', 'last'] })
      for (const [tookMs, then] of [
        [5, 'bulk'],
        [500, undefined],
      ] as const) {
        const queue = new Queue(chain, () => null)
        expect(queue.next()?.card.id).toBe('head')
        queue.ending('head', tookMs)
        expect(queue.next()?.card.id).toBe(then)
      }
    })

    it('keeps to the plan when none is asked for', () => {
      const queue = new Queue(plan(), null)
      queue.next()
      queue.ending('head', 500)
      expect(queue.next()?.card.id).toBe('bulk')
    })
  })

  it('counts a card that nobody knows as one of average length, and each alike when none is known', () => {
    const plan = planOf({ known: [], unknown: [], later: ['unknown'], goal: ['known', 'later'] })
    expect(drain(new Queue(plan, (id) => (id === 'known' ? 10 : null)))).toEqual(['unknown', 'known', 'later', 'goal'])
    expect(drain(new Queue(plan, () => null))).toEqual(['unknown', 'known', 'later', 'goal'])
    expect(drain(new Queue(plan, null))).toEqual(['known', 'unknown', 'later', 'goal'])
  })

  it('takes out what cannot be worked without a card, nothing else, and each once', () => {
    const queue = new Queue(planOf({ a: [], b: [], c: ['a'], d: ['b', 'c'], e: ['b'] }), null)
    expect([queue.next()?.card.id, queue.next()?.card.id]).toEqual(['a', 'b'])
    expect(queue.without('a').map(({ card }) => card.id)).toEqual(['c', 'd'])
    expect(queue.without('a')).toEqual([])
    queue.complete('b')
    expect([queue.next()?.card.id, queue.next()]).toEqual(['e', null])
  })

  it('whatever the graph and the durations, hands out every card once and none before what it comes after', () => {
    const shape = fc.array(fc.tuple(fc.array(fc.nat({ max: 19 }), { maxLength: 3 }), fc.nat({ max: 9 })), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(shape, (cards) => {
        const after = Object.fromEntries(
          cards.map(([before], at) => [
            `c${at}`,
            [...new Set(before.filter((other) => other < at))].map((other) => `c${other}`),
          ]),
        )
        const order = drain(new Queue(planOf(after), (id) => cards[Number(id.slice(1))]?.[1] || null))
        expect(order.toSorted()).toEqual(Object.keys(after).toSorted())
        for (const [id, before] of Object.entries(after))
          for (const other of before) expect(order.indexOf(other)).toBeLessThan(order.indexOf(id))
      }),
      { numRuns: 300, seed: 11 },
    )
  })
})
