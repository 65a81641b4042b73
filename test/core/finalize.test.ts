import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finalize, keysOfCards } from '../../scripts/core/finalize.ts'

const told = (text: string): string => {
  const edit = finalize('docs/page.md', text)
  return edit.ok ? edit.text : `refused: ${edit.reason}`
}

it('takes away what made it a card, and nothing else', () => {
  const before = `---
# of the team
title: "A: page" # as it is
requires: # what comes first
  - a # why
  # found later
  - "b"
  # no more
# about tags
tags: [x]
branch: mikado/page

modified: 2026-02-20
---

# A page

status: active

## Verification

- [x] It holds
`
  const gone = /requires[\s\S]*no more\n|branch: mikado\/page\n/g
  expect(told(before)).toBe(before.replace(gone, ''))
  expect(keysOfCards('docs/page.md', before)).toEqual(['requires', 'branch'])
  expect(keysOfCards('docs/page.md', told(before))).toEqual([])
  expect(told(told(before))).toBe(told(before))
})

describe('takes exactly these lines', () => {
  it.each([
    ['requires: [a, b]', ''],
    ['requires: [a, b] # why', ''],
    ['requires: [\n  a, # why\n  b,\n] # end\nkind: x', 'kind: x\n'],
    ['requires: []', ''],
    ['requires:', ''],
    ['requires: # none yet\nkind: x', 'kind: x\n'],
    ['requires:\n- a\n# between\n- b\n# about kind\nkind: x', '# about kind\nkind: x\n'],
    ['requires:\n  - a\n\n  - b\n\nkind: x', '\nkind: x\n'],
    ['requires:\n  -\n    a\n  - b\nkind: x', 'kind: x\n'],
    ['"requires": [a]\n\'branch\': "mikado/x"', ''],
    ['branch: >-\n  mikado/x\nkind: x', 'kind: x\n'],
    ['branch: !!str mikado/x\nkind: x', 'kind: x\n'],
    ['kind: x\nbranch: mikado/x', 'kind: x\n'],
    ['  kind: x\n  requires:\n    - a\n  # about more\n  more: y', '  kind: x\n  # about more\n  more: y\n'],
    [
      'text: |\n  requires: [a]\nnested:\n  branch: x\nrequires: [a]',
      'text: |\n  requires: [a]\nnested:\n  branch: x\n',
    ],
    ['anchored: &x [a]\nrequires: &y [a]\nother: *x', 'anchored: &x [a]\nother: *x\n'],
  ])('%j', (front, left) => expect(told(`---\n${front}\n---\nbody`)).toBe(`---\n${left}---\nbody`))
})

it('keeps Windows line endings, a byte order mark and a missing final newline', () => {
  const before = '\uFEFF---\r\ntitle: A\r\nrequires:\r\n  - a\r\n  # b\r\nbranch: mikado/a\r\nkind: x\r\n---\r\n# A'
  expect(told(before)).toBe('\uFEFF---\r\ntitle: A\r\nkind: x\r\n---\r\n# A')
})

it('leaves pages as they are', () => {
  for (const page of ['# A page\n', '---\ntitle: A\n---\n', '', '---\n---\n', '\uFEFF# A'])
    expect(told(page)).toBe(page)
})

describe('refuses what does not fit', () => {
  const apart = 'refused: its `requires`, `status` or `branch` does not stand on lines of its own'
  const unreadable = 'refused: its frontmatter could not be read without its `requires`, `status` and `branch`'
  it.each([
    ['---\nstatus: active\n---\n', 'refused: it is active'],
    ['---\n{title: A, requires: [a]}\n---\n', apart],
    ['---\n? branch\n: mikado/a\n---\n', apart],
    ['---\nrequires: &all [a]\nneeds: [x]\nkeywords: *all\n---\n', unreadable],
    ['---\nrequires: [a\n---\n', expect.stringMatching(/^refused: frontmatter is not YAML: .* \(line \d\)$/)],
    ['---\nrequires: [a]\n', 'refused: frontmatter is not closed (line 1)'],
  ])('%j', (text, reason) => expect(told(text)).toEqual(reason))
})

it('keeps every line of anybody else, whatever stands around it', () => {
  const ours = fc.constantFrom(
    'requires: [a]',
    'requires:\n  - a\n  # why\n  - b',
    'requires: [\n  a,\n ]',
    'branch: mikado/x # ours',
    '"branch": >\n  mikado/x',
  )
  const theirs = fc.constantFrom(
    '# requires: [a]',
    '',
    'title: "It # is"',
    'tags: [a,  b]',
    'aliases:\n- requires\n- "branch: x"',
    'text: |\n  requires: [a]\n\n  branch: x',
    'timeout: 5m',
    'empty:',
  )
  const keyOf = (entry: string) => entry.split(':')[0]?.replaceAll('"', '') ?? ''
  const entries = fc.uniqueArray(fc.oneof(ours, theirs), { selector: keyOf, maxLength: 8 })
  fc.assert(
    fc.property(entries, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), (lines, newline, bom, final) => {
      const page = (kept: readonly string[]) =>
        `${bom ? '\uFEFF' : ''}${['---', ...kept, '---', '', 'requires: [a]'].join('\n')}${final ? '\n' : ''}`.replaceAll(
          '\n',
          newline,
        )
      const kept = lines.filter((entry) => !['requires', 'branch'].includes(keyOf(entry)))
      expect(told(page(lines))).toBe(page(kept))
    }),
    { numRuns: 300 },
  )
})
