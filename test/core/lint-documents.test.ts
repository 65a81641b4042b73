/** What frontmatter, checklists and names must be, and for which documents. */
import { describe, expect, it } from 'vitest'
import { mended } from '../../scripts/core/lint/finding.ts'
import { howTo, linted, mendedTexts } from './lint-desk.ts'

const page = 'docs/how-to/page.md'
const front = (...lines: string[]) => ['---', ...lines, '---', ''].join('\n')
const add = (name: string) => `Add \`${name}: …\` to it.`

describe('the frontmatter that a document must have', () => {
  it('is told field by field', () => {
    expect(linted({ [page]: front('title: T', 'tags:') })).toEqual([
      `${page}:1:1 warning missing-modified: the frontmatter has no \`modified\` [${add('modified')}]`,
      `${page}:3:1 warning missing-tags: \`tags\` has no value [Write one, or take the line away from what is required.]`,
    ])
    expect(linted({ [page]: '# Title\n' }, { required: ['title', 'owner'] })).toEqual([
      `${page}:1:1 warning missing-title: the frontmatter has no \`title\` [Begin the document with frontmatter: \`title: …\` between \`---\`.]`,
      `${page}:1:1 warning missing-field: the frontmatter has no \`owner\` [Begin the document with frontmatter: \`owner: …\` between \`---\`.]`,
    ])
  })

  it.each([
    'title: T\nmodified: 2026-01-01\ntags: []',
    '"title": T\n"modified": x\n"tags": [a]',
    '{title: T, modified: 1, tags: a}',
  ])('is there in %j', (lines) => {
    expect(linted({ [page]: front(lines) })).toEqual([])
  })

  it('is not asked of documents that are no cards, nor where there are no how-tos', () => {
    const active = `${front('status: active', 'run: manual')}## Verification\n- [ ] a\n`
    expect(linted({ 'docs/reference/page.md': '# A page\n', 'docs/how-to/x/y.md': howTo() })).toEqual([])
    expect(linted({ 'docs/card.md': active })).toEqual([])
    expect(linted({ 'docs/card.md': active }, { required: ['tags'] })).toEqual([
      `docs/card.md:1:1 warning missing-tags: the frontmatter has no \`tags\` [${add('tags')}]`,
    ])
    expect(linted({ 'docs/page.md': '' }, { required: ['tags'] })).toEqual([])
    expect(linted({ 'docs/page.md': front('a: b') }, { required: ['tags'], documents: 'all' })).toHaveLength(1)
  })

  it('is not asked where it cannot be read, nor of what is to be ignored', () => {
    expect(linted({ [page]: '---\ntitle: [\n---\n' })).toEqual([
      expect.stringMatching(/ error frontmatter-unreadable: /),
    ])
    expect(linted({ [page]: '[[gone]]' }, { ignore: ['docs/how-to'] })).toEqual([])
    expect(linted({ [page]: '[[gone]]' }, { ignore: [page] })).toEqual([])
    expect(linted({ [page]: '' }, { ignore: ['docs/how'] })).toHaveLength(3)
  })

  it('can be an error, or off', () => {
    const rules = { 'missing-title': 'off', 'missing-tags': 'error' } as const
    expect(linted({ [page]: '' }, { rules }).map((line) => line.split(':')[2]?.slice(2))).toEqual([
      'warning missing-modified',
      'error missing-tags',
    ])
  })
})

it('`status` and `requires` belong into the how-to folder, where there is one', () => {
  const files = { [page]: howTo(), 'docs/reference/card.md': howTo('', 'requires: [page]') }
  const line = 'docs/reference/card.md:5:1 warning misplaced-field: `requires` is for how-tos, in '
  expect(linted(files)).toEqual([`${line}docs/how-to/ [Move the document to docs/how-to/, or take the line away.]`])
  expect(linted(files, { howTo: 'docs/reference' })).toEqual([])
  expect(linted({ 'docs/card.md': howTo('', 'requires: []') }, { howTo: 'docs/guides' })).toEqual([
    'docs/card.md:5:1 warning misplaced-field: `requires` is for how-tos, in docs/guides/ [Move the document to docs/guides/, or take the line away.]',
  ])
})

describe('errors of the graph that have one answer', () => {
  const others = { 'docs/how-to/base.md': howTo(), 'docs/how-to/Twin.md': howTo(), 'docs/how-to/TWIN.md': howTo() }
  const mended = (...lines: string[]) => mendedTexts({ ...others, [page]: howTo('', ...lines) })[page]

  it.each([
    ['status: Active', 'status: active'],
    ["status:   'ACTIVE'  # soon", "status:   'active'  # soon"],
    ['status: " active "', 'status: "active"'],
    ['requires: [base.md, "Base"]', 'requires: [base, "base"]'],
    ["requires:\n  - how-to/base # why\n- ''", "requires:\n  - how-to/base # why\n- ''"],
    ['requires:\n  - how-to/base # why\n  - ./base', 'requires:\n  - base # why\n  - base'],
    ['requires:\n  - "[[base]]"', 'requires:\n  - "base"'],
    ['requires:\n  - "[[docs/how-to/base.md]]"', 'requires:\n  - "base"'],
    ['requires: base', 'requires: [base]'],
    ['requires: "base" # why', 'requires: ["base"] # why'],
  ])('%j becomes %j', (before, after) => {
    expect(mended(before) ?? howTo('', before)).toBe(howTo('', after))
    expect(mended(after)).toBe(undefined)
  })

  it.each([
    'status: done',
    'status: inactive',
    'status: [Active]',
    'status:',
    'status: >-\n  Active',
    'requires: [bass]',
    'requires: [twin]',
    'requires: [gone/base]',
    'requires: [page.md, Page]',
    'requires: page',
    'requires: base, twin',
    'requires: "ba\\x73e"',
    'requires: [{base: x}]',
    'requires: [base',
  ])('%j is left', (before) => {
    expect(mended(before)).toBe(undefined)
  })

  it('names that YAML would read otherwise are left', () => {
    const files = {
      'docs/True.md': '',
      'docs/7.md': '',
      'docs/a b.md': '',
      'docs/c.md': front('requires: [true.md, 7.md, a b.md]'),
    }
    expect(mendedTexts(files)).toEqual({})
  })

  it('a name that two documents have is left, also where the path says which', () => {
    const two = { 'docs/a/base.md': '', 'docs/b/base.md': '' }
    for (const value of ['[a/base]', '["[[base]]"]', 'base', '[base.md, Base]']) {
      expect(mendedTexts({ ...two, 'docs/c.md': front(`requires: ${value}`) })).toEqual({})
    }
  })
})

describe('the checklist', () => {
  const card = (body: string) => ({ [page]: howTo(body, 'status: active') })
  const told = (body: string) => linted(card(body)).map((line) => line.replace(`${page}:`, ''))
  const mended = (body: string) => mendedTexts(card(body))[page] ?? null
  const asked = 'is not read as the checklist [If it is the checklist, write the heading as `## Verification`.]'

  it.each([
    ['## Verification:\n- [ ] a\n', '7:1 warning checklist-heading: "Verification:" '],
    ['Verification\n---\n\n- [ ] a\n', '7:1 warning checklist-heading: "Verification" '],
    ['## How\n\n**Verification**\n\n- [ ] a\n', '9:1 warning checklist-heading: "**Verification**" '],
    ['Verification:\n- [ ] a\n', '7:1 warning checklist-heading: "Verification:" '],
    ['## Verfication\n### By hand\n## Verify it\n- [x] a\n', '9:1 warning checklist-heading: "Verify it" '],
    ['> ## Verification\n\n- [ ] a\n', '7:3 warning checklist-heading: "Verification" '],
    ['## Verification:\nNote:\n### By hand\n- [ ] a\n', '7:1 warning checklist-heading: "Verification:" '],
  ])('is asked for where a heading is nearly its: %j', (body, start) => {
    expect(told(body)).toEqual([start + asked])
    expect(mended(body)).toBe(null)
  })

  it.each([
    '## Verification\n- a\n',
    '## Specification\n- [ ] a\n',
    '## Verify\nsee above\n## More\n- [ ] a\n',
    '- [ ] a\n',
  ])('is not suspected in %j', (body) => {
    expect(told(body)).toEqual([
      '5:9 warning card-without-proof: nothing says when `page` is done: no checklist, no task [Write a list of what must be true under `## Verification`, or a task.]',
    ])
  })

  it('is not asked for in a document that is no card', () => {
    expect(linted({ [page]: howTo('## Verify\n- [ ] a\n') })).toEqual([])
  })

  it.each([
    ['- [] a', '- [ ] a', '- []'],
    ['* [  ] a', '* [ ] a', '* [  ]'],
    ['1.[x] a', '1. [x] a', '1.[x]'],
    ['- [ ]a (b)', '- [ ] a (b)', '- [ ]'],
    ['- [ X ]  a', '- [X] a', '- [ X ]'],
    ['  - [x]a', '  - [x] a', '- [x]'],
  ])('has a line %j: it becomes %j', (before, after, written) => {
    const body = (line: string) => `## Verification\n- [ ] first\n\n${line}\n\n- [ ] last\n`
    const column = before.length - before.trimStart().length + 1
    const right = after.trimStart().replace(/a.*$/, '')
    expect(told(body(before))).toEqual([
      `10:${column} warning unread-line: a checklist line that begins with \`${written}\` is not read [Begin it with \`${right}\`.]`,
    ])
    expect(mended(body(before))).toBe(howTo(body(after), 'status: active'))
    expect(told(body(after))).toEqual([])
  })

  it('has such a line also where the document begins with it', () => {
    const lines = linted({ [page]: '## Verification\n- [] a\n', 'docs/how-to/goal.md': howTo('', 'requires: [page]') })
    expect(lines).toContain(
      `${page}:2:1 warning unread-line: a checklist line that begins with \`- []\` is not read [Begin it with \`- [ ] \`.]`,
    )
  })

  it.each([
    [
      '- [y] a',
      '10:1 warning unread-line: a checklist line with `[y]` is not read [Its box is `[ ]`, or `[x]` when it holds.]',
    ],
    ['- [ ]', '10:1 warning unread-line: a checklist line without words is not read [Say what must be true.]'],
    [
      '- [] first',
      '10:1 warning unread-line: a checklist line that begins with `- []` is not read [Begin it with `- [ ] `.]',
    ],
    [
      '  -[ ] a',
      '10:3 warning unread-line: a checklist line that begins with `-[ ]` is not read [Begin it with `- [ ] `.]',
    ],
    [
      '-[] a\n---',
      '10:1 warning unread-line: a checklist line that begins with `-[]` is not read [Begin it with `- [ ] `.]',
    ],
  ])('has a line %j that only a person can mend', (line, text) => {
    const body = `## Verification\n- [ ] first\n\n${line}\n`
    expect(told(body)).toEqual([text])
    expect(mended(body)).toBe(null)
  })

  it.each([
    '- [](page.md)',
    '- [x](page.md)',
    '- [x]: page.md',
    '- a [] b',
    '-[a] b',
    '- [1] b',
    '`- [] a`',
    '```\n- [] a\n```',
  ])('does not mean %j', (line) => {
    expect(told(`## Verification\n- [ ] first\n\n${line}\n`)).toEqual([])
  })

  it('ends at a heading with #; one that is underlined is told when lines follow', () => {
    const body = '## Verification\n- [ ] a\n\nRelated\n-------\n\n- [ ] b\n'
    expect(told(body)).toEqual([
      '10:1 warning checklist-heading: "Related" does not end the checklist: task lines below it are counted [Write the heading with `#` if it should.]',
    ])
    expect(told('## Verification\n- [ ] a\n\nRelated\n-------\n- b\n')).toEqual([])
    expect(told('## Verification\n- [ ] a\n## Related\n- [] b\n')).toEqual([])
  })
})

describe('documents together', () => {
  it('of one name are told, each with the other, unless it is the name of an index', () => {
    const files = {
      'docs/how-to/a/x.md': howTo(),
      'docs/reference/x.md': '',
      'docs/how-to/index.md': howTo(),
      'docs/index.md': '',
    }
    const told = (path: string, other: string) => [
      `${path}:1:1 warning doubled-stem: more than one document is called \`x\` [Rename one of them, and the links that mean it.]`,
      `  ${other}:1:1 the other one`,
    ]
    const first = told('docs/how-to/a/x.md', 'docs/reference/x.md')
    expect(linted(files)).toEqual(first)
    expect(linted(files, { documents: 'all', required: [] })).toEqual([
      ...first,
      ...told('docs/reference/x.md', 'docs/how-to/a/x.md'),
    ])
    expect(linted(files, { ignore: ['docs/reference'] })).toEqual([])
  })

  it('of one name that are cards are an error, told once', () => {
    const files = {
      'docs/how-to/a/x.md': howTo('', 'requires: [y]'),
      'docs/how-to/x.md': howTo('', 'status: active'),
      'docs/how-to/y.md': howTo(),
    }
    const help = '[Rename one of them, and the `requires` that mean it.]'
    expect(linted(files)).toEqual([
      `docs/how-to/a/x.md:1:1 error doubled-card: more than one document is called \`x\` ${help}`,
      '  docs/how-to/x.md:5:9 the other one',
      `docs/how-to/x.md:5:9 error doubled-card: more than one document is called \`x\` ${help}`,
      '  docs/how-to/a/x.md:1:1 the other one',
    ])
  })

  const texts = {
    'docs/index.md': '[[how-to]]',
    'docs/how-to/how-to.md': '[[a]] [x](deep/b.md#b) `[[c]]` [[how-to]]',
    'docs/how-to/a.md': '',
    'docs/how-to/deep/b.md': '# b\n',
    'docs/how-to/c.md': '[[c]]',
  }
  const settings = { required: [], rules: { 'unlinked-document': 'warning', 'missing-from-index': 'error' } } as const

  it('are linked to, and listed in the index of their folder, where that is asked', () => {
    expect(linted(texts, { required: [] })).toEqual([])
    expect(linted(texts, settings)).toEqual([
      'docs/how-to/c.md:1:1 warning unlinked-document: no other document links here [Link to it where a reader would look: `[[c]]`.]',
      'docs/how-to/c.md:1:1 error missing-from-index: docs/how-to/how-to.md does not link here [Link to it there: `[[c]]`.]',
    ])
  })
})

it('of two mends that overlap the first is made', () => {
  const mend = (start: number, end: number, text: string) => ({ code: 'untidy-link' as const, start, end, text })
  const [first, second, third] = [mend(0, 2, 'x'), mend(1, 3, 'y'), mend(3, 3, 'z')]
  expect(mended('abcd', [third, second, first])).toEqual({ text: 'xczd', made: [first, third] })
})
