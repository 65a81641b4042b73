/** Wiki links and relative links: what leads nowhere, and what `--fix` writes instead. */
import { describe, expect, it } from 'vitest'
import { at, howTo, linted, mendedTexts } from './lint-desk.ts'

const others = {
  'docs/how-to/base.md': howTo('# Base\n\n## Some Heading\n\n## 7. Tag `it:x`\n'),
  'docs/reference/zot.md': '# Zot\n',
  'docs/index.md': '',
  'docs/reference/index.md': '',
  'README.md': '# Read me\n',
  'tasks/a.ts': '',
  'docs/plan.png': '',
  'docs/how-to/Upper Case.md': howTo(),
}
/** What is told of a body, places without the file; the body's first line is line 6. */
const told = (body: string) => linted(at(others, body)).map((line) => line.replace('docs/how-to/page.md:', ''))
/** The body after `--fix`. */
const mended = (body: string) => {
  const { 'docs/how-to/page.md': text = howTo(body), ...rest } = mendedTexts(at(others, body))
  expect(rest).toEqual({})
  expect(text.startsWith(howTo())).toBe(true)
  return text.slice(howTo().length)
}

describe('wiki links', () => {
  it.each([
    '[[base]] [[zot|the registry]] ![[base]] [[page]] [[Upper Case]]',
    '[[base#Some Heading]] [[base#some-heading|x]] [[base#7. Tag `it:x`]] [[base#Base#Some Heading]]',
    '[[#Here]] [[#here]]\n\n## Here',
    '[[README]] [[README#Read me]] [[base#^block]] [[base#]]',
    '![[plan.png]] [[sheet.pdf|a sheet]]',
    '| [[base\\|x]] |',
  ])('%j lead somewhere', (body) => {
    expect(told(body)).toEqual([])
    expect(mended(body)).toBe(body)
  })

  it.each([
    ['[[bass]]', '6:3 warning broken-link: no document is called `bass` [Did you mean `base`?]'],
    [
      'x\n[[nothing like it|x]]',
      '7:3 warning broken-link: no document is called `nothing like it` [Write that document, or take the link away.]',
    ],
    [
      '[[gone/nowhere]]',
      '6:3 warning broken-link: no document is called `gone/nowhere` [Write that document, or take the link away.]',
    ],
    [
      '[[|x]]',
      '6:3 warning broken-link: the link names no document [Write the name of a document between the brackets, or take them away.]',
    ],
    [
      '[[base#Nope]]',
      '6:8 warning broken-anchor: docs/how-to/base.md has no heading "Nope" [It has "Base", "Some Heading", "7. Tag `it:x`".]',
    ],
    ['[[#Nope]]', '6:4 warning broken-anchor: docs/how-to/page.md has no heading "Nope" [It has none.]'],
  ])('%j are told, and not mended', (body, line) => {
    expect(told(body)).toEqual([line])
    expect(mended(body)).toBe(body)
  })

  it('that could mean two documents are told with both', () => {
    expect(told('[[index]]')).toEqual([
      '6:3 warning ambiguous-link: `index` could mean 2 documents [Rename all but one of them, or write its path as a relative link.]',
      '  docs/index.md:1:1 one of them',
      '  docs/reference/index.md:1:1 one of them',
    ])
    expect(told('[[reference/index]] [x](../reference/index.md)')).toEqual([])
  })

  it.each([
    ['[[Base]]', '[[base]]', '`Base` is not how the document is called [Write `[[base]]`.]'],
    ['[[base.md|x]]', '[[base|x]]', '`base.md` is not how the document is called [Write `[[base]]`.]'],
    ['[[how-to/base]]', '[[base]]', '`how-to/base` is not how the document is called [Write `[[base]]`.]'],
    [
      '[[docs/how-to/base.md]]',
      '[[base]]',
      '`docs/how-to/base.md` is not how the document is called [Write `[[base]]`.]',
    ],
    ['[[../reference/zot|x]]', '[[zot|x]]', '`../reference/zot` is not how the document is called [Write `[[zot]]`.]'],
    [
      '[[BASE.md#Some Heading]]',
      '[[base#Some Heading]]',
      '`BASE.md` is not how the document is called [Write `[[base#Some Heading]]`.]',
    ],
    ['[[ base ]]', '[[base]]', 'stray spaces in the link [Write `[[base]]`.]'],
    ['[[base | x ]]', '[[base|x ]]', 'stray spaces in the link [Write `[[base|…]]`.]'],
    ['| [[Base\\| x]] |', '| [[base\\|x]] |', '`Base` is not how the document is called [Write `[[base|…]]`.]'],
  ])('%j become %s', (body, after, message) => {
    expect(told(body)).toEqual([`6:${body.indexOf('[[') + 3} warning untidy-link: ${message}`])
    expect(mended(body)).toBe(after)
    expect(told(after)).toEqual([])
  })

  it('in headings are told, and left: a change would change the anchor', () => {
    const body = '## See [[base.md]]'
    expect(told(body)).toHaveLength(1)
    expect(mended(body)).toBe(body)
  })

  it('in another case of two documents are not mended', () => {
    const files = { ...at({}, '[[twin]] [[A/TWIN]]'), 'docs/a/Twin.md': '', 'docs/b/TWIN.md': '' }
    expect(linted(files)).toEqual([
      'docs/how-to/page.md:6:3 warning broken-link: no document is called `twin` [Did you mean `TWIN` or `Twin`?]',
      'docs/how-to/page.md:6:12 warning broken-link: no document is called `A/TWIN` [Did you mean `Twin`?]',
    ])
    expect(mendedTexts(files)).toEqual({})
  })
})

describe('relative links', () => {
  it.each([
    '[x](base.md) [x](./base.md) [x](../reference/zot.md#zot) [x](../../tasks/a.ts#L3) [x](../reference/) ![x](../plan.png)',
    '[x](base.md#some-heading) [x](base.md?plain=1#L7-L9) [x](#here) [x](#) [x](#top) [x](#user-content-here)\n\n# Here',
    '[x](Upper%20Case.md) [x](<Upper Case.md>) [x](../../README.md#read-me)',
    '[x](https://a.b/c) [x](mailto:a@b) [x](//host/x) [x](/abs) [x](../../../issues) [x]({{ base }}) [x](../..)',
    '[x]: base.md\n[y]: <https://x.y>\n[^1]: gone.md',
  ])('%j lead somewhere, or elsewhere', (body) => {
    expect(told(body)).toEqual([])
    expect(mended(body)).toBe(body)
  })

  it.each([
    [
      '[x](gone.md)',
      '6:5 warning broken-link: there is no file docs/how-to/gone.md [Write that file, or take the link away.]',
    ],
    ['[x](bass.md)', '6:5 warning broken-link: there is no file docs/how-to/bass.md [Did you mean `base.md`?]'],
    ['[x](base)', '6:5 warning broken-link: there is no file docs/how-to/base [Did you mean `base.md`?]'],
    [
      '[x](zot.md)',
      '6:5 warning broken-link: there is no file docs/how-to/zot.md [Did you mean `../reference/zot.md`?]',
    ],
    [
      '![x](plan.png)',
      '6:6 warning broken-link: there is no file docs/how-to/plan.png [Write that file, or take the link away.]',
    ],
    [
      '[x]: gone.txt',
      '6:6 warning broken-link: there is no file docs/how-to/gone.txt [Write that file, or take the link away.]',
    ],
    [
      '[x](upper%20case.md)',
      '6:5 warning broken-link: there is no file docs/how-to/upper case.md [Did you mean `Upper Case.md`?]',
    ],
    [
      '[x]()',
      '6:5 warning broken-link: the link leads nowhere [Write a target between the parentheses, or take the link away.]',
    ],
    [
      '[x](base.md#nope)',
      '6:13 warning broken-anchor: docs/how-to/base.md has no heading with the anchor `nope` [It has `#base`, `#some-heading`, `#7-tag-itx`.]',
    ],
    [
      '[x](../reference/zot.md/x)',
      '6:5 warning broken-link: there is no file docs/reference/zot.md/x [Write that file, or take the link away.]',
    ],
  ])('%j are told, and not mended', (body, line) => {
    expect(told(body)).toEqual([line])
    expect(mended(body)).toBe(body)
  })

  it.each([
    [
      '[x](Base.md)',
      '[x](base.md)',
      '6:5 warning broken-link: there is no file docs/how-to/Base.md [Did you mean `base.md`?]',
    ],
    [
      '[x](./BASE.md#base)',
      '[x](./base.md#base)',
      '6:5 warning broken-link: there is no file docs/how-to/BASE.md [Did you mean `base.md`?]',
    ],
    [
      '[x](../Reference/Zot.md)',
      '[x](../reference/zot.md)',
      '6:5 warning broken-link: there is no file docs/Reference/Zot.md [Did you mean `../reference/zot.md`?]',
    ],
    [
      '[x](base.md#Some-Heading)',
      '[x](base.md#some-heading)',
      '6:13 warning broken-anchor: docs/how-to/base.md has no heading with the anchor `Some-Heading` [Write `#some-heading`.]',
    ],
    [
      '[x](base.md#Some%20Heading)',
      '[x](base.md#some-heading)',
      '6:13 warning broken-anchor: docs/how-to/base.md has no heading with the anchor `Some Heading` [Write `#some-heading`.]',
    ],
  ])('%j become %s', (body, after, line) => {
    expect(told(body)).toEqual([line])
    expect(mended(body)).toBe(after)
    expect(told(after)).toEqual([])
  })
})

it('many links to nothing are all told, but only so many are looked up', () => {
  const letter = (number: number) => String.fromCharCode(97 + (Math.floor(number) % 26))
  const words = Array.from({ length: 500 }, (_, at) => `base${letter(at / 26)}${letter(at)}`)
  const lines = told(words.map((word) => `[[${word}]]`).join('\n'))
  expect(lines).toHaveLength(500)
  expect(lines.filter((line) => line.endsWith('[Did you mean `base`?]'))).toHaveLength(200)
  expect(lines.at(-1)).toBe(
    '505:3 warning broken-link: no document is called `basetf` [Write that document, or take the link away.]',
  )
})
