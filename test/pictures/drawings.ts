/** Drawings for tests: small ones, and ones whose words want to be more than words. */
import fc from 'fast-check'
import { type Drawing, type DrawnState, drawingOf } from '../../scripts/core/drawing.ts'
import { isName } from '../../scripts/core/plain.ts'
import { graphFrom } from '../core/documents.ts'
import { names } from '../fuzz/stumbling-blocks.ts'

/** What some reader of a picture takes for more than words. */
export const hostile: readonly string[] = [
  ...['end', 'graph', 'default', 'style', 'subgraph', '__proto__', 'constructor', 'n0', 'node', 'is_ready', '-->'],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    '</text></svg>',
    '&lt;b&gt;',
  ],
  ...['javascript:alert(1)', '[x](javascript:alert(1))', '![x](http://example.invalid/x.png)', 'www.example.invalid'],
  ...['a"] click n0 href "http://example.invalid"', '%%{init: {"securityLevel": "loose"}}%%', '"`**bold**`"', '`code`'],
  ...[
    'style: #quot;',
    'classDef a:#fff;',
    'direction LR',
    'fa:fa-bug',
    '$$x$$',
    'ﬂ°°60¶ßscriptﬂ°°62¶ß',
    '#quot; #35; #;',
  ],
  ...['1. one', '- two', '# three', '> four', '===', '***', '_a_ ~~b~~', 'http://example.invalid', 'a@example.invalid'],
  ...[
    '\\',
    '\\N \\G \\E \\T',
    'a\\',
    'a\\"b',
    '<b>',
    '{a|b}',
    '<<TABLE>>',
    ']]>',
    '<!-- -->',
    '-->',
    '<?x?>',
    '/* */ }',
  ],
  ...[
    '\u001b[31mred\u001b[0m',
    '\u001b]8;;http://example.invalid\u0007x',
    'a\nb',
    'a\r\n```\nb',
    '\ufffe\uffff',
    '\ud800',
  ],
  ...[
    '\u202eevil',
    '😀 👩‍👩‍👧',
    'e\u0301',
    '漢字',
    'שלום',
    '\u0000',
    'x'.repeat(300),
    'W'.repeat(60),
    ' ',
    '',
    'ＦＵＬＬ',
  ],
]

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostile, ...names) },
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.constantFrom(...hostile), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
)
const states: readonly DrawnState[] = ['complete', 'ready', 'blocked', 'faulty', 'missing']

/** Cards of any words a document can hold, which require any of each other. */
export const hostileDrawing: fc.Arbitrary<Drawing> = fc
  .record({
    ids: fc.uniqueArray(word.filter(isName), { minLength: 1, maxLength: 8 }),
    titles: fc.array(word, { minLength: 8, maxLength: 8 }),
    looks: fc.array(fc.tuple(fc.constantFrom(...states), fc.boolean()), { minLength: 8, maxLength: 8 }),
    edges: fc.uniqueArray(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 12, selector: String }),
  })
  .map(({ ids, titles, looks, edges }) => ({
    cards: ids.map((id, at) => {
      const [state = 'ready', goal = false] = looks[at] ?? []
      return { id, title: titles[at] ?? '', path: state === 'missing' ? null : `docs/${at}.md`, state, goal }
    }),
    edges: edges.flatMap(([a, b]) => {
      const [from, to] = [ids[a], ids[b]]
      return from === undefined || to === undefined ? [] : [{ from, to, back: b >= a }]
    }),
  }))

/** One card for every hostile word, as its title and, where it can be one, as its id. */
export const allHostile: Drawing = {
  cards: hostile
    .map((text, at) => ({
      id: isName(text) ? text : `card-${at}`,
      title: text,
      path: `docs/${at}.md`,
      state: states[at % states.length] ?? 'ready',
      goal: at % 7 === 0,
    }))
    .filter((card, at, all) => all.findIndex(({ id }) => id === card.id) === at),
  edges: [],
}

/** The drawing of cards by id, with what each requires. */
export function drawn(requires: Record<string, string[]>, complete: readonly string[] = [], goals?: string[]): Drawing {
  const graph = graphFrom(requires, complete)
  return drawingOf(graph, goals ?? graph.goals())
}
