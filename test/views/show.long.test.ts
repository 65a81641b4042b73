import { afterAll, describe, expect, it, test } from 'vitest'
import { makeGraph } from '../../bench/lib/graph.ts'
import type { CardGraph } from '../../scripts/core/graph.ts'
import { treeOf } from '../../scripts/core/tree.ts'
import { showText } from '../../scripts/view/graph-text.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { treeText } from '../../scripts/view/tree-text.ts'
import { graphFrom } from '../core/documents.ts'
import { card, TestRepository } from '../rig/repository.ts'

/** A chain with everything that can be in one; titles that would move a cursor, forge a row, or are read as HTML. */
const repository = new TestRepository({
  'docs/how-to/goal.md': card({
    title: '"A goal whose title is much too long for a narrow terminal \\e[31mred\\e[0m <b>bold</b>"',
    requires: ['left-hand-side', 'right', 'gone', 'broken', 'ring'],
    front: 'branch: mikado/goal\n',
  }),
  'docs/left-hand-side.md': card({ title: '"Left\\n✓ forged  complete"', requires: ['base'] }),
  'docs/right.md': card({ title: '右のカード、とても長い題名がここに続きます', requires: ['base', 'left-hand-side'] }),
  'docs/base.md': card({ title: 'Base', requires: ['older'], complete: true }),
  'docs/older.md': card({ title: 'Older', complete: true }),
  'docs/broken.md': '---\ntitle: [\n---\n',
  'docs/ring.md': card({ title: 'Ring', requires: ['back'] }),
  'docs/back.md': card({ title: 'Back', requires: ['ring'] }),
})
afterAll(() => repository[Symbol.dispose]())

async function shown(columns: number, ...words: string[]): Promise<string> {
  const { stdout } = await repository.start(['show', ...words], { COLUMNS: String(columns) }).ended
  return stdout
}

describe('a chain as a tree', () => {
  test('in 60 columns: titles are cut, reasons wrapped', async () => {
    expect(await shown(60)).toBe(`○ goal  A goal whose title is much too long for a narrow te…
│ docs/how-to/goal.md
│ waits for left-hand-side, right, gone (missing) and 2 more
├─ ● left-hand-side  Left ✓ forged complete
│  │ docs/left-hand-side.md
│  │ ready: all it requires is complete
│  └─ ✓ base  Base  docs/base.md
│     └─ ✓ older  Older  docs/older.md
├─ ○ right  右のカード、とても長い題名がここに続きます
│  │ docs/right.md · waits for left-hand-side
│  ├─ ✓ base  ↑ above
│  └─ ● left-hand-side  ↑ above
├─ ✗ gone  missing: no document is called so
├─ ✗ broken
│    docs/broken.md · has an error: see \`lint\`
└─ ✗ ring  Ring
   │ docs/ring.md · has an error: see \`lint\`
   └─ ✗ back  Back
      │ docs/back.md · has an error: see \`lint\`
      └─ ✗ ring  ↻ a cycle: back to the one above

4 of 7 required cards active, 2 missing or with errors
ready: left-hand-side
`)
  })

  test('in 200 columns', async () => {
    expect(await shown(200)).toBe(
      `○ goal  A goal whose title is much too long for a narrow terminal [31mred[0m <b>bold</b>
│ docs/how-to/goal.md · waits for left-hand-side, right, gone (missing), broken (has an error) and 1 more
├─ ● left-hand-side  Left ✓ forged complete
│  │ docs/left-hand-side.md · ready: all it requires is complete
│  └─ ✓ base  Base  docs/base.md
│     └─ ✓ older  Older  docs/older.md
├─ ○ right  右のカード、とても長い題名がここに続きます
│  │ docs/right.md · waits for left-hand-side
│  ├─ ✓ base  ↑ above
│  └─ ● left-hand-side  ↑ above
├─ ✗ gone  missing: no document is called so
├─ ✗ broken
│    docs/broken.md · has an error: see \`lint\`
└─ ✗ ring  Ring
   │ docs/ring.md · has an error: see \`lint\`
   └─ ✗ back  Back
      │ docs/back.md · has an error: see \`lint\`
      └─ ✗ ring  ↻ a cycle: back to the one above

4 of 7 required cards active, 2 missing or with errors · ready: left-hand-side
`,
    )
  })

  test('without a terminal and without COLUMNS nothing is cut; what is wrong comes last, on stderr', async () => {
    const { code, stdout, stderr } = await repository.mikado('show')
    expect([code, stdout]).toEqual([65, await shown(100_000)])
    expect(stderr.match(/\[\S+\]$/gm)).toEqual(['[cycle]', '[frontmatter-unreadable]', '[unknown-card]'])
  })

  test('with --all complete cards are told as fully as active ones', async () => {
    expect(await shown(60, 'left-hand-side', '--all')).toBe(`● left-hand-side  Left ✓ forged complete
│ docs/left-hand-side.md
│ ready: all it requires is complete
└─ ✓ base  Base
   │ docs/base.md · complete
   └─ ✓ older  Older
        docs/older.md · complete

0 of 2 required cards active · ready: left-hand-side
`)
  })

  test('a complete chain says so', async () => {
    expect(await shown(60, 'base')).toBe('✓ base  Base  docs/base.md\n└─ ✓ older  Older  docs/older.md\n\ncomplete\n')
  })
})

describe('--order', () => {
  test('in 60 columns: no titles, reasons wrapped', async () => {
    expect(await shown(60, '--order')).toBe(`A goal whose title is much too long for a narrow terminal […
docs/how-to/goal.md

  ✓  older           complete
  ✓  base            complete
  ●  left-hand-side  ready
  ○  right           waits for left-hand-side
  ✗  broken          has an error: see \`lint\`
  ✗  back            has an error: see \`lint\`
  ✗  ring            has an error: see \`lint\`
  ○  goal            waits for left-hand-side, right, gone
                     (missing), broken (has an error) and 1
                     more
`)
  })

  test('in 100 columns, with wide characters in line', async () => {
    expect((await shown(100, '--order')).split('\n').slice(5, 8)).toEqual([
      '  ●  left-hand-side  Left ✓ forged complete                   ready',
      '  ○  right           右のカード、とても長い題名がここに続き…  waits for left-hand-side',
      '  ✗  broken          broken                                   has an error: see `lint`',
    ])
  })
})

describe('--full', () => {
  test('has the whole text of active cards after the tree, in its order', async () => {
    const text = (await shown(40, 'left-hand-side', '--full')).split('\n\n').slice(2).join('\n\n')
    const rule = '─'.repeat(40)
    expect(text).toBe(`${rule}
● left-hand-side  Left ✓ forged complete
docs/left-hand-side.md
ready: all it requires is complete
requires base
required by goal, right
${rule}

${repository.read('docs/left-hand-side.md')}`)
  })

  test('with --all has that of complete ones too', async () => {
    const heads = async (...words: string[]) => (await shown(60, '--full', ...words)).match(/(?<=─\n). \S+/g)
    expect(await heads()).toEqual(['○ goal', '● left-hand-side', '○ right', '✗ broken', '✗ ring', '✗ back'])
    expect(await heads('--all')).toEqual([
      '○ goal',
      '● left-hand-side',
      '✓ base',
      '✓ older',
      '○ right',
      '✗ broken',
      '✗ ring',
      '✗ back',
    ])
  })

  test('lets no control character of a document reach the terminal', async () => {
    using hostile = new TestRepository({
      'docs/a.md': `${card({ title: 'A' })}\u001b[2J\u001b]0;title\u0007 \u009b31m \u202e turned\r\n\tkept, as is <script>\n`,
    })
    const { stdout } = await hostile.mikado('show', '--full')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(stdout.split('\n').slice(-3)).toEqual(['[2J]0;title 31m  turned', '\tkept, as is <script>', ''])
  })
})

test('in JSON: cards in run order, the tree, what is missing, and texts with --full', async () => {
  const data = async (...words: string[]) =>
    JSON.parse((await repository.mikado('show', '--json', ...words)).stdout).data
  const { goal, cards, tree } = await data()
  expect([goal, cards.map(({ id }: { id: string }) => id)]).toEqual([
    'goal',
    ['older', 'base', 'left-hand-side', 'right', 'broken', 'back', 'ring', 'goal'],
  ])
  expect(cards.at(-1)).toEqual({
    id: 'goal',
    title: 'A goal whose title is much too long for a narrow terminal \u001b[31mred\u001b[0m <b>bold</b>',
    path: 'docs/how-to/goal.md',
    status: 'active',
    requires: ['left-hand-side', 'right', 'gone', 'broken', 'ring'],
    requiredBy: [],
    ready: false,
    blockedBy: ['left-hand-side', 'right', 'gone', 'broken', 'ring'],
    branch: 'mikado/goal',
    sound: true,
    missing: ['gone'],
    text: null,
  })
  expect(
    tree.map(({ id, depth, kind }: { id: string; depth: number; kind: string }) => `${depth} ${id} ${kind}`),
  ).toEqual([
    '0 goal card',
    '1 left-hand-side card',
    '2 base card',
    '3 older card',
    '1 right card',
    '2 base again',
    '2 left-hand-side again',
    '1 gone missing',
    '1 broken card',
    '1 ring card',
    '2 back card',
    '3 ring cycle',
  ])
  const texts = (found: { cards: { id: string; text: string | null }[] }) =>
    found.cards.filter(({ text }) => text !== null).map(({ id }) => id)
  expect(texts(await data('--full'))).toEqual(['left-hand-side', 'right', 'broken', 'back', 'ring', 'goal'])
  expect(texts(await data('--full', '--all')).length).toBe(8)
})

test('several goals: it asks which', async () => {
  using several = new TestRepository({ 'docs/a.md': card(), 'docs/b.md': card() })
  expect(await several.tell('show')).toBe('exit 64\n--- stderr\nmikado: there are 2 goals: say which\n  One of a, b.\n')
})

describe('sizes', () => {
  const text = (graph: CardGraph, columns: number) =>
    treeText(treeOf(graph, 'goal'), graph, { columns, all: false, paint: plainPaint })
  const long = 10_000
  const deep = Object.fromEntries(
    Array.from({ length: long }, (_, at) => [at === 0 ? 'goal' : `c${at}`, at + 1 < long ? [`c${at + 1}`] : []]),
  )

  it('a small deep chain is folded in a narrow terminal', () => {
    const few = Object.fromEntries(Object.entries(deep).slice(0, 6))
    const graph = graphFrom({ ...few, c5: [] })
    expect(text(graph, 40)).toBe(`○ goal  A page
│ docs/goal.md · waits for c1
└─ ○ c1  A page
   │ docs/c1.md · waits for c2
   └─ ○ c2  A page
        docs/c2.md
        waits for c3 · ↓ below

○ c2  ↑ above; it requires
└─ ○ c3  A page
   │ docs/c3.md · waits for c4
   └─ ○ c4  A page
        docs/c4.md
        waits for c5 · ↓ below

○ c4  ↑ above; it requires
└─ ● c5  A page
     docs/c5.md
     ready: requires nothing
`)
  })

  it.each([60, 200, Infinity])('a chain 10,000 deep, in %d columns', (columns) => {
    const lines = text(graphFrom(deep), columns).split('\n')
    expect(lines.filter((line) => line.includes('  A page')).length).toBe(long)
    const widest = Math.max(...lines.map((line) => line.length))
    expect(widest).toBeLessThanOrEqual(Math.min(columns, 120))
  })

  it.each([60, 200])(
    'a chain of 2,000 cards, in %d columns: each once, in three lines and one more where it is folded',
    (columns) => {
      const { cards } = makeGraph('random', 2000, 7)
      const lines = text(graphFrom(Object.fromEntries(cards.map(({ id, requires }) => [id, [...requires]]))), columns)
        .split('\n')
        .map((line) => line.replace(/^[│├└─ ]+/, ''))
      expect(lines.filter((line) => /^[●○] \S+ {2}A page$/.test(line)).length).toBe(2000)
      const told = lines.filter((line) => /^docs|^waits|^ready/.test(line)).length
      expect(told).toBeLessThanOrEqual(columns === 60 ? 4000 : 2000)
      expect(lines.filter((line) => !/^(?:[●○✓] |docs|waits|ready|↓ below$|$)/.test(line))).toEqual([])
    },
  )

  it('a card with 10,000 requirements', () => {
    const ids = Array.from({ length: long }, (_, at) => `r${at}`)
    const graph = graphFrom({ goal: ids, ...Object.fromEntries(ids.map((id) => [id, []])) })
    const lines = text(graph, 60).split('\n')
    expect(lines[1]).toBe('│ docs/goal.md · waits for r0, r1, r2, r3 and 9996 more')
    expect(lines.filter((line) => /^[├└]─ ● r\d+ {2}A page$/.test(line)).length).toBe(long)
    expect(showText('goal', graph, plainPaint, 60).split('\n').length).toBe(long + 5)
  })
})
