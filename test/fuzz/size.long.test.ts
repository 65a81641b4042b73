/** Documents that are large, deep or knotted: the work grows with the text, and no faster. */
import { describe, expect, it } from 'vitest'
import { bodyOf } from '../../scripts/core/brief-parts.ts'
import { parseCard } from '../../scripts/core/card.ts'
import { addRequirement, complete, reopen } from '../../scripts/core/edit.ts'
import { finalize } from '../../scripts/core/finalize.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import { treeOf } from '../../scripts/core/tree.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { treeText } from '../../scripts/view/tree-text.ts'
import { doc } from '../core/documents.ts'
import { large, processorTime } from './large.ts'

const path = 'docs/page.md'

/** In the square of its size any of these would take more than ten times as long; the clock is the processor's own. */
const seconds = 10

describe('the work grows with the text, and no faster', () => {
  it.each(Object.entries(large(20_000)))('%s', { timeout: 120_000 }, (_, text) => {
    const took = processorTime(() => {
      const { card } = parseCard(path, text)
      complete(
        path,
        text,
        card.checklist.map(({ key }) => key),
      )
      reopen(path, text.replaceAll('[ ]', '[x]'))
      addRequirement(path, text, 'new-card')
      finalize(path, text.replace('status: active\n', ''))
      bodyOf(card, text)
    })
    expect(took).toBeLessThan(seconds)
  })
})

it('YAML that multiplies or nests without end is read in no time, and nothing is made of it', () => {
  const laughs = 'bcdefghij'
    .split('')
    .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(', ')}]`)
  const bomb = parseCard(path, `---\na: &a [x, x, x, x, x, x, x, x, x]\n${laughs.join('\n')}\nstatus: active\n---\n`)
  expect([bomb.card.status, bomb.diagnostics]).toEqual(['active', []])
  for (const deep of ['[', '{', '[{a: ', '- ', '? ', '!!x &a [']) {
    const { card, diagnostics } = parseCard(path, `---\nstatus: active\nx:\n  ${deep.repeat(100_000)}\n---\n`)
    expect([deep, card.sound, diagnostics.length, diagnostics[0]?.code]).toEqual([
      deep,
      false,
      1,
      'frontmatter-unreadable',
    ])
  }
})

describe('the graph grows with its cards, and no faster', () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => `c${at}`)
  const half = ids.slice(10_000)
  it.each<[string, Record<string, string>]>([
    ['cards of one name', Object.fromEntries(ids.map((id) => [`docs/${id}/same.md`, doc()]))],
    [
      'names that no document has',
      {
        'docs/goal.md': doc(ids.flatMap((id) => [`x${id}`, `y${id}`, `z${id}`, `${id}x`])),
        ...Object.fromEntries(ids.slice(0, 4000).map((id) => [`docs/${id}.md`, doc()])),
      },
    ],
    [
      'a name of a megabyte',
      {
        'docs/goal.md': doc(['x'.repeat(1_000_000)]),
        ...Object.fromEntries(ids.slice(0, 2000).map((id) => [`docs/${id}.md`, doc()])),
      },
    ],
    [
      'a card between thousands',
      {
        'docs/goal.md': doc(ids.slice(0, 10_000)),
        ...Object.fromEntries(ids.slice(0, 10_000).map((id) => [`docs/${id}.md`, doc(['hub'])])),
        'docs/hub.md': doc(half),
        ...Object.fromEntries(half.map((id) => [`docs/${id}.md`, doc()])),
      },
    ],
  ])('%s', { timeout: 120_000 }, (_, texts) => {
    const parsed = Object.entries(texts).map(([file, text]) => parseCard(file, text).card)
    const took = processorTime(() => {
      const graph = CardGraph.of(parsed)
      const [goal = 'same'] = graph.goals()
      treeText(treeOf(graph, goal), graph, { columns: 100, all: true, paint: plainPaint })
    })
    expect(took).toBeLessThan(seconds)
  })
})
