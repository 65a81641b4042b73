import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawingOf } from '../../scripts/core/drawing.ts'
import { graphFrom, graphOf, page } from '../core/documents.ts'
import { drawn } from './drawings.ts'

/** `○ goal → left, right`: each card with its state and what it requires; `↻` closes a cycle. */
function told({ cards, edges }: ReturnType<typeof drawn>): string[] {
  const marks = { complete: '✓', ready: '●', blocked: '○', faulty: '✗', missing: '✗✗' }
  return cards.map(({ id, state, goal }) => {
    const requires = edges.filter(({ from }) => from === id).map(({ to, back }) => `${back ? '↻' : ''}${to}`)
    return `${marks[state]} ${id}${goal ? '!' : ''}${requires.length === 0 ? '' : ` → ${requires.join(', ')}`}`
  })
}

describe('a drawing', () => {
  test('holds the chain in run order, each card once, with its state', () => {
    const diamond = { base: [], left: ['base'], right: ['base'], goal: ['left', 'right', 'done'], done: [], other: [] }
    expect(told(drawn(diamond, ['done'], ['goal']))).toEqual([
      '● base',
      '○ left → base',
      '○ right → base',
      '✓ done',
      '○ goal! → left, right, done',
    ])
  })

  test('of several goals draws what they share once', () => {
    expect(told(drawn({ base: [], one: ['base'], two: ['base'] }))).toEqual([
      '● base',
      '○ one! → base',
      '○ two! → base',
    ])
  })

  test('has cards that are missing and cards with errors, where they are required', () => {
    const graph = graphOf({
      'docs/goal.md': page('title: Goal', 'status: active', 'requires: [gone, odd, gone]'),
      'docs/odd.md': page('title: Odd', 'status: maybe'),
    })
    const drawing = drawingOf(graph, ['goal'])
    expect(told(drawing)).toEqual(['✗ odd', '✗✗ gone', '○ goal! → gone, odd'])
    expect(drawing.cards[1]).toEqual({ id: 'gone', title: 'gone', path: null, state: 'missing', goal: false })
    expect(drawing.cards[0]).toMatchObject({ title: 'Odd', path: 'docs/odd.md' })
  })

  test('shows a cycle, and the edge that closes it', () => {
    const cyclic = { goal: ['one', 'self'], one: ['two'], two: ['three'], three: ['one'], self: ['self'] }
    expect(told(drawn(cyclic, [], ['goal']))).toEqual([
      '✗ three → ↻one',
      '✗ two → three',
      '✗ one → two',
      '✗ self → ↻self',
      '○ goal! → one, self',
    ])
  })

  test('without the edges that close cycles, always has what is required before what requires it', () => {
    const requires = fc.array(fc.uniqueArray(fc.nat(11), { maxLength: 3 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(requires, fc.nat(8), (lists, goal) => {
        const graph = graphFrom(Object.fromEntries(lists.map((list, at) => [`c${at}`, list.map((to) => `c${to}`)])))
        const { cards, edges } = drawingOf(graph, [`c${goal % lists.length}`])
        const ids = cards.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(edges).toEqual(
          ids.flatMap((from) =>
            (graph.cards.has(from) ? graph.requires(from) : []).map((to) => ({
              from,
              to,
              back: ids.indexOf(to) >= ids.indexOf(from),
            })),
          ),
        )
        expect(
          ids.filter((id) => id !== `c${goal % lists.length}`).every((id) => edges.some(({ to }) => to === id)),
        ).toBe(true)
      }),
    )
  })
})
