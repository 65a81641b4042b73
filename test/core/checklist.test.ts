import { expect, it } from 'vitest'
import { checkKey, checklistOf } from '../../scripts/core/checklist.ts'

const keys = (text: string) => checklistOf(text, 0).map((line) => line.key)
const list = (...lines: string[]) => ['## Verification', '', ...lines, ''].join('\n')

it('reads every line with its text, key, state and the place of its box', () => {
  const text = '# Title\n\n## Verification\n\n- [ ] `a` works (really)\n- [x] b works\n- [X] c works\n'
  expect(checklistOf(text, 0)).toEqual([
    { text: '`a` works (really)', key: 'a works', checked: false, box: text.indexOf('[ ]') + 1 },
    { text: 'b works', key: 'b works', checked: true, box: text.indexOf('[x]') + 1 },
    { text: 'c works', key: 'c works', checked: true, box: text.indexOf('[X]') + 1 },
  ])
})

it('counts boxes in the whole text when it starts later', () => {
  const text = '---\nstatus: active\n---\n## Verification\n- [ ] a\n'
  expect(checklistOf(text, 23)).toEqual([{ text: 'a', key: 'a', checked: false, box: text.indexOf('[ ]') + 1 }])
})

it('knows no checklist where there is no Verification heading', () => {
  expect(keys('# Title\n\n- [ ] a task of somebody\n')).toEqual([])
  expect(keys('Verification\n\n- [ ] a\n')).toEqual([])
  expect(keys('## Verification of things\n\n- [ ] a\n')).toEqual([])
  expect(keys('')).toEqual([])
})

it.each(['# Verification', '## verification', '###### VERIFICATION', '   ## Verification ##', '##\tVerification  '])(
  'takes the heading %j',
  (heading) => {
    expect(keys(`${heading}\n- [ ] a\n`)).toEqual(['a'])
  },
)

it.each(['####### Verification', '    ## Verification', '#Verification'])(
  'does not take %j for a heading',
  (heading) => {
    expect(keys(`${heading}\n- [ ] a\n`)).toEqual([])
  },
)

it('ends at the next heading of the same or a higher level, and goes on through deeper ones', () => {
  expect(keys('## Verification\n- [ ] a\n### By hand\n- [ ] b\n## Related\n- [ ] c\n')).toEqual(['a', 'b'])
  expect(keys('### Verification\n- [ ] a\n# Top\n- [ ] c\n')).toEqual(['a'])
  expect(keys('## Verification\n- [ ] a\n## Other\n## Verification\n- [ ] b\n')).toEqual(['a'])
})

it('reads bullets and numbers of every kind', () => {
  expect(keys(list('- [ ] a', '* [ ] b', '+ [ ] c', '1. [ ] d', '2) [ ] e', '123456789. [ ] f'))).toEqual([
    ...['a', 'b', 'c', 'd', 'e', 'f'],
  ])
})

it('reads nested lists, each line with a key of its own', () => {
  expect(keys(list('- [ ] outer', '  - [ ] inner', '\t* [ ] deeper', '- [ ] last'))).toEqual([
    ...['outer', 'inner', 'deeper', 'last'],
  ])
})

it('joins wrapped lines, before the detail is left out', () => {
  expect(checklistOf(list('- [ ] the page', '  answers', '  (with 200)', '- [ ] next'), 0)).toMatchObject([
    { text: 'the page answers (with 200)', key: 'the page answers' },
    { text: 'next', key: 'next' },
  ])
})

it('does not join a paragraph after an empty line, or a line of another list', () => {
  expect(keys(list('- [ ] a', '', '  more about it', '- [ ] b', '  - a remark', '  about b'))).toEqual(['a', 'b'])
})

it.each(['- [] a', '- [y] a', '- [ ]a', '-[ ] a', '- [ ]', '[ ] a', '1234567890. [ ] a', '> - [ ] a', '- text [ ] a'])(
  'does not take %j for a line of the checklist',
  (line) => {
    expect(keys(list(line))).toEqual([])
  },
)

it('passes over fenced code, of either kind and with longer fences inside out', () => {
  expect(keys(list('```md', '- [ ] code', '```', '- [ ] a'))).toEqual(['a'])
  expect(keys(list('~~~', '- [ ] code', '```', '- [ ] code', '~~~', '- [ ] a'))).toEqual(['a'])
  expect(keys(list('````', '```', '- [ ] code', '````', '- [ ] a'))).toEqual(['a'])
  expect(keys(list('```', '``` js', '- [ ] code', '`````', '- [ ] a'))).toEqual(['a'])
  expect(keys(list('- [ ] a', '  ```', '  - [ ] code', '  ```', '- [ ] b'))).toEqual(['a', 'b'])
})

it('takes nothing after a fence that is never closed', () => {
  expect(keys(list('- [ ] a', '```', '- [ ] b'))).toEqual(['a'])
})

it('does not look for headings in code', () => {
  expect(keys('```\n## Verification\n- [ ] code\n```\n')).toEqual([])
  expect(keys(list('- [ ] a', '```', '# a comment in a script', '```', '- [ ] b'))).toEqual(['a', 'b'])
})

it('passes over comments, of one line and of many', () => {
  expect(keys(list('<!-- - [ ] no -->', '- [ ] a', '<!--', '- [ ] no', '```', '-->', '- [ ] b'))).toEqual(['a', 'b'])
  expect(keys(list('- [ ] a', '<!-- never closed', '- [ ] no'))).toEqual(['a'])
})

it('reads CRLF documents, with boxes where they stand', () => {
  const text = '## Verification\r\n\r\n- [ ] a (b)\r\n  \r\n- [x] long\r\n  line\r\n'
  expect(checklistOf(text, 0)).toEqual([
    { text: 'a (b)', key: 'a', checked: false, box: text.indexOf('[ ]') + 1 },
    { text: 'long line', key: 'long line', checked: true, box: text.indexOf('[x]') + 1 },
  ])
})

it('needs no newline at the end', () => {
  expect(keys('## Verification\n- [ ] a')).toEqual(['a'])
})

it.each([
  ['`mise run check` passes', 'mise run check passes'],
  ['push fails (401)', 'push fails'],
  ['push fails (401 (really))', 'push fails'],
  ['push (by hand) fails (401)', 'push (by hand) fails'],
  ['push fails (401).', 'push fails (401).'],
  ['a  b\tc', 'a b c'],
  ['(all)', '(all)'],
  ['unbalanced)', 'unbalanced)'],
  ['a ) b)', 'a ) b)'],
  ['`f(x)`', 'f'],
  ['constructor', 'constructor'],
  ['', ''],
])('calls the function of %j %j', (text, key) => {
  expect(checkKey(text)).toBe(key)
})

it('passes over fenced code that belongs to an item and is indented by four', () => {
  expect(checklistOf(list('- [ ] a', '    ```', '    - [ ] code', '    ```', '- [ ] b'), 0)).toMatchObject([
    { text: 'a', key: 'a' },
    { text: 'b', key: 'b' },
  ])
})

it('does not take a line that begins with inline code in three backticks for a fence', () => {
  expect(keys(list('```x``` is a command', '', '- [ ] a'))).toEqual(['a'])
})
