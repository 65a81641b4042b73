/** On a card's page stands why it is in its state, once. */
import { parse } from 'node-html-parser'
import { expect, it } from 'vitest'
import { Chronicle } from '../../scripts/core/chronicle.ts'
import { Standing } from '../../scripts/core/standing.ts'
import { cardPage } from '../../scripts/view/page/card.ts'
import { servedWays } from '../../scripts/view/page/ways.ts'
import { doc, graphOf } from '../core/documents.ts'

/** The part of a card's page, in words and with its ways. */
function why(documents: Record<string, string>, id = 'goal'): { words: string; ways: string[] } {
  const standing = new Standing({ graph: graphOf(documents), chronicle: new Chronicle(), holder: null })
  const scene = { name: 'r', version: '1', standing, ways: servedWays(1), now: 0, live: null, control: null }
  const part = parse(cardPage(scene, id, { body: '', task: null, log: null }).text).querySelector('#why')
  return {
    words: (part?.textContent ?? '').replace(/\s+/g, ' ').trim(),
    ways: part?.querySelectorAll('a').map((link) => link.getAttribute('href') ?? '') ?? [],
  }
}

it('a card that waits names those it waits for, with the way to each', () => {
  const documents = {
    'docs/goal.md': doc(['left', 'right', 'faulty', 'nobody', 'done']),
    'docs/left.md': doc(),
    'docs/right.md': doc(),
    'docs/faulty.md': '---\nstatus: odd\n---\n',
    'docs/done.md': doc([], 'complete'),
  }
  const { words, ways } = why(documents)
  expect(words).toMatch(/^Why○ waits for left, right, faulty \(has an error\), nobody \(missing\)\d+:\d+ /)
  expect(ways).toEqual(['../card/left', '../card/right', '../card/faulty'])
})

it('of many, the first are named', () => {
  const ids = Array.from({ length: 20 }, (_, at) => `card-${at + 10}`)
  const documents = Object.fromEntries(ids.map((id) => [`docs/${id}.md`, doc()]))
  const { words, ways } = why({ ...documents, 'docs/goal.md': doc(ids) })
  expect([words, ways.length]).toEqual([`Why○ waits for ${ids.slice(0, 8).join(', ')} and 12 more`, 8])
})

it('one that is ready says what makes it so', () => {
  expect(why({ 'docs/goal.md': doc() }).words).toBe('Why● ready: requires nothing')
})
