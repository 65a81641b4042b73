/** Everything that can be wrong in one document, each with its place and the next step. */
import vm from 'node:vm'
import matter from 'gray-matter'
import { expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { card, faults, page } from './documents.ts'

const statusHelp = '[An active card says `status: active`; a complete one has no status line.]'

it.each([
  ['Active', '"Active"'],
  ['done', '"done"'],
  ['complete', '"complete"'],
  ['failed', '"failed"'],
  ['true', 'true'],
  ['1', '1'],
  ['""', '""'],
  ['"active "', '"active "'],
  ['~', 'null'],
  ['[active]', 'nothing'],
  ['{active: true}', 'nothing'],
])('refuses the status word %s', (word, shown) => {
  expect(faults(page('title: A', `status: ${word}`))).toEqual([
    `docs/page.md:3:9 error unknown-status: unknown status ${shown} ${statusHelp}`,
  ])
})

it('refuses a status without a word, and takes the card neither for complete nor for sound', () => {
  const { card: found, diagnostics } = parseCard('docs/page.md', page('status:', 'title: A'))
  expect(diagnostics).toEqual([
    {
      ...{ code: 'unknown-status', severity: 'error', message: 'unknown status null' },
      ...{ file: 'docs/page.md', line: 2, column: 8, related: [] },
      help: 'An active card says `status: active`; a complete one has no status line.',
    },
  ])
  expect(found).toMatchObject({ status: 'active', sound: false, place: { line: 2, column: 8 } })
})

it.each([
  ['requires: a', '2:11', '`requires` must be a list [Write each on a line of its own: `- name`.]'],
  ['requires: {a: b}', '2:11', '`requires` must be a list [Write each on a line of its own: `- name`.]'],
  ['requires: 3', '2:11', '`requires` must be a list [Write each on a line of its own: `- name`.]'],
  ['needs: skopeo', '2:8', '`needs` must be a list [Write each on a line of its own: `- name`.]'],
  ['requires: [a, 1]', '2:15', '`requires` must hold names only [Put quotes around a name that YAML reads otherwise.]'],
  [
    'requires:\n  - true',
    '3:5',
    '`requires` must hold names only [Put quotes around a name that YAML reads otherwise.]',
  ],
  [
    'requires:\n  - a\n  - ""',
    '4:5',
    '`requires` must hold names only [Put quotes around a name that YAML reads otherwise.]',
  ],
  [
    'needs:\n  - 2026-02-20\n  - 7',
    '4:5',
    '`needs` must hold names only [Put quotes around a name that YAML reads otherwise.]',
  ],
  ['x: &a [b]\nrequires: *a', '3:1', '`requires` must be written out, not an alias'],
  ['x: &a active\nstatus: *a', '3:1', '`status` must be written out, not an alias'],
  ['branch: 7', '2:9', '`branch` must be text'],
  ['run: [a]', '2:6', '`run` must be text'],
  ['run: ""', '2:6', '`run` must be text'],
  ['confirm:', '2:9', '`confirm` must be text'],
  ['timeout: soon', '2:10', '`timeout` must be a duration [For instance `90s`, `5m` or `1h`.]'],
  ['timeout: 0', '2:10', '`timeout` must be a duration [For instance `90s`, `5m` or `1h`.]'],
  ['timeout:', '2:9', '`timeout` must be a duration [For instance `90s`, `5m` or `1h`.]'],
  ['retries: -1', '2:10', '`retries` must be a whole number, 0 to 100'],
  ['retries: 101', '2:10', '`retries` must be a whole number, 0 to 100'],
  ['retries: 1.5', '2:10', '`retries` must be a whole number, 0 to 100'],
  ['retries: "3"', '2:10', '`retries` must be a whole number, 0 to 100'],
])('refuses the value in %j', (front, place, message) => {
  expect(faults(page(front))).toEqual([`docs/page.md:${place} error frontmatter-value: ${message}`])
  expect(card(page(front)).sound).toBe(false)
})

it.each([
  ['status: active\nstatus: active', '3:1', 'Map keys must be unique'],
  ['requires: [a', '2:13', 'Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['\tstatus: active', '2:1', 'Tabs are not allowed as indentation'],
  ['title: "A', '2:10', 'Missing closing "quote'],
  ['title: a: b', '2:8', 'Nested mappings are not allowed in compact mappings'],
])('refuses YAML that cannot be read: %j', (front, place, message) => {
  const { card: found, diagnostics } = parseCard('docs/page.md', page(front))
  expect(diagnostics[0]).toEqual({
    ...{ code: 'frontmatter-unreadable', severity: 'error', file: 'docs/page.md', related: [], help: null },
    ...{ line: Number(place.split(':')[0]), column: Number(place.split(':')[1]) },
    message: `frontmatter is not YAML: ${message}`,
  })
  expect(diagnostics).toHaveLength(1)
  expect(found.sound).toBe(false)
})

it.each(['just words', '- a\n- b', '7'])('refuses frontmatter that is no map: %j', (front) => {
  expect(faults(page(front))).toEqual([
    'docs/page.md:2:1 error frontmatter-unreadable: frontmatter must be a list of `key: value` lines',
  ])
})

it.each(['---\nstatus: active\n', '---', '---\nstatus: active\n----\n', '---\nstatus: active\n--- x\n'])(
  'refuses frontmatter that is never closed: %j',
  (text) => {
    const told = 'frontmatter is not closed [End it with a line that is just `---`.]'
    expect(faults(text)).toEqual([`docs/page.md:1:1 error frontmatter-unreadable: ${told}`])
    expect(card(text).sound).toBe(false)
  },
)

it.each(['js', 'javascript', 'json', 'coffee', 'toml', 'constructor', '# a comment'])(
  'refuses frontmatter in %s',
  (language) => {
    const told = `frontmatter in \`${language}\` is not read [Write it in YAML, fenced by plain \`---\`.]`
    expect(faults(`---${language}\nstatus = active\n---\n`)).toEqual([
      `docs/page.md:1:1 error frontmatter-language: ${told}`,
    ])
  },
)

it('never evaluates a document', () => {
  const seen = globalThis as { evaluated?: string[] }
  seen.evaluated = []
  const script = (name: string) => `\n(globalThis.evaluated.push("${name}"), {})\n---\n`
  matter(`---js${script('gray-matter left to itself')}`)
  expect(seen.evaluated).toEqual(['gray-matter left to itself'])
  for (const fence of ['---js', '---javascript', '--- js', '---JS', '\uFEFF---js', '---\rjs', '---\tjs']) {
    parseCard('docs/page.md', `${fence}${script(fence)}`)
  }
  expect(seen.evaluated).toEqual(['gray-matter left to itself'])
})

it('tells every fault of a document at once, where it stands in CRLF text behind a byte order mark', () => {
  const front = ['title: A', 'status: Active', 'requires: [a, 1]', 'retries: x', 'kind: how-to']
  const text = `\uFEFF${['---', ...front, '---', '## Verification', '- [ ] a', '- [ ] a (b)', ''].join('\r\n')}`
  expect(faults(text)).toEqual([
    `docs/page.md:3:9 error unknown-status: unknown status "Active" ${statusHelp}`,
    'docs/page.md:4:15 error frontmatter-value: `requires` must hold names only [Put quotes around a name that YAML reads otherwise.]',
    'docs/page.md:5:10 error frontmatter-value: `retries` must be a whole number, 0 to 100',
    'docs/page.md:10:4 error doubled-check: two checklist lines are called "a" [Give each line words of its own.]',
  ])
})

it('reads what else a broken value leaves', () => {
  expect(card(page('requires: [a, 1, b]', 'timeout: never', 'retries: -3'))).toMatchObject({
    requires: [{ id: 'a' }, { id: 'b' }],
    timeoutMs: null,
    retries: 0,
    sound: false,
  })
})

it('refuses frontmatter that YAML reads as two documents', () => {
  expect(card('---\ntitle: A\n...\nstatus: active\n---\n').sound).toBe(false)
})

it.each(['retries: [3]', 'retries: {a: 3}'])('refuses %j', (front) => {
  expect(faults(page(front))).toEqual([
    'docs/page.md:2:10 error frontmatter-value: `retries` must be a whole number, 0 to 100',
  ])
})

it.each(['requires:\n  - a\n  - b: c', 'requires:\n  - a\n  - [b]', 'x: &x a\nrequires:\n  - *x'])(
  'points at the entry that is no name in %j',
  (front) => {
    expect(faults(page(front))[0]).toMatch(/^docs\/page\.md:4:5 /)
  },
)

it('says of a document that is only an opening fence with a language that it is not closed', () => {
  expect(faults('---yaml')).toEqual([
    'docs/page.md:1:1 error frontmatter-unreadable: frontmatter is not closed [End it with a line that is just `---`.]',
  ])
})

it('reads a document with a lone carriage return after the fence without throwing', () => {
  expect(card('---\rfoo\nstatus: active\n---\n').sound).toBe(false)
})

/** Runs it for at most half a second: a regular expression that backtracks for hours is cut off. */
function promptly<T>(work: () => T): T {
  return vm.runInNewContext('work()', { work }, { timeout: 500 }) as T
}

it('finds the title in a heading with thousands of spaces', () => {
  expect(promptly(() => card(`# a${' '.repeat(3000)}b\n`).title)).toBe(`a${' '.repeat(3000)}b`)
})

it('passes over a heading with thousands of spaces', () => {
  expect(promptly(() => card(`## a${' '.repeat(5000)}b\n`).checklist)).toEqual([])
})
