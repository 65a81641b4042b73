/** A discovered prerequisite: its name, its document, and the one line in the card that requires it. */
import { describe, expect, it, test } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { documentOf, idOf, tagsOf } from '../../scripts/core/discovery.ts'
import { addRequirement } from '../../scripts/core/edit.ts'

test.each([
  ['Open port 5050', 'open-port-5050'],
  ["Erich's café: Über-Plan!", 'erichs-cafe-uber-plan'],
  ['  --Trim--  ', 'trim'],
  ['日本', ''],
])('the name of "%s" is "%s"', (title, id) => {
  expect(idOf(title)).toBe(id)
})

describe('a new document', () => {
  const forCard = { id: 'deploy', title: 'Deploy it' }
  const plain = { id: 'x', title: 'Open port', forCard, why: null, failure: null, date: '2026-11-23', tags: ['zot'] }

  it('is a card with a checklist, which names the card that needs it', () => {
    expect(documentOf(plain)).toBe(`---
title: Open port
modified: 2026-11-23
status: active
tags:
  - zot
---

# Open port

Found on 2026-11-23 while working on [[deploy]], which cannot be completed without it.

## Why

Say here what cannot be done without this.

## Verification

- [ ] Say here what must be true afterwards

## Related

- [[deploy]]: Deploy it
`)
  })

  it('holds the failure in a fence that nothing in it can end', () => {
    const failure = { message: 'refused', output: ['```', '````js', '## Verification', '- [ ] no line of the list'] }
    const text = documentOf({ ...plain, failure })
    expect(text).toContain(
      'The card failed:\n\n`````text\nrefused\n```\n````js\n## Verification\n- [ ] no line of the list\n`````\n',
    )
    expect(parseCard('x.md', text).card.checklist.map(({ key }) => key)).toEqual([
      'Say here what must be true afterwards',
    ])
  })

  it.each([
    'Move: the database',
    'true',
    '"quoted"',
    '# not a heading',
    '- item',
    'two\nlines',
    '{{x}}',
    '---',
    '@at',
    '𝄞',
  ])('can be read again whatever its title: %j', (title) => {
    const { card, diagnostics } = parseCard('x.md', documentOf({ ...plain, title, why: title, tags: [title] }))
    expect([diagnostics, card.title, card.status]).toEqual([[], title.replace(/\s+/g, ' '), 'active'])
    expect(tagsOf('x.md', documentOf({ ...plain, tags: [title] }))).toEqual([title.replace(/\s+/g, ' ')])
  })

  it('takes the line endings of the card beside it', () => {
    expect(documentOf(plain, '\r\n').split('\r\n')).toHaveLength(documentOf(plain).split('\n').length)
  })
})

describe('adding to what a card requires', () => {
  const card = (front: string, rest = '\n# X\n') => `---\ntitle: X\nstatus: active\n${front}---\n${rest}`
  it.each([
    ['a block list', 'requires:\n  - a\n', 'requires:\n  - a\n  - new\n'],
    ['without indentation', 'requires:\n- a\n- b\ntags: [t]\n', 'requires:\n- a\n- b\n- new\ntags: [t]\n'],
    [
      'with comments',
      'requires: # why\n  - a # first\n  # last\n',
      'requires: # why\n  - a # first\n  - new\n  # last\n',
    ],
    ['with quotes', 'requires:\n    - "a"\n', 'requires:\n    - "a"\n    - new\n'],
    ['a flow list', 'requires: [a, b] # two\n', 'requires: [a, b, new] # two\n'],
    ['an empty flow list', 'requires: []\n', 'requires: [new]\n'],
    ['a flow list with a last comma', 'requires: [a, ]\n', 'requires: [a, new ]\n'],
    ['a flow list over lines', 'requires: [\n  a,\n  b\n]\n', 'requires: [\n  a,\n  b, new\n]\n'],
    ['nothing in the list', 'requires:\ntags: [t]\n', 'requires:\n  - new\ntags: [t]\n'],
    ['no list', 'tags: [t]\n', 'requires:\n  - new\ntags: [t]\n'],
  ])('%s', (_, before, after) => {
    expect(addRequirement('x.md', card(before), 'new')).toEqual({ ok: true, text: card(after) })
  })

  it('keeps a byte order mark, carriage returns and a missing last newline', () => {
    const text = `\uFEFF${card('requires:\n  - a\n', '\nno newline').replaceAll('\n', '\r\n')}`
    const edited = addRequirement('x.md', text, 'new')
    expect(edited).toEqual({ ok: true, text: text.replace('  - a\r\n', '  - a\r\n  - new\r\n') })
  })

  it.each([
    ['one line', '---\n{title: X, status: active, requires: [a]}\n---\n', 'its frontmatter is written on one line'],
    ['no frontmatter', '# X\n', 'it has no frontmatter to put `requires` into'],
    ['no list', card('requires: a\n'), 'its `requires` is written in a way that a line cannot be added to'],
    ['an alias', '---\nx: &x [a]\nrequires: *x\n---\n', '`requires` must be written out, not an alias (line 3)'],
  ])('leaves a document alone where it does not fit: %s', (_, text, reason) => {
    expect(addRequirement('x.md', text, 'new')).toEqual({ ok: false, reason })
  })
})
