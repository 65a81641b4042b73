import { describe, expect, it } from 'vitest'
import type { CardGraph } from '../../scripts/core/graph.ts'
import { planOf, type Selection } from '../../scripts/core/plan.ts'
import { graphFrom } from './documents.ts'

/** The plan, a line for each card: `id start after:[…] blocked:[…]`. */
function plan(graph: CardGraph, selection: Partial<Selection> & { goal: string }, unproven: string[] = []): string[] {
  const whole = { only: false, from: null, force: null, downstream: false, ...selection }
  return planOf(graph, whole, new Set(unproven)).map(({ card, start, after, blockedBy }) => {
    expect(card).toBe(graph.card(card.id))
    const notes = [after.length > 0 ? `after:${after}` : '', blockedBy.length > 0 ? `blocked:${blockedBy}` : '']
    return [card.id, start, ...notes.filter((note) => note !== '')].join(' ')
  })
}

const diamond = { goal: ['left', 'right'], left: ['base'], right: ['base'], base: [], other: [] }

it('has every active card of the chain, requirements first, and nothing else', () => {
  expect(plan(graphFrom(diamond), { goal: 'goal' })).toEqual([
    'base active',
    'left active after:base',
    'right active after:base',
    'goal active after:left,right',
  ])
})

it('leaves out what is complete and proven', () => {
  expect(plan(graphFrom(diamond, ['base', 'left']), { goal: 'goal' })).toEqual([
    'right active',
    'goal active after:right',
  ])
  expect(plan(graphFrom(diamond, ['base', 'left', 'right', 'goal']), { goal: 'goal' })).toEqual([])
})

it('asks complete cards again that are not proven here', () => {
  const graph = graphFrom(diamond, ['base', 'left', 'right'])
  expect(plan(graph, { goal: 'goal' }, ['base', 'left', 'right', 'other'])).toEqual([
    'base unproven',
    'left unproven after:base',
    'right unproven after:base',
    'goal active after:left,right',
  ])
})

it('of only one card holds just it, blocked by what is not complete', () => {
  expect(plan(graphFrom(diamond, ['base', 'left']), { goal: 'goal', only: true })).toEqual([
    'goal active blocked:right',
  ])
  expect(plan(graphFrom(diamond, ['base']), { goal: 'left', only: true }, ['base'])).toEqual(['left active'])
})

it('from a card on takes what comes before as it is', () => {
  const graph = graphFrom({ goal: ['b', 'side'], b: ['a'], a: [], side: [] }, ['a'])
  expect(plan(graph, { goal: 'goal', from: 'b' }, ['a'])).toEqual(['b active', 'goal active after:b blocked:side'])
  expect(plan(graph, { goal: 'goal', from: 'goal' })).toEqual(['goal active blocked:b,side'])
})

it('blocks a card by what is missing or broken', () => {
  expect(plan(graphFrom({ goal: ['gone', 'self'], self: ['self'] }, ['self']), { goal: 'goal' })).toEqual([
    'goal active blocked:gone,self',
  ])
})

describe('forcing', () => {
  const graph = graphFrom(diamond, ['base', 'left', 'right', 'goal'])

  it('does one card again, complete as it may be', () => {
    expect(plan(graph, { goal: 'goal', force: 'left' })).toEqual(['left forced'])
    expect(plan(graph, { goal: 'goal', force: 'left' }, ['left', 'goal'])).toEqual([
      'left forced',
      'goal unproven after:left',
    ])
  })

  it('downstream does again what requires it, in this chain', () => {
    const wide = graphFrom({ ...diamond, stranger: ['base'] }, ['base', 'left', 'right', 'goal', 'stranger'])
    expect(plan(wide, { goal: 'goal', force: 'base', downstream: true })).toEqual([
      'base forced',
      'left forced after:base',
      'right forced after:base',
      'goal forced after:left,right',
    ])
    expect(plan(wide, { goal: 'left', force: 'base', downstream: true })).toEqual([
      'base forced',
      'left forced after:base',
    ])
  })

  it('keeps to the one card with `only`', () => {
    expect(plan(graph, { goal: 'goal', only: true, force: 'goal', downstream: true })).toEqual(['goal forced'])
    expect(plan(graph, { goal: 'goal', only: true, force: 'base' })).toEqual([])
  })
})

it('lets a card wait for what is worked behind a complete card between them', () => {
  const graph = graphFrom({ goal: ['between'], between: ['base'], base: [] }, ['between', 'base'])
  expect(plan(graph, { goal: 'goal' }, ['base'])).toEqual(['base unproven', 'goal active after:base'])
  expect(plan(graph, { goal: 'goal', force: 'base' })).toEqual(['base forced', 'goal active after:base'])
})
