import { describe, expect, it } from 'vitest'
import { complete, reopen } from '../../scripts/core/edit.ts'
import { page } from './documents.ts'

const path = 'docs/page.md'
const text = (edit: ReturnType<typeof complete>) => (edit.ok ? edit.text : `refused: ${edit.reason}`)

describe('completing', () => {
  it('takes the status line away and ticks what held, and changes nothing else', () => {
    const before = [
      '---',
      'title:   "A  page"   # kept as it is',
      'status: active',
      'requires: [ a,b ]',
      '---',
      'status: active',
      '- [ ] not of the list',
      '## Verification',
      '- [ ] `a` works (always)',
      '* [x] b works',
      '- [ ] c works',
      '## Related',
      '- [ ] a works',
      '',
    ]
    const after = before.filter((_, at) => at !== 2)
    after[7] = '- [x] `a` works (always)'
    expect(complete(path, before.join('\n'), ['a works', 'b works'])).toEqual({ ok: true, text: after.join('\n') })
  })

  it.each([
    ['status: active', ''],
    ['status:    active   ', ''],
    ['status: "active"', ''],
    ["'status': 'active'", ''],
    ['status: active # until June', ''],
    ['status:\n  active', ''],
    ['status: !!str active', ''],
    ['status: &state active', ''],
    ['title: A\nstatus: active\ntags: []', 'title: A\ntags: []\n'],
    ['# status: active\nstatus: active\n\n# end', '# status: active\n\n# end\n'],
    ['text: |\n  status: active\nstatus: active', 'text: |\n  status: active\n'],
    ['nested:\n  status: active\nstatus: active', 'nested:\n  status: active\n'],
  ])('takes exactly the status away from %j', (front, left) => {
    expect(text(complete(path, `---\n${front}\n---\nbody`, []))).toBe(`---\n${left}---\nbody`)
  })

  it('keeps CRLF, byte order mark and a missing final newline', () => {
    const before = '\uFEFF---\r\ntitle: A\r\nstatus: active\r\nkind: x\r\n---\r\n## Verification\r\n- [ ] a'
    const after = '\uFEFF---\r\ntitle: A\r\nkind: x\r\n---\r\n## Verification\r\n- [x] a'
    expect(text(complete(path, before, ['a']))).toBe(after)
  })

  it('only ticks boxes where there is no status, and leaves ticked ones as they were written', () => {
    const before = '---\ntitle: A\n---\n## Verification\n- [ ] a\n- [X] b\n'
    expect(text(complete(path, before, ['a', 'b']))).toBe(before.replace('[ ]', '[x]'))
    expect(text(complete(path, '## Verification\n- [ ] a\n', ['a']))).toBe('## Verification\n- [x] a\n')
  })

  it('passes over lines that are gone', () => {
    expect(text(complete(path, '# A page\n', ['a', '__proto__']))).toBe('# A page\n')
  })

  it.each([
    [page('status: done'), 'its status is no longer `active`'],
    [page('status:'), 'its status is no longer `active`'],
    [page('status: |\n  active'), 'its status is no longer `active`'],
    ['---\n{status: active}\n---\n', 'its `status: active` does not stand on a line of its own'],
    [page('? status\n: active'), 'its `status: active` does not stand on a line of its own'],
    [page('status: active', 'status: active'), 'frontmatter is not YAML: Map keys must be unique (line 3)'],
    [page('x: &a active', 'status: *a'), '`status` must be written out, not an alias (line 3)'],
    ['---\nstatus: active\n', 'frontmatter is not closed (line 1)'],
    ['---js\n{status: "active"}\n---\n', 'frontmatter in `js` is not read (line 1)'],
  ])('leaves %j alone, and says why', (document, reason) => {
    expect(complete(path, document, [])).toEqual({ ok: false, reason })
  })
})

describe('reopening', () => {
  it.each([
    ['requires:\n  - a', 'status: active\nrequires:\n  - a'],
    ['title: A\nrequires: [a]\ntags: []', 'title: A\nstatus: active\nrequires: [a]\ntags: []'],
    ['tags: []\ntitle: A # the title\nmodified: x', 'tags: []\ntitle: A # the title\nstatus: active\nmodified: x'],
    ['title: A\n  in two lines\ntags: []', 'title: A\n  in two lines\nstatus: active\ntags: []'],
    ['modified: x', 'status: active\nmodified: x'],
    ['# a remark', 'status: active\n# a remark'],
    ['&a\nn: 1', '&a\nstatus: active\nn: 1'],
    ['title: A', 'title: A\nstatus: active'],
  ])('puts the status where it belongs in %j', (front, opened) => {
    expect(text(reopen(path, `---\n${front}\n---\n`))).toBe(`---\n${opened}\n---\n`)
  })

  it('puts the status into empty frontmatter', () => {
    expect(text(reopen(path, '---\n---\n'))).toBe('---\nstatus: active\n---\n')
  })

  it('empties the boxes of the list, and no others', () => {
    const before = '---\ntitle: A\n---\n- [x] no\n## Verification\n- [x] a\n- [X] b\n- [ ] c\n## Related\n- [x] no\n'
    const after =
      '---\ntitle: A\nstatus: active\n---\n- [x] no\n## Verification\n- [ ] a\n- [ ] b\n- [ ] c\n## Related\n- [x] no\n'
    expect(text(reopen(path, before))).toBe(after)
  })

  it('keeps the line endings of the document', () => {
    expect(text(reopen(path, '\uFEFF---\r\ntitle: A\r\nkind: x\r\n---\r\n'))).toBe(
      '\uFEFF---\r\ntitle: A\r\nstatus: active\r\nkind: x\r\n---\r\n',
    )
  })

  it('leaves the status of an active document, and empties its boxes', () => {
    expect(text(reopen(path, '---\nstatus: active\n---\n## Verification\n- [x] a\n'))).toBe(
      '---\nstatus: active\n---\n## Verification\n- [ ] a\n',
    )
  })

  it.each([
    ['# A page\n', 'it has no frontmatter to put `status: active` into'],
    ['---\n{title: A}\n---\n', 'its frontmatter is written on one line'],
    [
      '---\ntitle: [\n---\n',
      'frontmatter is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] (line 2)',
    ],
    ['---\ntitle: A\n', 'frontmatter is not closed (line 1)'],
    ['---\nstatus: done\n---\n', 'its status would not read as `active`'],
  ])('leaves %j alone, and says why', (document, reason) => {
    expect(reopen(path, document)).toEqual({ ok: false, reason })
  })
})

it('takes a status that is written as a block away, and not the remark after it', () => {
  const before = page('status: >-', '  active', '# a remark', 'title: A')
  expect(text(complete(path, before, []))).toBe(page('# a remark', 'title: A'))
})

it('puts the status after a title that is written as a block', () => {
  expect(text(reopen(path, page('title: >-', '  A page', 'tags:', '  - x')))).toBe(
    page('title: >-', '  A page', 'status: active', 'tags:', '  - x'),
  )
})

it('puts the status into frontmatter that is indented', () => {
  expect(text(reopen(path, page('  title: A', '  requires:', '    - b')))).toBe(
    page('  title: A', '  status: active', '  requires:', '    - b'),
  )
})

it('completes a CRLF document whose status stands last', () => {
  expect(text(complete(path, '---\r\ntitle: A\r\nstatus: active\r\n---\r\n', []))).toBe('---\r\ntitle: A\r\n---\r\n')
})
