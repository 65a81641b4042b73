import { expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { card, faults, page } from './documents.ts'

it('reads everything a card can say', () => {
  const text = [
    '---',
    'title: "Harden: it"',
    'modified: 2026-02-20',
    'status: active',
    'branch: mikado/harden',
    'requires:',
    '  - first',
    "  - 'second' # said by ops",
    'run: scripts/harden.sh',
    'timeout: 5m',
    'retries: 2',
    'confirm: Is the window open?',
    'needs: [skopeo, jq]',
    'tags:',
    '  - how-to',
    '---',
    '',
    '# Another title',
    '',
    '## Verification',
    '- [ ] It holds (by probe)',
    '',
  ].join('\n')
  expect(parseCard('docs/deep/harden.md', text)).toEqual({
    diagnostics: [],
    card: {
      id: 'harden',
      path: 'docs/deep/harden.md',
      title: 'Harden: it',
      status: 'active',
      branch: 'mikado/harden',
      requires: [
        { id: 'first', file: 'docs/deep/harden.md', line: 7, column: 5 },
        { id: 'second', file: 'docs/deep/harden.md', line: 8, column: 5 },
      ],
      checklist: [{ text: 'It holds (by probe)', key: 'It holds', checked: false, box: text.indexOf('[ ]') + 1 }],
      run: 'scripts/harden.sh',
      timeoutMs: 300_000,
      retries: 2,
      confirm: 'Is the window open?',
      needs: ['skopeo', 'jq'],
      on: null,
      place: { file: 'docs/deep/harden.md', line: 4, column: 9 },
      sound: true,
    },
  })
})

it('takes a page without frontmatter for complete, with nothing asked of it', () => {
  expect(parseCard('README.MD', '# Hello  #\n')).toEqual({
    diagnostics: [],
    card: {
      ...{ id: 'README', path: 'README.MD', title: 'Hello', status: 'complete', branch: null, requires: [] },
      ...{ checklist: [], run: null, timeoutMs: null, retries: 0, confirm: null, needs: [], on: null },
      ...{ place: { file: 'README.MD', line: 1, column: 1 }, sound: true },
    },
  })
})

it.each([
  ['', 'page'],
  ['no heading', 'page'],
  ['## Second level\n', 'page'],
  ['intro\n\n#   The heading ##\n# Another\n', 'The heading'],
  ['---\ntitle: ""\n---\n# From the body\n', 'From the body'],
  ['---\ntitle: 7\n---\n# From the body\r\n', 'From the body'],
])('finds the title of %j: %j', (text, title) => {
  expect(card(text).title).toBe(title)
})

it.each([
  ['requires:\n- a\n- b', ['a', 'b']],
  ['requires: [a, "b"]', ['a', 'b']],
  ['requires: [\n  a,\n  b,\n]', ['a', 'b']],
  ['requires:', []],
  ['requires: []', []],
  ['requires: ~', []],
  ['requires:\n  # nothing yet', []],
  ['requires:\n  - "true"\n  - __proto__\n  - "1"', ['true', '__proto__', '1']],
])('reads the list %j', (front, ids) => {
  const { card: found, diagnostics } = parseCard('docs/page.md', page(front))
  expect(found.requires.map((entry) => entry.id)).toEqual(ids)
  expect(diagnostics).toEqual([])
})

it('reads a frontmatter on one line', () => {
  expect(card('---\n{status: active, requires: [a]}\n---\n')).toMatchObject({
    status: 'active',
    requires: [{ id: 'a', file: 'docs/page.md', line: 2, column: 29 }],
  })
})

it('reads fences that say yaml, and none that are longer', () => {
  expect(card('---yaml\nstatus: active\n---\n').status).toBe('active')
  expect(card('--- YML\nstatus: active\n---\n').status).toBe('active')
  expect(card('----\nstatus: active\n----\n')).toMatchObject({ status: 'complete', sound: true })
  expect(card('\n---\nstatus: active\n---\n')).toMatchObject({ status: 'complete', sound: true })
})

it.each(['---\n---\n', '---\n---', '---\n# only a comment\n---\n', '---\n\n---  \n'])(
  'finds nothing wrong in the empty frontmatter %j',
  (text) => {
    expect(parseCard('docs/page.md', text)).toMatchObject({
      card: { status: 'complete', sound: true },
      diagnostics: [],
    })
  },
)

it('keeps places right behind a byte order mark', () => {
  const found = card('\uFEFF---\nstatus: active\nrequires: [a]\n---\n## Verification\n- [ ] b\n')
  expect(found).toMatchObject({
    status: 'active',
    requires: [{ id: 'a', line: 3, column: 12 }],
    checklist: [{ key: 'b', box: 57 }],
    place: { line: 2, column: 9 },
  })
})

it('keeps places right in a CRLF document', () => {
  const text =
    '---\r\nstatus: active\r\nrequires:\r\n  - a\r\nkind: how-to\r\n---\r\n\r\n## Verification\r\n- [ ] b\r\n'
  expect(card(text)).toMatchObject({
    status: 'active',
    requires: [{ id: 'a', line: 4, column: 5 }],
    checklist: [{ key: 'b', box: text.indexOf('[ ]') + 1 }],
    place: { line: 2, column: 9 },
    sound: true,
  })
})

it('reads the last line of a CRLF frontmatter like any other', () => {
  expect(faults('---\r\ntitle: A\r\nstatus: active\r\n---\r\n')).toEqual([])
  expect(card('---\r\nrequires:\r\n  - a\r\n---\r\n').requires).toMatchObject([{ id: 'a' }])
})

it('finds nothing wrong in an empty CRLF frontmatter', () => {
  expect(faults('---\r\n---\r\n')).toEqual([])
})

it('reads frontmatter whose opening fence has spaces after it', () => {
  expect(faults('---  \nstatus: active\n---\n')).toEqual([])
})

it('keeps `manual` as it is written', () => {
  expect(card(page('run: manual')).run).toBe('manual')
})
