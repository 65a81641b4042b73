/** Where links are in a document, and what its anchors are called. */
import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import { blocksOf } from '../../scripts/core/lint/blocks.ts'
import { linksIn } from '../../scripts/core/lint/inline.ts'
import { Page } from '../../scripts/core/lint/page.ts'
import { anchorsOf, slugOf } from '../../scripts/core/lint/slug.ts'

/** The targets of a text's links; each stands where it says. */
function targets(text: string): string[] {
  return blocksOf(text, 0).flatMap((block) =>
    linksIn(text, block).map((link) => {
      expect(text.slice(link.start, link.end)).toBe(link.target)
      return link.target
    }),
  )
}

const headings = (text: string) =>
  blocksOf(text, 0)
    .filter(({ level }) => level > 0)
    .map(({ level, heading }) => [level, heading])

describe('links', () => {
  it.each([
    ['[[a]] and [[b|text]], [[c#d e|f]]', ['a', 'b', 'c#d e']],
    ['![[a]] [[ a ]] [[a | b]]', ['a', ' a ', 'a ']],
    ['| [[a\\|b]] | [[c]] |', ['a', 'c']],
    ['[x](a.md) ![x](b.png) [x](c.md "title") [x](<d e.md>)', ['a.md', 'b.png', 'c.md', 'd e.md']],
    ['[x](a(b)c.md) [x]( a.md ) [x](\na.md) [x]()', ['a(b)c.md', 'a.md', 'a.md', '']],
    ['[![x](a.png)](b.md) [[1]](c.md)', ['a.png', 'b.md', 'c.md']],
    ['[x]: a.md\n[y]: <b c.md> "t"\n\n  [z]: d.md', ['a.md', 'b c.md', 'd.md']],
    ['# [[a]]\n\n> [[b]]\n\n1. [[c]]\n   - [[d]]\n     [[e]]\n\n  [[f]]', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['a ` b\n- c ` [[d]]', ['d']],
    ['a ` b\n\n` [[c]]', ['c']],
  ])('are found in %j', (text, found) => {
    expect(targets(text)).toEqual(found)
  })

  it.each([
    'a [x](b c) [x] (d) x](e) [y][z]',
    '\\[[a]] \\[x](b) [^1]: c',
    '[Note]: this is no definition',
    '[[a\nb]] [[]',
    '`[[a]]` ``[x](b) ` `` ` [[a]]\n[[b]] `',
    '```\n[[a]]\n```',
    '~~~ sh\n[[a]]\n```\n[[b]]\n~~~',
    '```\n[[a]] never closed',
    'x\n\n    [[a]]\n\n\t[[b]]',
    '- x\n\n      [[a]]',
    '-     [[a]]',
    '> ```\n> [[a]]',
    '<!-- [[a]] -->',
    '<!--\n[[a]]\n\n[[b]]\n-->',
    'x <!-- [[a]]\n[[b]] --> y',
    '<pre>\n[[a]]\n\n[[b]]\n</pre>',
    '<script>[[a]]</script>',
  ])('are not found in %j', (text) => {
    expect(targets(text)).toEqual([])
  })

  it.each([
    ['- ```\n  [[code]]\n- [[a]]', ['a']],
    ['> ```\n> [[code]]\n[[a]]', ['a']],
    ['- ```\n  [[code]]\n  ```\n  [[a]]', ['a']],
    ['x\n    [[a]]', ['a']],
    ['- x\n\n    [[a]]', ['a']],
    ['    [[code]]\n[[a]]', ['a']],
    ['````\n```\n[[code]]\n````\n[[a]]', ['a']],
    ['```x``` [[a]]', ['a']],
    ['x <!-- [[a]]', ['a']],
    ['<!-- x -->\n[[a]]\n<pre>x</pre>\n[[b]]', ['a', 'b']],
    ['\\` [[a]] `', ['a']],
  ])('end where code ends: %j', (text, found) => {
    expect(targets(text)).toEqual(found)
  })

  it('stand where they say in CRLF text behind frontmatter, and never in it', () => {
    const text = '\uFEFF---\r\ntitle: "[[no]]"\r\n---\r\n# A\r\n\r\n[[a]]\r\n```\r\n[[code]]\r\n```\r\n[x](b.md)\r\n'
    const { links, place } = new Page('docs/a.md', text)
    expect(links.map(({ target, start }) => [target, place(start).line, place(start).column])).toEqual([
      ['a', 6, 3],
      ['b.md', 10, 5],
    ])
  })
})

describe('headings', () => {
  it('are marked by # or underlined', () => {
    expect(headings('# A\n\nB\nb\n===\n\n### C ###\nD\n---\n')).toEqual([
      [1, 'A'],
      [1, 'B b'],
      [3, 'C'],
      [2, 'D'],
    ])
  })

  it.each([
    '---\n',
    'x\n\n---\n',
    '- x\n---\n',
    '> x\n---\n',
    '| a |\n| --- |',
    '```\n# a\n```',
    '    # a',
    '#a',
    'x\n- - -',
  ])('are not seen in %j', (text) => {
    expect(headings(text)).toEqual([])
  })

  it.each([
    ['Some Heading', 'some-heading'],
    ['`mise run check` & more!', 'mise-run-check--more'],
    ['Ünïcode — 日本 😀', 'ünïcode--日本-'],
    ['a_b __init__', 'a_b-init'],
    ['`_private` _em_', '_private-em'],
    ['See [[x|the page]] and [this](y.md)', 'see-the-page-and-this'],
    ['<b>Bold</b> **too**', 'bold-too'],
    ['7. Tag with `tag:x`', '7-tag-with-tagx'],
  ])('%j is linked to as #%s', (heading, anchor) => {
    expect([...anchorsOf([heading])]).toEqual([anchor])
  })

  it('of one name get numbers', () => {
    expect([...anchorsOf(['A', 'a', 'A 1', 'a'])]).toEqual(['a', 'a-1', 'a-1-1', 'a-2'])
  })

  it('may have an anchor of their own, and elements too', () => {
    const { anchors } = new Page('docs/a.md', '# Title {#own}\n\n<a id="here"></a> <a name=there>\n')
    expect([...anchors]).toEqual(['title', 'own', 'here', 'there'])
    expect(slugOf('Title {#own}')).toBe('title-own')
  })
})

it.each([
  ['[', '[['],
  ['[[a', ''],
  ['](', ''],
  ['[a](', ''],
  ['[a](b', ''],
  ['`', ' '],
  ['`` ` ', ''],
  ['<!-- ', ''],
  ['> ', ''],
  ['- ', 'x'],
  ['#', ''],
  ['_', 'a'],
  [' ', 'b'],
  ['{#', '}'],
  ['# a {#b} ', ''],
  ['|', '\n'],
  ['\t', ''],
  ['- [] ', '\n'],
  ['```', '\n'],
])('reads 50,000 × %j in time that grows with the text', (part, separator) => {
  const text = `# a\n\n${Array.from({ length: 50_000 }, () => part).join(separator)}\n# ${part.repeat(50_000)}`
  const work = () => {
    const page = new Page('docs/a.md', text)
    return [page.links, page.anchors]
  }
  // In the square of its size any of these would take minutes.
  vm.runInNewContext('work()', { work }, { timeout: 10_000 })
})
