/** A document's text as HTML: what shows, where its links lead, and what stays words. */
import { parse } from 'node-html-parser'
import { describe, expect, it } from 'vitest'
import { Chronicle } from '../../scripts/core/chronicle.ts'
import { Standing } from '../../scripts/core/standing.ts'
import { linksFrom, markdown, markdownLine } from '../../scripts/view/page/markdown.ts'
import { servedWays } from '../../scripts/view/page/ways.ts'
import { graphOf } from '../core/documents.ts'
import { draws, drawsIn } from '../fuzz/repository.ts'
import { hostile } from '../pictures/drawings.ts'

const active = '---\nstatus: active\n---\n'
const graph = graphOf({
  'docs/how-to/base.md': active,
  'docs/how-to/deep/left.md': active,
  'docs/C#.md': active,
  'docs/it is.md': active,
})
const standing = new Standing({ graph, chronicle: new Chronicle(), holder: null })
const links = linksFrom({ standing, ways: servedWays(1) }, 'docs/how-to/base.md')

const shown = (text: string, title = 'Base') => markdown(text, title, links).text
/** The way of the only link: null when it stays words. */
const way = (text: string) => {
  const page = parse(shown(text))
  return page.querySelector('a')?.getAttribute('href') ?? null
}

describe('headings', () => {
  const levels = (text: string) =>
    parse(shown(text))
      .querySelectorAll('h1, h2, h3, h4, h5, h6')
      .map(({ tagName, id, text }) => `${tagName} ${id} ${text}`)

  it('stand below those of the page, and leave out no level', () => {
    expect(levels('# One\n## Two\n#### Four\n# Again\n###### Six\n')).toEqual([
      'H3 in-one One',
      'H3 in-two Two',
      'H4 in-four Four',
      'H3 in-again Again',
      'H4 in-six Six',
    ])
    expect(levels('###### Six\n')).toEqual(['H3 in-six Six'])
    expect(levels('## a\n### b\n#### c\n##### d\n###### e\n')).toEqual([
      ...['H3 in-a a', 'H4 in-b b', 'H5 in-c c', 'H6 in-d d', 'H6 in-e e'],
    ])
  })

  it('do not say the title again, where it comes first', () => {
    expect(shown('# Base\n\nWords\n')).toBe('<p>Words</p>\n')
    expect(shown('\nBase\n====\n')).toBe('')
    expect(levels('Words\n\n# Base\n')).toEqual(['H3 in-base Base'])
    expect(levels('# Base\n\n### Three\n')).toEqual(['H3 in-three Three'])
    expect(levels('# Another\n')).toEqual(['H3 in-another Another'])
  })

  it('have anchors of their own, as links of a document name them', () => {
    expect(levels('## Same\n## Same\n## Own {#mine}\n## Last, `not` least\n')).toEqual([
      ...['H3 in-same Same', 'H3 in-same-1 Same', 'H3 in-mine Own {#mine}', 'H3 in-last-not-least Last, not least'],
    ])
    // Whatever it says, it is no part of the page.
    expect(levels('## main\n## log\n## "><b>\n')).toEqual(['H3 in-main main', 'H3 in-log log', 'H3 in- "><b>'])
  })
})

describe('links', () => {
  it.each([
    ['[a](deep/left.md)', '../card/left'],
    ['[a](./base.md)', '../card/base'],
    ['[a](../C%23.md)', '../card/C%23'],
    ['[a](../it%20is.md)', '../card/it%20is'],
    ['[a](<../it is.md>)', '../card/it%20is'],
    ['[a](deep/left.md#the-end)', '../card/left#in-the-end'],
    ['[a](deep/left.md?plain=1#The%20End)', '../card/left#in-the-end'],
    ['[a](deep/left.md#)', '../card/left'],
    ['[a](#the-end)', '#in-the-end'],
    ['[a](#%C3%9Cber)', '#in-über'],
    ['[a][b]\n\n[b]: deep/left.md', '../card/left'],
  ])('to cards and headings lead to their pages: %s', (text, wanted) => {
    expect(way(text)).toBe(wanted)
  })

  it.each([
    ['[[left]]', '../card/left', 'left'],
    ['[[ left ]]', '../card/left', 'left'],
    ['[[left.md]]', '../card/left', 'left.md'],
    ['[[deep/left]]', '../card/left', 'deep/left'],
    ['[[left|the left one]]', '../card/left', 'the left one'],
    ['[[left#The End]]', '../card/left#in-the-end', 'left#The End'],
    ['[[left # The End | words ]]', '../card/left#in-the-end', 'words'],
    ['[[C#]]', '../card/C%23', 'C#'],
    ['[[C##Loops]]', null, 'C##Loops'],
    ['[[#The End]]', '#in-the-end', '#The End'],
    ['[[nobody]]', null, 'nobody'],
    ['[[nobody#x|words]]', null, 'words'],
    ['[[__proto__]]', null, '__proto__'],
    ['[[left|<b>*bold*</b>]]', '../card/left', '&lt;b&gt;*bold*&lt;/b&gt;'],
  ])('in double brackets name a card: %s', (text, wanted, words) => {
    expect([way(text), parse(shown(text)).querySelector('a, span')?.innerHTML]).toEqual([wanted, words])
  })

  it('in double brackets are none in code, over two lines, or without a name', () => {
    expect(shown('`[[left]]`')).toBe('<p><code>[[left]]</code></p>\n')
    expect(shown('[[le\nft]]')).toBe('<p>[[le\nft]]</p>\n')
    expect(shown('[[]]')).toBe('<p><span class="elsewhere" title=""></span></p>\n')
  })

  it('out into the world are open ones', () => {
    const out = '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">a</a></p>\n'
    expect(shown('[a](https://example.org/?a=1&b=2 "a title")')).toBe(out)
    expect(way('<mailto:a@example.org>')).toBe('mailto:a@example.org')
    // What is no link to whoever reads the document is none here.
    expect(shown('https://example.org')).toBe('<p>https://example.org</p>\n')
  })

  it.each([
    ...['[a](javascript:alert(1))', '[a](JaVaScRiPt:alert(1))', '[a](java&#10;script:alert(1))', '[a](vbscript:x)'],
    ...['[a](data:text/html,<script>alert(1)</script>)', '[a](file:///etc/passwd)', '<javascript:alert(1)>'],
    ...['[a](//evil.example/)', '[a](/etc/passwd)', '[a](\\\\evil\\x)', '[a](ssh://evil)', '[a](blob:x)'],
    ...['[a](../../../etc/passwd)', '[a](nobody.md)', '[a](left.md)', '[a](%00)', '[a](%E0%A4%A)', '[a]()'],
  ])('that lead to nothing that can be shown stay words: %s', (text) => {
    expect(way(text)).toBeNull()
  })

  it('say where they would have led', () => {
    expect(shown('[the file](../../tasks/base.ts)')).toBe(
      '<p><span class="elsewhere" title="../../tasks/base.ts">the file</span></p>\n',
    )
  })
})

describe('raw HTML', () => {
  it('shows as it is written, in a block and in a line', () => {
    expect(shown('<div onclick="x">\n*a*\n</div>')).toBe(
      '<p>&lt;div onclick=&quot;x&quot;&gt;\n<em>a</em>\n&lt;/div&gt;</p>\n',
    )
    expect(shown('a <b>b</b> &lt;i&gt; &copy;')).toBe('<p>a &lt;b&gt;b&lt;/b&gt; &lt;i&gt; ©</p>\n')
    expect(shown('<script>alert(1)</script>')).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n')
  })

  it('of a comment does not show at all', () => {
    expect(shown('before <!-- not *this* --> after')).toBe('<p>before  after</p>\n')
    expect(shown('a\n\n<!-- one\n\n## no heading\n\n-->\n\nb\n')).toBe('<p>a</p>\n<p>b</p>\n')
    expect(shown('- a\n  <!-- x -->\n- b\n')).toBe('<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n')
    expect(shown('<!-- never closed\n\na\n')).toBe('')
    expect(shown('`<!-- code -->`')).toBe('<p><code>&lt;!-- code --&gt;</code></p>\n')
    expect(shown('a <!-- never closed')).toBe('<p>a &lt;!-- never closed</p>\n')
  })
})

describe('images', () => {
  it('are named, with their place, and never asked for', () => {
    expect(shown('![a *map*](maps/one.png "title")')).toBe(
      '<p><span class="image">image: a map <code>maps/one.png</code></span></p>\n',
    )
    expect(shown('![](https://evil.example/pixel.gif)')).toBe(
      '<p><span class="image">image: <code>https://evil.example/pixel.gif</code></span></p>\n',
    )
    expect(shown('![<b>](<a"b>)')).not.toMatch(/<b>|<img/)
  })
})

describe('lists', () => {
  it('have boxes where they are written, that nobody can tick here', () => {
    expect(shown('- [ ] one\n- [x] two\n- [X]  *three*\n- [y] four\n- [ ]five\n')).toBe(`<ul>
<li class="check"><input type="checkbox" disabled aria-label="not done"> one</li>
<li class="check"><input type="checkbox" disabled checked aria-label="done"> two</li>
<li class="check"><input type="checkbox" disabled checked aria-label="done"> <em>three</em></li>
<li>[y] four</li>
<li>[ ]five</li>
</ul>
`)
    expect(shown('[ ] no list')).toBe('<p>[ ] no list</p>\n')
  })
})

describe('code', () => {
  it('is told as it stands, whatever its fence says', () => {
    expect(shown('```js "><b>\n<a> & *b*\n```\n')).toBe('<pre tabindex="0"><code>&lt;a&gt; &amp; *b*\n</code></pre>\n')
    expect(shown('    <!-- kept -->\n')).toBe('<pre tabindex="0"><code>&lt;!-- kept --&gt;\n</code></pre>\n')
    expect(shown('~~~\n[[left]] never closed')).toBe('<pre tabindex="0"><code>[[left]] never closed</code></pre>\n')
  })
})

describe('tables', () => {
  it('keep the sides of their columns, without a style that no page would take', () => {
    const table = shown('| a | b | c | d |\n| --- | :-- | :-: | --: |\n| 1 | 2 | [[left\\|3]] | <4> |\n')
    expect(table).toBe(`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>
<thead>
<tr>
<th>a</th>
<th class="left">b</th>
<th class="center">c</th>
<th class="right">d</th>
</tr>
</thead>
<tbody>
<tr>
<td>1</td>
<td class="left">2</td>
<td class="center"><a href="../card/left">3</a></td>
<td class="right">&lt;4&gt;</td>
</tr>
</tbody>
</table></div>
`)
  })
})

describe('hostile text', () => {
  const around = [
    (text: string) => text,
    (text: string) => `# ${text}`,
    (text: string) => `- [ ] ${text}`,
    (text: string) => `| a |\n| --- |\n| ${text} |`,
    (text: string) => `[${text}](${text})`,
    (text: string) => `![${text}](<${text}>)`,
    (text: string) => `[[${text}|${text}]]`,
    (text: string) => `\`\`\`${text}\n${text}\n\`\`\``,
    (text: string) => `[a](left.md#${text} '${text}')`,
  ]

  it('is no element, attribute or way of its own, and draws nothing', () => {
    const own = new Set(
      'p a span em strong s code pre ul ol li h3 h4 h5 h6 hr br blockquote div table thead tbody tr th td input'.split(
        ' ',
      ),
    )
    const attributes = new Set(
      'href rel class title id tabindex role aria-label type disabled checked start'.split(' '),
    )
    let seen = 0
    for (const text of [...hostile, draws, `" onmouseover="alert(1)`, `' autofocus onfocus='alert(1)`])
      for (const put of around) {
        const told = shown(put(text))
        expect([text, drawsIn(told)]).toEqual([text, null])
        for (const element of parse(told, { comment: true }).querySelectorAll('*')) {
          seen++
          expect([text, own.has(element.tagName.toLowerCase())]).toEqual([text, true])
          const strange = Object.keys(element.attributes).filter((name) => !attributes.has(name))
          expect([text, strange]).toEqual([text, []])
          const href = element.getAttribute('href')
          if (href !== undefined)
            expect([text, href]).toEqual([text, expect.stringMatching(/^(?:https?:|mailto:|#|\.\.\/card\/)/)])
        }
      }
    expect(seen).toBeGreaterThan(1000)
  })

  it('of any size is shown in good time, and cut where a page ends', () => {
    const many = 100_000
    for (const text of [
      '['.repeat(many),
      '[['.repeat(many),
      `[[${' '.repeat(many)}#`.repeat(3),
      '<!--'.repeat(many),
      '> '.repeat(1000),
      '*a '.repeat(many),
      '`'.repeat(many),
      '| '.repeat(many),
    ])
      expect(shown(text).length).toBeGreaterThanOrEqual(0)
    const long = shown('a '.repeat(2 ** 20))
    expect(long.endsWith('<p class="muted">… the rest of this document is too long for a page.</p>')).toBe(true)
  }, 20_000)
})

it('one line is told without a paragraph of its own', () => {
  expect(markdownLine('`curl` [works](deep/left.md) <b>', links).text).toBe(
    '<code>curl</code> <a href="../card/left">works</a> &lt;b&gt;',
  )
})
