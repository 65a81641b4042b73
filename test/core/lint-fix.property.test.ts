/** `--fix`, over documents nobody thought of. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mended } from '../../scripts/core/lint/finding.ts'
import { findingsOf, graded, mendDocument } from '../../scripts/core/lint/lint.ts'
import { Page } from '../../scripts/core/lint/page.ts'
import { deskOf, type Texts } from './lint-desk.ts'

const others: Texts = {
  'docs/how-to/base.md': '# Base\n\n## Some Heading\n',
  'docs/how-to/deep/Other.md': '# Other\n',
  'docs/twin.md': '',
  'docs/deep/twin.md': '',
  'README.md': '# Read me\n',
}
const path = 'docs/how-to/page.md'

const value = fc.constantFrom(
  'base',
  'Base',
  'base.md',
  'how-to/base',
  '"[[Other]]"',
  "'OTHER.md'",
  'twin',
  'page.md',
  'gone',
  '7',
  '""',
)
const entry = fc.oneof(
  fc.constantFrom(
    'title: T',
    'tags: []',
    'note: "[[Base]]"',
    '# [[Base]]',
    'status: Active',
    "status: ' ACTIVE '",
    'status: done',
  ),
  value.map((word) => `requires: ${word}`),
  fc.array(value, { maxLength: 4 }).map((words) => `requires: [${words.join(', ')}]`),
  fc
    .array(value, { minLength: 1, maxLength: 4 })
    .map((words) => `requires:${words.map((word) => `\n  - ${word} # why`).join('')}`),
)
const link = fc.constantFrom(
  ...[
    '[[Base]]',
    '[[ base | x ]]',
    '[[base.md#Some Heading]]',
    '[[how-to/deep/Other]]',
    '[[twin]]',
    '[[gone]]',
    '[[#Here]]',
    '![[BASE]]',
  ],
  ...[
    '[x](Base.md)',
    '[x](base.md#Some-Heading)',
    '![x](./BASE.md "t")',
    '[x](#Here)',
    '[x](deep/other.md)',
    '[x]()',
    '`[[Base]]`',
    '\\[[Base]]',
  ],
)
const line = fc.oneof(
  link,
  fc.tuple(link, link).map((links) => `| ${links.join(' | ')} |`),
  fc.constantFrom(
    '',
    'words',
    '## Here',
    '## Verification',
    '## Verification:',
    'Under',
    '---',
    '```',
    '~~~',
    '<!--',
    '-->',
    '    [[Base]]',
    '> [[Base]]',
  ),
  fc
    .tuple(
      fc.constantFrom('', '  '),
      fc.constantFrom('-', '*', '1.'),
      fc.constantFrom('', ' '),
      fc.constantFrom('[]', '[ ]', '[x]', '[ X]', '[y]'),
      fc.constantFrom('', ' '),
      fc.constantFrom('a', 'b (c)', '[[Base]]', ''),
    )
    .map((parts) => parts.join('')),
  link.map((text) => `# ${text}`),
)
const document = fc
  .record({
    bom: fc.boolean(),
    eol: fc.constantFrom('\n', '\r\n'),
    last: fc.boolean(),
    front: fc.option(fc.array(entry, { maxLength: 4 })),
    body: fc.array(line, { maxLength: 14 }),
  })
  .map(({ bom, eol, last, front, body }) => {
    const lines = [...(front ? ['---', ...front, '---'] : []), ...body].join('\n').split('\n')
    return `${bom ? '\uFEFF' : ''}${lines.join(eol)}${last ? eol : ''}`
  })

/** Code and line of everything told of the document. */
function told(text: string): Set<string> {
  const desk = deskOf({ ...others, [path]: text })
  const found = findingsOf(desk, { works: new Map(), strays: [] }).findings.map(({ diagnostic }) => diagnostic)
  const all = graded([...desk.graph.diagnostics, ...found], desk).filter(({ file }) => file === path)
  return new Set(all.map(({ code, line: number }) => `${code} ${number}`))
}

const fix = (text: string) => mendDocument(path, text, deskOf({ ...others, [path]: text }))

it('fixing twice is fixing once', () => {
  fc.assert(
    fc.property(document, (text) => {
      const once = fix(text)
      expect(fix(once.text)).toMatchObject({ text: once.text, made: [] })
    }),
    { numRuns: 400 },
  )
})

it('changes nothing but what was told, where it was told', () => {
  fc.assert(
    fc.property(document, (text) => {
      const { text: after, made } = fix(text)
      const { place } = new Page(path, text)
      const before = told(text)
      for (const { code, start, end, text: put } of made) {
        expect([...before]).toContain(`${code} ${place(start).line}`)
        expect(text.slice(start, end) + put).not.toMatch(/[\r\n]/)
      }
      const [old, now] = [text.split('\n'), after.split('\n')]
      const changed = new Set(made.map(({ start }) => place(start).line))
      expect(now.length).toBe(old.length)
      expect(old.flatMap((each, at) => (each === now[at] ? [] : at + 1))).toEqual([...changed].sort((a, b) => a - b))
      expect(mended(text, made).text).toBe(after)
    }),
    { numRuns: 400 },
  )
})

it('makes no error that was not there', () => {
  const errors = (text: string) =>
    [...told(text)].filter((entry_) => /^(?:frontmatter|unknown|doubled|cycle)/.test(entry_))
  fc.assert(
    fc.property(document, (text) => {
      const before = errors(text)
      expect(errors(fix(text).text).filter((entry_) => !before.includes(entry_))).toEqual([])
    }),
    { numRuns: 400 },
  )
})

it('tells the same of a document when one more line stands at its end, of which nothing is told', () => {
  fc.assert(
    fc.property(document, (text) => {
      // It has what a checklist line may have: documents without such lines, or with right ones only, are looked at less closely.
      expect(told(`${text}\n\n- [far](https://example.com)\n`)).toEqual(told(text))
    }),
    { numRuns: 2000 },
  )
})
