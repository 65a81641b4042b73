import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checklistOf } from '../../scripts/core/checklist.ts'
import { readFrontmatter } from '../../scripts/core/frontmatter.ts'
import { markers, pictureIn, withPicture } from '../../scripts/core/picture-block.ts'
import { mermaidOf } from '../../scripts/view/mermaid.ts'
import { hostileDocument } from '../fuzz/documents.ts'
import { hostileDrawing } from './drawings.ts'

const { begin, end } = markers
const path = 'docs/goal.md'
const lines = (...parts: string[]) => parts.join('\n')
const card = (...body: string[]) => lines('---', 'title: Goal', 'status: active', '---', '', ...body, '')

/** What is wrong, with its line; `fine`; or null. */
function told(text: string): string | null {
  const found = pictureIn(path, text)
  if (found === null || found.ok) return found && 'fine'
  return `${found.line}: ${found.reason}`
}

describe('the place of a picture', () => {
  test('is between two lines, empty or with a Mermaid block', () => {
    expect(told(card('# Goal', begin, end, 'more'))).toBe('fine')
    expect(told(card(begin, '', '```mermaid', 'flowchart TD', '```', '', end))).toBe('fine')
    expect(told(card(`  ${begin}  `, '~~~~mermaid', 'x', '```', '~~~~', end))).toBe('fine')
    expect(told(card('<!--mikado:graph-->', '<!-- /mikado:graph-->'))).toBe('fine')
  })

  test('is not where markers are only talked about', () => {
    expect(told(card('# Goal'))).toBe(null)
    expect(told(card('```md', begin, end, '```'))).toBe(null)
    expect(told(card('~~~', begin, end))).toBe(null)
    expect(told(card(`    ${begin}`, `    ${end}`))).toBe(null)
    expect(told(card('<!-- put', begin, end, '-->'))).toBe(
      '8: `<!-- /mikado:graph -->` ends a picture that no line above begins',
    )
    expect(told(card(`Put ${begin} there`, `> ${begin}`, `- ${end}`))).toBe(null)
    expect(told(lines('---', `title: Goal`, `more: |`, `  x`, begin, end, '---', ''))).toBe(null)
  })

  test.each([
    ['reversed', [end, begin], '6: `<!-- /mikado:graph -->` ends a picture that no line above begins'],
    ['not ended', ['words', begin], '7: no `<!-- /mikado:graph -->` below ends the picture that begins here'],
    [
      'ended in code that is not closed',
      [begin, '```mermaid', end],
      '6: no `<!-- /mikado:graph -->` below ends the picture that begins here',
    ],
    ['begun twice', [begin, begin, end], '7: a picture begins here before the one on line 6 has ended'],
    ['there twice', [begin, end, '', begin, end], '9: there is a picture already, on line 6'],
    ['ended twice', [begin, end, end], '8: there is a picture already, on line 6'],
    [
      'around words',
      [begin, 'Words of mine.', end],
      '6: more than a Mermaid block stands between the markers, and would be lost',
    ],
    [
      'around code of another kind',
      [begin, '```sh', 'x', '```', end],
      '6: more than a Mermaid block stands between the markers, and would be lost',
    ],
    [
      'around two blocks',
      [begin, '```mermaid', '```', 'words', '```mermaid', '```', end],
      '6: more than a Mermaid block stands between the markers, and would be lost',
    ],
  ])('is refused when it is %s', (_, body, reason) => {
    expect(told(card(...body))).toBe(reason)
    expect(withPicture(path, card(...body), 'x\n')).toEqual({
      ok: false,
      reason: `${reason.replace(/^\d+: /, '')} (line ${reason.split(':')[0]})`,
    })
  })

  test('is refused in a document whose frontmatter cannot be read', () => {
    expect(told(lines('---', 'title: [', '---', begin, end, ''))).toMatch(/^\d+: /)
  })
})

describe('a picture in a document', () => {
  test('stands in fenced code, and all around it stays, whatever its line endings', () => {
    for (const newline of ['\n', '\r\n']) {
      const text = (...inside: string[]) =>
        `\uFEFF${card('# Goal', '', begin, ...inside, end, '', '- [ ] words').replaceAll('\n', newline)}`
      const block = ['', '```mermaid', 'flowchart TD', '  n0["a"]', '```', '']
      for (const before of [text(), text(''), text(...block), text('```mermaid', 'old', '```')])
        expect(withPicture(path, before, 'flowchart TD\n  n0["a"]\n')).toEqual({ ok: true, text: text(...block) })
    }
  })

  test('may be the last thing, without a line break behind it', () => {
    expect(withPicture(path, `${begin}\n${end}`, 'x\n')).toEqual({
      ok: true,
      text: `${begin}\n\n\`\`\`mermaid\nx\n\`\`\`\n\n${end}`,
    })
  })

  test('changes nothing else, whatever is written in the document and in the cards', () => {
    const whole = fc.tuple(
      hostileDocument,
      hostileDocument,
      fc.constantFrom('\n', '\r\n'),
      hostileDrawing,
      hostileDrawing,
    )
    let made = 0
    fc.assert(
      fc.property(whole, ([above, below, newline, one, two]) => {
        const text = `${above}${newline}${begin}${newline}${end}${newline}${below}`
        const edited = withPicture(path, text, mermaidOf(one))
        if (!edited.ok) return
        made++
        const [head, tail] = [`${above}${newline}${begin}${newline}`, `${end}${newline}${below}`]
        expect(edited.text.startsWith(head) && edited.text.endsWith(tail)).toBe(true)
        expect(edited.text.slice(head.length, -tail.length)).toBe(
          `\n\`\`\`mermaid\n${mermaidOf(one)}\`\`\`\n\n`.replaceAll('\n', newline),
        )
        const boxes = (of: string) =>
          checklistOf(of, readFrontmatter(path, of, []).end).map(({ text, checked }) => [text, checked])
        expect(boxes(edited.text)).toEqual(boxes(text))
        expect(withPicture(path, edited.text, mermaidOf(one))).toEqual(edited)
        // And back: another picture leaves no trace of this one.
        const other = withPicture(path, edited.text, mermaidOf(two))
        expect(other).toEqual(withPicture(path, text, mermaidOf(two)))
      }),
      { numRuns: 400 },
    )
    expect(made).toBeGreaterThan(40)
  })
})
