/** Documents as people write them, each line known: what it is, and what it must be when the card is complete. */
import fc from 'fast-check'

/** A line before and after completing; `after` is null for a line that goes. */
export interface Line {
  text: string
  after: string | null
}

export interface Model {
  lines: Line[]
  /** Keys of the checklist lines that held. */
  held: string[]
  /** Keys of all checklist lines. */
  keys: string[]
  before: string
  /** What `complete(before, held)` must make of it. */
  after: string
}

export interface Style {
  /** Status right before `requires`, written plainly, and no box ticked: what `reopen` restores to the byte. */
  restorable: boolean
}

const kept = (...texts: string[]): Line[] => texts.map((text) => ({ text, after: text }))

/** Entries that are nobody's business, with decoys among them. */
const foreign: readonly string[][] = [
  ['# a remark: status: active'],
  [''],
  ['modified: 2026-02-20'],
  ['tags: [a, "b: c", \'d\']'],
  ['aliases:', '  - x', '  - "status: active"'],
  ['more:', '- x', '- y # why'],
  ['nested:', '  status: active', '  requires: [z]'],
  ['text: |', '  status: active', '', '  - [ ] no box'],
  ['folded: >-', '  two', '  lines'],
  ['"quoted key": "ünïcode 😀 \\" # not a remark"'],
  ['empty:'],
  ['branch: mikado/goal'],
]

const titles = [
  'title: A page',
  'title: "A: page"',
  "title: 'It''s # a page'   # why",
  'title:   Ärger 😀',
  'title: two\n  lines',
]
const requires = [
  'requires:\n  - a\n  - b',
  'requires:\n- a\n-   "b"  # why',
  'requires: [a, b]',
  'requires: [\n  a,\n  b ]',
  'requires: []',
]
const statuses = [
  'status: active',
  'status:   active  ',
  'status: "active"',
  "'status': 'active'",
  'status: active # until June',
  'status:\n  active',
]

const lead: fc.Arbitrary<string[]> = fc.constantFrom(
  [],
  ['# A page', '', 'status: active', '', '- [ ] a task of somebody'],
  ['```', '## Verification', '- [ ] code', '```'],
  ['<!-- ## Verification', '- [ ] hidden', '-->'],
)

const between: fc.Arbitrary<string[]> = fc.constantFrom(
  [],
  [''],
  ['Some words, `[ ]` among them.', ''],
  ['#### By hand'],
  ['~~~ sh', '- [ ] code', '~~~'],
  ['<!-- - [ ] hidden -->'],
  ['', '- a remark', ''],
)

const item = fc.record({
  before: between,
  bullet: fc.constantFrom('-', '*', '+', '1.', '12)'),
  indent: fc.constantFrom('', '  ', '\t'),
  gap: fc.constantFrom(' ', '  ', '\t'),
  state: fc.constantFrom(' ', ' ', ' ', 'x', 'X'),
  words: fc.constantFrom(
    'works',
    '`is` there',
    'passes [ ] twice',
    'ünïcode 😀',
    'a: b # c',
    'pasted\u2028from a\rchat',
  ),
  detail: fc.constantFrom('', ' (401)', ' (a (nested) one)'),
  wrapped: fc.boolean(),
  held: fc.boolean(),
})

/** The checklist lines, and the keys of those that held. */
function checklist(items: readonly (typeof item extends fc.Arbitrary<infer T> ? T : never)[], restorable: boolean) {
  const lines: Line[] = []
  const keys: string[] = []
  const held: string[] = []
  for (const [at, { before, bullet, indent, gap, state, words, detail, wrapped, ...entry }] of items.entries()) {
    const box = restorable ? ' ' : state
    const key = `${words.replaceAll('`', '').replace('\u2028', ' ').replace('\r', '')} ${at}${wrapped ? ' and goes on' : ''}`
    const end = wrapped ? '' : detail
    const written = (mark: string) => `${indent}${bullet}${gap}[${mark}]${gap}${words} ${at}${end}`
    const ticked = (restorable || entry.held) && box === ' ' ? 'x' : box
    lines.push(...kept(...before), { text: written(box), after: written(ticked) })
    if (wrapped) lines.push(...kept(`${indent}  and goes on${detail}`))
    keys.push(key)
    if (restorable || entry.held) held.push(key)
  }
  return { lines, keys, held }
}

export function documents({ restorable }: Style): fc.Arbitrary<Model> {
  return fc
    .record({
      bom: fc.boolean(),
      eol: fc.constantFrom('\n', '\r\n'),
      finalNewline: fc.boolean(),
      fence: fc.constantFrom('---', '---yaml', '--- yml'),
      closing: fc.constantFrom('---', '--- '),
      title: fc.constantFrom(...titles),
      requires: fc.constantFrom(...requires),
      status: restorable ? fc.constant('status: active') : fc.constantFrom(...statuses),
      foreign: fc.shuffledSubarray([...foreign]),
      order: fc.array(fc.nat(), { minLength: 14, maxLength: 14 }),
      lead,
      heading: fc.constantFrom('## Verification', '# verification', '### Verification ###'),
      items: fc.array(item, { maxLength: 6 }),
      trail: fc.constantFrom([], ['# Related', '- [ ] works 0', '- [ ] works 1'], ['', '']),
    })
    .map((parts) => {
      const status = parts.status.split('\n').map((text) => ({ text, after: null }))
      const required = kept(...parts.requires.split('\n'))
      const own = restorable ? [[...status, ...required]] : [status, required]
      const entries = [...own, kept(...parts.title.split('\n')), ...parts.foreign.map((lines) => kept(...lines))]
      const sorted = entries
        .map((lines, at) => ({ lines, rank: parts.order[at] ?? 0 }))
        .sort((a, b) => a.rank - b.rank)
        .flatMap((entry) => entry.lines)
      const list = checklist(parts.items, restorable)
      const lines = [
        ...kept(parts.fence),
        ...sorted,
        ...kept(parts.closing, ...parts.lead, parts.heading),
        ...list.lines,
        ...kept(...parts.trail),
      ]
      const render = (of: readonly string[]) =>
        `${parts.bom ? '\uFEFF' : ''}${of.join(parts.eol)}${parts.finalNewline ? parts.eol : ''}`
      return {
        lines,
        keys: list.keys,
        held: list.held,
        before: render(lines.map((line) => line.text)),
        after: render(lines.flatMap((line) => line.after ?? [])),
      }
    })
}
