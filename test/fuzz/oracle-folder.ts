/** What must be so of documents together: their graph, told by the most naive means, and what is printed of it. */
import { isDeepStrictEqual } from 'node:util'
import { type Card, parseCard } from '../../scripts/core/card.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import { findingsOf, mendDocument } from '../../scripts/core/lint/lint.ts'
import { jsonOf } from '../../scripts/core/plain.ts'
import { treeOf } from '../../scripts/core/tree.ts'
import { diagnosticsText } from '../../scripts/view/diagnostics-text.ts'
import { listText, readyText, showText, whyText } from '../../scripts/view/graph-text.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { documentText, treeText } from '../../scripts/view/tree-text.ts'
import { deskOf } from '../core/lint-desk.ts'
import { must } from './oracle-card.ts'

/** What the checks call: a test may hand in others, to see that the oracle bites. */
export const calls = { of: CardGraph.of, mendDocument, showText, treeText, jsonOf }
export type Calls = typeof calls

export type Folder = Readonly<Record<string, string>>

/** Looks at documents together. @throws Broken */
export function judgeFolder(folder: Folder, using: Calls = calls): void {
  const graph = graphOf(folder, using)
  judgeGraph(graph, folder)
  judgeViews(graph, folder, using)
  judgeJson(graph, using)
  judgeLint(folder, using)
}

export function graphOf(folder: Folder, { of }: Calls = calls): CardGraph {
  const parsed = Object.entries(folder).map(([path, text]) => parseCard(path, text))
  return of(
    parsed.map(({ card }) => card),
    parsed.flatMap(({ diagnostics }) => diagnostics),
  )
}

/** The graph against the most naive means there are. @throws Broken */
export function judgeGraph(graph: CardGraph, folder: Folder): void {
  const read = Object.entries(folder).flatMap(([path, text]) => parseCard(path, text).diagnostics)
  const faulty = new Set(read.map(({ file }) => file))
  const cards = [...graph.cards.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const card of cards) must(!card.sound || !faulty.has(card.path), 'a card with an error is not sound')
  const complete = (id: string) => graph.cards.get(id)?.status === 'complete' && graph.cards.get(id)?.sound === true
  const requires = (card: Card) => card.requires.map(({ id }) => id)
  const active = cards.filter(({ status }) => status === 'active')
  const ready = active.filter((card) => card.sound && requires(card).every(complete))
  must(
    isDeepStrictEqual(
      graph.ready(),
      ready.map(({ id }) => id),
    ),
    'ready is what is sound, active, and has all it requires complete',
  )
  const goals = active.filter(({ id }) => !active.some((other) => requires(other).includes(id)))
  must(
    isDeepStrictEqual(
      graph.goals(),
      goals.map(({ id }) => id),
    ),
    'goals are what no active card requires',
  )
  const reached = new Map(cards.map(({ id }) => [id, reachedFrom(id, graph)]))
  for (const { id, sound } of cards) {
    const own = reached.get(id) ?? new Set()
    must(!own.has(id) || knotted(id, reached, graph), 'a cycle is told')
    must(!(own.has(id) && sound) || elsewhere(id, reached, graph), 'a card in a told cycle is not sound')
    const chain = graph.chain(id)
    must(new Set(chain).size === chain.length && chain.at(-1) === id, 'a chain names each card once, its goal last')
    must(isDeepStrictEqual(new Set(chain), new Set([...own, id])), 'a chain is all that is reached')
    for (const [at, other] of chain.entries()) {
      const early = graph.requires(other).filter((required) => chain.indexOf(required) > at)
      must(
        early.every((required) => reached.get(required)?.has(other) === true),
        'requirements come first',
      )
    }
  }
}

/** Everything behind a card; the card itself only when it lies behind itself. */
function reachedFrom(id: string, graph: CardGraph): Set<string> {
  const seen = new Set<string>()
  const left = [id]
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    for (const { id: next } of graph.cards.get(at)?.requires ?? []) {
      if (seen.has(next) || !graph.cards.has(next)) continue
      seen.add(next)
      left.push(next)
    }
  }
  return seen
}

/** Those that reach it and that it reaches: one ring of them is told. */
function knotOf(id: string, reached: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...(reached.get(id) ?? [])].filter((other) => reached.get(other)?.has(id))
}

function knotted(id: string, reached: ReadonlyMap<string, ReadonlySet<string>>, graph: CardGraph): boolean {
  const paths = knotOf(id, reached).map((other) => graph.card(other).path)
  return graph.diagnostics.some(
    ({ code, file, severity }) => code === 'cycle' && severity === 'error' && paths.includes(file),
  )
}

/** Only the ring that is told makes unsound: another card of its knot requires, somewhere, one that is. */
function elsewhere(id: string, reached: ReadonlyMap<string, ReadonlySet<string>>, graph: CardGraph): boolean {
  return knotOf(id, reached).some((other) => !graph.card(other).sound)
}

/** What a terminal would take for more than words, and what nobody sees. Line breaks are counted elsewhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const drawing = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

/** What people are shown. @throws Broken */
export function judgeViews(graph: CardGraph, folder: Folder, { showText, treeText }: Calls = calls): void {
  const tame = tamed(graph)
  for (const [at, goal] of graph.goals().entries()) {
    const twin = tame.goals()[at] ?? ''
    const style = { columns: Infinity, all: true, paint: plainPaint }
    same('the tree', treeText(treeOf(graph, goal), graph, style), treeText(treeOf(tame, twin), tame, style))
    same('the list', showText(goal, graph, plainPaint), showText(twin, tame, plainPaint))
    same(
      'the reasons',
      whyText(goal, graph, undefined, null, plainPaint),
      whyText(twin, tame, undefined, null, plainPaint),
    )
    const whole = documentText(goal, folder[graph.card(goal).path] ?? '', graph, 60, plainPaint)
    must(!drawing.test(whole.replaceAll(/[\t\u2028\u2029]/g, '')), 'a whole document draws nothing')
    must(!drawing.test(treeText(treeOf(graph, goal), graph, { ...style, columns: 60 })), 'a narrow tree draws nothing')
  }
  same('the ready cards', readyText(graph.ready(), graph, plainPaint), readyText(tame.ready(), tame, plainPaint))
  const rows = (of: CardGraph) =>
    of.goals().map((id) => ({ ...of.card(id), active: 0, total: 0, faulty: 0, ready: of.ready(), checkedOut: false }))
  same(
    'the goals',
    listText(rows(graph), graph, null, Infinity, plainPaint),
    listText(rows(tame), tame, null, Infinity, plainPaint),
  )
  const told = diagnosticsText(graph.diagnostics, plainPaint)
  const lines = graph.diagnostics.reduce(
    (sum, { related, help }) => sum + 1 + related.length + (help === null ? 0 : 1),
    0,
  )
  must(
    !drawing.test(told) && told.split('\n').length === lines + 1,
    'a diagnostic has a line, and so has each place beside it',
  )
}

/** What programs are told. @throws Broken */
export function judgeJson(graph: CardGraph, { jsonOf }: Calls = calls): void {
  const data = { cards: [...graph.cards.values()], diagnostics: graph.diagnostics }
  const json = jsonOf(data)
  must(!drawing.test(json) && !json.includes('\n'), 'JSON is one line that draws nothing')
  must(isDeepStrictEqual(JSON.parse(json), JSON.parse(JSON.stringify(data))), 'JSON says the same text')
}

/** Whatever stands in the documents: as many lines as when they hold nothing but tame words, and nothing that draws. */
function same(what: string, text: string, tame: string): void {
  must(!drawing.test(text), `${what} draws nothing`)
  must(text.split('\n').length === tame.split('\n').length, `${what} has a line for each row, and no other`)
}

/** The same graph with tame words in it. */
function tamed(graph: CardGraph): CardGraph {
  const known = new Map<string, string>()
  const name = (id: string) => known.get(id) ?? known.set(id, `card${known.size}`).get(id) ?? id
  const cards = [...graph.cards.values()].map((card) => ({
    ...card,
    id: name(card.id),
    title: card.title.trim() === '' ? '' : 'A title',
    branch: card.branch === null ? null : 'branch',
    requires: card.requires.map((reference) => ({ ...reference, id: name(reference.id) })),
  }))
  return CardGraph.of(cards)
}

/** What `lint --fix` does. @throws Broken */
export function judgeLint(folder: Folder, { mendDocument }: Calls = calls): void {
  const desk = deskOf(folder, { documents: 'all' })
  findingsOf(desk, { works: new Map(), strays: [] })
  for (const [path, text] of Object.entries(folder)) {
    const { text: mended, made } = mendDocument(path, text, desk)
    if (made.length === 0) {
      must(mended === text, 'without a mend nothing changes')
      continue
    }
    const [before, after] = [parseCard(path, text), parseCard(path, mended)]
    must(mended.split('\n').length === text.split('\n').length, 'no mend adds or takes away a line')
    const again = mendDocument(path, mended, deskOf({ ...folder, [path]: mended }, { documents: 'all' }))
    must(again.text === mended, 'mending twice is mending once')
    const codes = new Set(made.map(({ code }) => code))
    const touched = ['unknown-status', 'unknown-card', 'frontmatter-value'].some((code) => codes.has(code as never))
    must(
      after.diagnostics.length <= before.diagnostics.length,
      `a mend makes no trouble: ${after.diagnostics.at(-1)?.message}`,
    )
    if (!before.card.sound || touched) continue
    const meaning = ({ card }: typeof before) => ({
      ...card,
      checklist: [],
      title: '',
      place: null,
      requires: card.requires.map(({ id }) => id),
    })
    must(isDeepStrictEqual(meaning(before), meaning(after)), 'a mend of style leaves the card as it is')
  }
}
