import { describe, expect, it } from 'vitest'
import { changes, type PlannedCard, Plans, type Shown } from '../../scripts/mcp/plans.ts'

function planned(id: string, more: Partial<PlannedCard> = {}): PlannedCard {
  return { id, action: 'work', task: `tasks/${id}.ts`, document: 'd', script: 's', confirm: null, ...more }
}

function shown(cards: PlannedCard[], more: Partial<Shown> = {}): Shown {
  return { goal: 'goal', target: '', cards, ...more }
}

const plan = shown([planned('base'), planned('goal')])

describe('a plan that was shown', () => {
  it('has an id that stays as long as a run would do the same', () => {
    const plans = new Plans()
    const id = plans.show(plan)
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(plans.show(structuredClone(plan))).toBe(id)
    expect(plans.differs(id, structuredClone(plan))).toBeNull()
    // Also by another server, which never showed it.
    expect(new Plans().differs(id, plan)).toBeNull()
  })

  it.each<[what: string, now: Shown, because: string]>([
    ['another goal', shown(plan.cards, { goal: 'other' }), 'that plan is for goal'],
    ['another target', shown(plan.cards, { target: 'URL=x' }), 'the target is another one'],
    ['a new card', shown([planned('new'), ...plan.cards]), 'new is new in the chain'],
    ['a card that went', shown([planned('goal')]), 'base is no longer in the chain'],
    [
      'a card complete meanwhile',
      shown([planned('base', { action: 'none' }), planned('goal')]),
      'base was "work", now "none"',
    ],
    ['another task', shown([planned('base', { task: 'x.sh' }), planned('goal')]), 'base has another task'],
    [
      'edited files',
      shown([planned('base', { document: 'e' }), planned('goal', { script: 't' })]),
      'the document of base was edited; the task of goal was edited',
    ],
    ['another order', shown(plan.cards.toReversed()), 'the order of the cards is another one'],
  ])('is not followed with %s, and says so', (_, now, because) => {
    const plans = new Plans()
    expect(plans.differs(plans.show(plan), now)).toBe(because)
  })

  it('is unknown when it was made up, or is long ago', () => {
    const plans = new Plans()
    expect(plans.differs('made-up', plan)).toBe('no plan with the id "made-up" was shown here')
    const first = plans.show(plan)
    for (let at = 0; at < 50; at++) plans.show(shown([], { goal: `goal-${at}` }))
    expect(plans.differs(first, shown([]))).toBe(`no plan with the id "${first}" was shown here`)
  })

  it('tells all that changed at once', () => {
    expect(changes(plan, shown([planned('goal', { document: 'e' })], { target: 'x' }))).toEqual([
      'the target is another one',
      'the document of goal was edited',
      'base is no longer in the chain',
    ])
  })
})
