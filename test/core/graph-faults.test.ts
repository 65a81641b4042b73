import { describe, expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import { doc, graphFrom, graphOf, page, told } from './documents.ts'

describe('a requirement without a document', () => {
  it('is told where it stands, with what was probably meant', () => {
    const graph = graphOf({ 'docs/goal.md': doc(['frist']), 'docs/first.md': doc([]) })
    expect(graph.diagnostics).toEqual([
      {
        ...{ code: 'unknown-card', severity: 'error', file: 'docs/goal.md', line: 5, column: 5, related: [] },
        message: 'no document is called `frist`',
        help: 'Did you mean `first`?',
      },
    ])
  })

  it('is told at each place, and how to mend it when nothing is near', () => {
    const graph = graphOf({ 'docs/a.md': doc(['nowhere']), 'docs/b.md': doc(['a', 'nowhere', 'nowhere']) })
    const message = 'error unknown-card: no document is called `nowhere` [Write nowhere.md, or take the line away.]'
    expect(told(graph.diagnostics)).toEqual([
      `docs/a.md:5:5 ${message}`,
      `docs/b.md:6:5 ${message}`,
      `docs/b.md:7:5 ${message}`,
    ])
  })
})

describe('two documents with one name', () => {
  const message =
    'error doubled-card: more than one document is called `a` [Rename one of them, and the `requires` that mean it.]'

  it('are an error when both are cards, told at both', () => {
    const graph = graphOf({ 'docs/y/a.md': doc([]), 'docs/x/a.md': doc(['b'], 'complete'), 'docs/b.md': '' })
    expect(told(graph.diagnostics)).toEqual([
      `docs/x/a.md:1:1 ${message}`,
      '  docs/y/a.md:3:9 the other one',
      `docs/y/a.md:3:9 ${message}`,
      '  docs/x/a.md:1:1 the other one',
    ])
    expect(graph.card('a')).toMatchObject({ path: 'docs/x/a.md', sound: false })
  })

  it('are an error when a card requires the name, whatever they are', () => {
    const graph = graphOf({ 'docs/x/a.md': '# A', 'docs/y/a.md': '# A', 'docs/goal.md': doc(['a']) })
    expect(told(graph.diagnostics)).toEqual([
      `docs/x/a.md:1:1 ${message}`,
      '  docs/y/a.md:1:1 the other one',
      `docs/y/a.md:1:1 ${message}`,
      '  docs/x/a.md:1:1 the other one',
    ])
    expect(graph.readiness('goal')).toEqual({ ready: false, blockedBy: [{ id: 'a', why: 'unsound' }] })
  })

  it('are no trouble as long as at most one is a card, and it is the one', () => {
    const graph = graphOf({ 'docs/a/index.md': '# A', 'docs/b/index.md': doc([]), 'docs/c/index.md': '# C' })
    expect(graph.diagnostics).toEqual([])
    expect(graph.card('index')).toMatchObject({ path: 'docs/b/index.md', sound: true })
    expect(graphOf({ 'docs/a/index.md': '# A', 'docs/b/index.md': '# B' }).cards.size).toBe(0)
  })

  it('are told three times when there are three', () => {
    const graph = graphOf({ 'docs/1/a.md': doc([]), 'docs/2/a.md': doc([]), 'docs/3/a.md': doc([]) })
    expect(graph.diagnostics.map(({ file, related }) => [file, related.map((place) => place.file)])).toEqual([
      ['docs/1/a.md', ['docs/2/a.md', 'docs/3/a.md']],
      ['docs/2/a.md', ['docs/1/a.md', 'docs/3/a.md']],
      ['docs/3/a.md', ['docs/1/a.md', 'docs/2/a.md']],
    ])
  })
})

describe('a cycle', () => {
  const help = '[Take away the requirement that is not needed first.]'

  it('is drawn whole, with the place of every edge', () => {
    const graph = graphOf({
      'docs/a.md': doc(['x', 'b']),
      'docs/b.md': doc(['c']),
      'docs/c.md': doc(['a']),
      'docs/x.md': doc([]),
    })
    expect(told(graph.diagnostics)).toEqual([
      `docs/a.md:6:5 error cycle: cards require each other: a → b → c → a ${help}`,
      '  docs/b.md:5:5 `b` requires `c`',
      '  docs/c.md:5:5 `c` requires `a`',
    ])
  })

  it('of one card is a card that requires itself', () => {
    expect(told(graphFrom({ a: ['a'] }).diagnostics)).toEqual([
      `docs/a.md:5:5 error cycle: cards require each other: a → a ${help}`,
    ])
  })

  it('is found among complete cards too', () => {
    const graph = graphFrom({ a: ['b'], b: ['a'] }, ['a', 'b'])
    expect(told(graph.diagnostics)).toEqual([
      `docs/a.md:4:5 error cycle: cards require each other: a → b → a ${help}`,
      '  docs/b.md:4:5 `b` requires `a`',
    ])
    expect([graph.card('a').sound, graph.card('b').sound]).toEqual([false, false])
  })

  it('is told for each knot, the shortest ring of it', () => {
    const graph = graphFrom({ a: ['b'], b: ['c', 'a'], c: ['a'], d: ['e'], e: ['d'], f: [] })
    expect(graph.diagnostics.map((found) => found.message)).toEqual([
      'cards require each other: a → b → a',
      'cards require each other: d → e → d',
    ])
  })
})

it('warns of a complete card that requires an active one', () => {
  const graph = graphFrom({ a: ['c', 'b'], b: [], c: [] }, ['a', 'c'])
  expect(told(graph.diagnostics)).toEqual([
    'docs/a.md:5:5 warning complete-too-early: `a` is complete although it requires `b`, which is active [Complete `b` first, or reopen `a`.]',
  ])
  expect(graph.faults('a')).toEqual([])
})

it('sorts what was found while reading among the rest, by place', () => {
  const graph = graphOf({ 'docs/b.md': page('status: x', 'requires: [gone]'), 'docs/a.md': doc(['gone']) })
  expect(graph.diagnostics.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
    'docs/a.md:5 unknown-card',
    'docs/b.md:2 unknown-status',
    'docs/b.md:3 unknown-card',
  ])
})

describe('faults', () => {
  const graph = graphOf({
    'docs/goal.md': doc(['near']),
    'docs/near.md': doc(['far', 'gone'], 'complete'),
    'docs/far.md': page('status: Active'),
    'docs/elsewhere.md': doc(['nowhere', 'elsewhere']),
    'docs/page.md': page('title: ['),
  })

  it('are the errors of the own chain, however far behind, and not of others', () => {
    expect(graph.faults('goal').map(({ file, code }) => `${file} ${code}`)).toEqual([
      'docs/far.md unknown-status',
      'docs/near.md unknown-card',
    ])
    expect(graph.faults('far').map(({ code }) => code)).toEqual(['unknown-status'])
    expect(graph.faults('elsewhere').map(({ code }) => code)).toEqual(['unknown-card', 'cycle'])
  })

  it('do not count warnings', () => {
    expect(graph.diagnostics.filter((found) => found.severity === 'warning')).toHaveLength(1)
  })

  it('hold a doubled card that the chain needs', () => {
    const doubled = graphOf({ 'docs/goal.md': doc(['a']), 'docs/x/a.md': doc([]), 'docs/y/a.md': '# A' })
    expect(doubled.faults('goal').map(({ file, code }) => `${file} ${code}`)).toEqual(['docs/x/a.md doubled-card'])
  })
})

it('does not change the cards it was given', () => {
  const { card } = parseCard('docs/a.md', doc(['a']))
  const graph = CardGraph.of([card])
  expect([card.sound, graph.card('a').sound]).toEqual([true, false])
})
