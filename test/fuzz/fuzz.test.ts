/** A small part of `npm run test:fuzz`, always the same; and whether its oracles would notice. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import { type Batch, folderAt, judge, runBatch } from './batch.ts'
import { hostileDocument, hostileFolder, literal } from './documents.ts'
import { foundDocuments, foundFolders } from './found.ts'
import {
  edits,
  judgeCard,
  judgeComplete,
  judgeFinalize,
  judgeReading,
  judgeReopen,
  judgeRequirement,
} from './oracle-card.ts'
import { calls, graphOf, judgeGraph, judgeJson, judgeLint, judgeViews } from './oracle-folder.ts'

const path = 'docs/page.md'
const numRuns = 100
const seed = 6

/** Judges the same few documents, or folders of them. */
function ofDocuments(judged: (text: string) => void): void {
  const examples = foundDocuments.map((text): [string] => [text])
  fc.assert(fc.property(hostileDocument, judged), { seed, numRuns, examples })
}
function ofFolders(judged: (folder: Record<string, string>) => void): void {
  const examples = foundFolders.map((folder): [Record<string, string>] => [folder])
  fc.assert(fc.property(hostileFolder, judged), { seed, numRuns: numRuns / 2, examples })
}
const cardOf = (text: string) => parseCard(path, text).card

it('a document of any kind is read, its trouble has a place in it, and with trouble it is not sound', () => {
  ofDocuments((text) => void judgeReading(path, text))
})

it('completing a document of any kind changes its status and the boxes that held, or is refused', () => {
  ofDocuments((text) => void judgeComplete(cardOf(text), text))
})

it('reopening a document of any kind changes its status and its boxes, or is refused', () => {
  ofDocuments((text) => void judgeReopen(cardOf(text), text))
})

it('adding a requirement to a document of any kind adds that and no more, or is refused', () => {
  ofDocuments((text) => void judgeRequirement(cardOf(text), text))
})

it('finalizing a document of any kind takes out what made it a card, or is refused', () => {
  ofDocuments((text) => void judgeFinalize(cardOf(text), text))
})

it('goals, readiness, chains and cycles of documents of any kind are what a naive look says', () => {
  ofFolders((folder) => judgeGraph(graphOf(folder), folder))
})

it('no view of documents of any kind draws, or has a line that they made', () => {
  ofFolders((folder) => judgeViews(graphOf(folder), folder))
})

it('JSON of documents of any kind says the same text, and draws nothing', () => {
  ofFolders((folder) => judgeJson(graphOf(folder)))
})

it('mending documents of any kind leaves what they mean, and there is nothing left to mend', () => {
  ofFolders((folder) => judgeLint(folder))
})

it('a batch counts what it judged, and each folder of it can be seen again', () => {
  const seen: number[] = []
  const batch: Batch = { seed: 7, runs: 5, limit: Number.POSITIVE_INFINITY, begin: (index) => void seen.push(index) }
  const { tally, failure } = runBatch(batch)
  const folders = seen.map((index) => folderAt(7, index))
  expect([failure, seen, tally.folders]).toEqual([null, [0, 1, 2, 3, 4], 5])
  expect(tally.cards).toBe(folders.reduce((sum, folder) => sum + Object.keys(folder).length, 0))
  expect(folderAt(7, 3)).toEqual(folderAt(7, 3))
  expect(folderAt(7, 3)).not.toEqual(folderAt(8, 3))
})

it('a failure names its folder, made as small as it goes', () => {
  const complete = (_: string, text: string) => ({ ok: true as const, text: text.replaceAll('[ ]', '[x]') })
  const batch: Batch = { seed: 7, runs: 200, limit: Number.POSITIVE_INFINITY, begin: () => {} }
  const { failure } = runBatch(batch, { ...edits, ...calls, complete })
  expect(failure?.place).toMatch(/^7:\d+$/)
  expect(failure?.promise).toMatch(/a completed card is complete|is sound|nothing but the lines|ticked/)
  expect(Object.keys(failure?.folder ?? {})).toHaveLength(1)
  const [, index] = failure?.place.split(':') ?? []
  expect(() => judge(folderAt(7, Number(index)), { ...edits, ...calls, complete })).toThrow()
  expect(() => judge(folderAt(7, Number(index)))).not.toThrow()
})

it('a small document that takes long is a failure', () => {
  const { failure } = runBatch({ seed: 7, runs: 5, limit: -1, begin: () => {} })
  expect(failure?.place).toBe('7:0')
  expect(failure?.promise).toContain('a small document takes -1 ms at most')
})

it('what cannot be printed is told so that it can be pasted', () => {
  const text = '\u001b[2J\u202e\ud800"\n😀'
  expect(literal(text)).toBe('"\\u001b[2J\\u202e\\ud800\\"\\n\\ud83d\\ude00"')
  expect(JSON.parse(literal(text))).toBe(text)
})

/** A document that is in order, and edits of it that are not. */
const page =
  '---\ntitle: A\nmore: x\nstatus: active\nrequires:\n  - a\n---\n# A\n\n## Verification\n\n- [ ] one\n- [ ] two\n'
const changed =
  (from: string | RegExp, to: string) => (name: 'complete' | 'reopen' | 'addRequirement' | 'finalize') => {
    return (given: string, text: string) => {
      const edit =
        name === 'complete'
          ? edits.complete(given, text, ['one'])
          : name === 'addRequirement'
            ? edits.addRequirement(given, text, 'new-card')
            : edits[name](given, text)
      return edit.ok ? { ok: true as const, text: edit.text.replace(from, to) } : edit
    }
  }

it.each([
  ['another box', changed('[ ] two', '[x] two')],
  ['a word', changed('one', 'two')],
  ['an entry', changed('more: x\n', '')],
  ['a line end', changed('# A\n', '# A\r\n')],
  ['the last line', changed(/\n$/, '')],
])('notices an edit that changes %s besides', (_, wrong) => {
  const done = page.replace('status: active\n', '')
  expect(() => judgeCard(path, page)).not.toThrow()
  expect(() => judgeCard(path, done)).not.toThrow()
  expect(() => judgeCard(path, page, { ...edits, complete: wrong('complete') })).toThrow()
  expect(() => judgeCard(path, done, { ...edits, addRequirement: wrong('addRequirement') })).toThrow()
  expect(() => judgeCard(path, done, { ...edits, finalize: wrong('finalize') })).toThrow()
})

it('notices an edit that refuses what is plainly written, and one that does nothing', () => {
  const complete = () => ({ ok: false as const, reason: 'no' })
  expect(() => judgeCard(path, page, { ...edits, complete })).toThrow('plainly written')
  const same = (_: string, text: string) => ({ ok: true as const, text })
  expect(() => judgeCard(path, page, { ...edits, complete: same })).toThrow()
  expect(() => judgeCard(path, page.replace('status: active\n', ''), { ...edits, reopen: same })).toThrow('is active')
})

/** The same graph, but for one answer. */
function but<K extends keyof CardGraph>(graph: CardGraph, name: K, answer: CardGraph[K]): CardGraph {
  return new Proxy(graph, {
    get: (target, asked) => {
      if (asked === name) return answer
      const found: unknown = Reflect.get(target, asked)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}

it('notices a graph that is wrong, a view that is forged, and JSON that says something else', () => {
  const folder = {
    'docs/a.md': '---\nstatus: active\nrequires: [b]\ntitle: "x\\ny\\u001b[2J"\n---\n',
    'docs/b.md': '---\nstatus: active\n---\n',
  }
  const graph = graphOf(folder)
  expect(() => judgeGraph(graph, folder)).not.toThrow()
  expect(() =>
    judgeGraph(
      but(graph, 'ready', () => ['a', 'b']),
      folder,
    ),
  ).toThrow('ready is')
  expect(() =>
    judgeGraph(
      but(graph, 'goals', () => ['b']),
      folder,
    ),
  ).toThrow('goals are')
  const ring = { ...folder, 'docs/b.md': '---\nstatus: active\nrequires: [a]\n---\n' }
  expect(() => judgeGraph(graphOf(ring), ring)).not.toThrow()
  expect(() => judgeGraph(but(graphOf(ring), 'diagnostics', []), ring)).toThrow('a cycle is told')
  expect(() =>
    judgeViews(graph, folder, { ...calls, showText: (goal, of) => `${goal}\n${of.card(goal).title}` }),
  ).toThrow('draws nothing')
  expect(() =>
    judgeViews(graph, folder, {
      ...calls,
      treeText: (rows) => `${rows.length}${'\n'.repeat(rows[0]?.id.startsWith('card') ? 1 : 2)}`,
    }),
  ).toThrow('a line for each row')
  expect(() => judgeJson(graph, { ...calls, jsonOf: () => '{}' })).toThrow('the same text')
  const mendDocument: typeof calls.mendDocument = (...given) => ({ ...calls.mendDocument(...given), text: 'x' })
  expect(() => judgeLint(folder, { ...calls, mendDocument })).toThrow('without a mend')
  expect(CardGraph.of([]).goals()).toEqual([])
})
