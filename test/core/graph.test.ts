import { describe, expect, it } from 'vitest'
import { doc, graphFrom, graphOf, page } from './documents.ts'

describe('goals', () => {
  it('are the active cards that no active card requires, by path', () => {
    const graph = graphOf({
      'docs/z/a.md': doc(['c']),
      'docs/b.md': doc(['c']),
      'docs/c.md': doc([]),
      'docs/d.md': doc([], 'complete'),
      'docs/page.md': '# Just a page\n',
    })
    expect(graph.goals()).toEqual(['b', 'a'])
  })

  it('are active again when only complete cards require them', () => {
    expect(graphFrom({ a: ['b'], b: [] }, ['a']).goals()).toEqual(['b'])
  })

  it('are none where everything is complete, or nothing is there', () => {
    expect(graphFrom({ a: ['b'], b: [] }, ['a', 'b']).goals()).toEqual([])
    expect(graphOf({}).goals()).toEqual([])
  })
})

describe('a card', () => {
  it('is a document with a status, with requirements, or that is required', () => {
    const graph = graphOf({
      'docs/active.md': doc([]),
      'docs/complete.md': doc(['required'], 'complete'),
      'docs/required.md': '# No frontmatter\n',
      'docs/page.md': '# A page\n',
    })
    expect([...graph.cards.keys()].sort()).toEqual(['active', 'complete', 'required'])
    expect(() => graph.card('page')).toThrow(new Error('no card page'))
  })

  it('is also a document that cannot be read: what it was is not known', () => {
    expect([...graphOf({ 'docs/a.md': page('title: [') }).cards.keys()]).toEqual(['a'])
  })
})

it('a card that requires nothing, and that nothing requires, is still one when it is complete', () => {
  const text = (status: string[]) => `${page('title: A', ...status)}\n## Verification\n\n- [ ] It holds\n`
  expect(graphOf({ 'docs/a.md': text(['status: active']) }).cards.has('a')).toBe(true)
  expect(graphOf({ 'docs/a.md': text([]) }).cards.has('a')).toBe(true)
})

describe('readiness', () => {
  it('is for active cards whose requirements are all complete', () => {
    const graph = graphFrom({ goal: ['half', 'done'], half: ['done'], done: [] }, ['done'])
    expect(graph.ready()).toEqual(['half'])
    expect(graph.readiness('goal')).toEqual({ ready: false, blockedBy: [{ id: 'half', why: 'active' }] })
    expect(graph.readiness('half')).toEqual({ ready: true, blockedBy: [] })
    expect(graph.readiness('done')).toEqual({ ready: false, blockedBy: [] })
  })

  it('is refused for what is missing, unsound or active, each named', () => {
    const graph = graphOf({
      'docs/goal.md': doc(['gone', 'broken', 'open', 'gone', 'done']),
      'docs/broken.md': page('title: ['),
      'docs/open.md': doc([]),
      'docs/done.md': doc([], 'complete'),
    })
    expect(graph.readiness('goal')).toEqual({
      ready: false,
      blockedBy: [
        { id: 'gone', why: 'missing' },
        { id: 'broken', why: 'unsound' },
        { id: 'open', why: 'active' },
      ],
    })
  })

  it('is refused for a card that is itself unsound', () => {
    const graph = graphOf({ 'docs/a.md': page('status: active', 'retries: many') })
    expect(graph.readiness('a')).toEqual({ ready: false, blockedBy: [] })
    expect(graph.ready()).toEqual([])
  })

  it('never takes a card with an unknown status for complete', () => {
    for (const word of ['Active', 'done', 'failed', 'true', '']) {
      const graph = graphOf({ 'docs/a.md': doc(['b']), 'docs/b.md': page(`status: ${word}`) })
      expect(graph.readiness('a').blockedBy).toEqual([{ id: 'b', why: 'unsound' }])
    }
  })

  it('is refused for every card of a cycle', () => {
    const graph = graphFrom({ a: ['b'], b: ['a'], c: ['b'] })
    expect(graph.ready()).toEqual([])
    expect(graph.readiness('c').blockedBy).toEqual([{ id: 'b', why: 'unsound' }])
  })
})

describe('a chain', () => {
  it('has requirements first, in the order in which they are written', () => {
    const graph = graphFrom({ goal: ['z', 'a', 'm'], z: ['y'], a: [], m: ['a', 'x'], x: [], y: [], other: ['goal'] })
    expect(graph.chain('goal')).toEqual(['y', 'z', 'a', 'x', 'm', 'goal'])
    expect(graph.chain('a')).toEqual(['a'])
  })

  it('has the root of a diamond once', () => {
    const graph = graphFrom({ top: ['left', 'right'], left: ['root'], right: ['root', 'left'], root: [] })
    expect(graph.chain('top')).toEqual(['root', 'left', 'right', 'top'])
  })

  it('leaves out what is missing, and ends in a cycle too', () => {
    expect(graphFrom({ goal: ['gone', 'a'], a: [] }).chain('goal')).toEqual(['a', 'goal'])
    expect(graphFrom({ goal: ['a'], a: ['b'], b: ['a', 'b'] }).chain('goal')).toEqual(['b', 'a', 'goal'])
  })

  it('does not depend on the order in which documents are found', () => {
    const documents = { 'docs/c.md': doc(['b', 'a']), 'docs/a.md': doc([]), 'docs/b.md': doc([]) }
    const turned = Object.fromEntries(Object.entries(documents).reverse())
    const [one, other] = [graphOf(documents), graphOf(turned)]
    expect(one.chain('c')).toEqual(['b', 'a', 'c'])
    expect(other.chain('c')).toEqual(['b', 'a', 'c'])
    expect([other.goals(), other.ready(), other.requiredBy('a')]).toEqual([
      one.goals(),
      one.ready(),
      one.requiredBy('a'),
    ])
  })
})

describe('dependents', () => {
  const graph = graphFrom({ top: ['left', 'right'], left: ['root'], right: ['root'], root: [], alone: [] })

  it('are those that require a card, by path', () => {
    expect(graph.requiredBy('root')).toEqual(['left', 'right'])
    expect(graph.requiredBy('top')).toEqual([])
  })

  it('are found through others, nearest last, without the cards asked for', () => {
    expect(graph.dependents(['root'])).toEqual(['top', 'left', 'right'])
    expect(graph.dependents(['left', 'right'])).toEqual(['top'])
    expect(graph.dependents(['alone'])).toEqual([])
    expect(graph.dependents([])).toEqual([])
  })
})

it('works with cards that are called like parts of an object', () => {
  const graph = graphFrom({ __proto__x: [], constructor: ['__proto__', 'toString'], toString: ['hasOwnProperty'] })
  const own = graphOf({
    'docs/constructor.md': doc(['__proto__', 'toString']),
    'docs/__proto__.md': doc([]),
    'docs/toString.md': doc(['hasOwnProperty']),
    'docs/hasOwnProperty.md': doc([], 'complete'),
  })
  expect(own.diagnostics).toEqual([])
  expect(own.chain('constructor')).toEqual(['__proto__', 'hasOwnProperty', 'toString', 'constructor'])
  expect(own.goals()).toEqual(['constructor'])
  expect(own.ready()).toEqual(['__proto__', 'toString'])
  expect(own.requiredBy('__proto__')).toEqual(['constructor'])
  expect(own.dependents(['hasOwnProperty'])).toEqual(['constructor', 'toString'])
  expect(graph.readiness('constructor').blockedBy).toEqual([
    { id: '__proto__', why: 'missing' },
    { id: 'toString', why: 'active' },
  ])
})
