import type { CallToolResult } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { Answers, refuse, spread } from '../../scripts/mcp/answers.ts'

const textsOf = ({ content }: CallToolResult) => content.map((part) => (part.type === 'text' ? part.text : part.type))
const cursorIn = (text = '') => /cursor "([^"]+)"/.exec(text)?.[1] ?? ''
const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at} ${'x'.repeat(80)}`)

/** All pages, as an agent would ask for them. */
function pagesOf(answers: Answers, first: CallToolResult): string[] {
  const [page = '', note] = textsOf(first)
  return note === undefined ? [page] : [page, ...pagesOf(answers, answers.at(cursorIn(note)))]
}

describe('an answer', () => {
  it('that is short is whole', () => {
    expect(new Answers().of('short\n\nanswer')).toEqual({ content: [{ type: 'text', text: 'short\n\nanswer' }] })
    expect(new Answers().of('')).toEqual({ content: [{ type: 'text', text: '' }] })
  })

  it('that is long comes in pages of whole lines, none lost, each with the way to the next', () => {
    const answers = new Answers()
    const text = lines(500).join('\n')
    const first = answers.of(text)
    expect(textsOf(first)[1]).toBe(
      `… ${text.length - (textsOf(first)[0]?.length ?? 0) - 5} more characters: ask \`more\` with cursor "a1:1".`,
    )
    const pages = pagesOf(answers, first)
    expect(pages.length).toBe(6)
    expect(pages.join('\n')).toBe(text)
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(8000)
  })

  it('with one line that is too long parts it between characters', () => {
    const answers = new Answers()
    const pages = pagesOf(answers, answers.of('😀'.repeat(9000)))
    expect(pages.join('')).toBe('😀'.repeat(9000))
    for (const page of pages) expect([page.length <= 8000, page.isWellFormed()]).toEqual([true, true])
  })

  it('that grows at its end is told from there', () => {
    const answers = new Answers()
    const first = answers.ofEnd(lines(300).join('\n'))
    expect(textsOf(first)[0]).toMatch(/line 299 x+$/)
    expect(textsOf(first)[1]).toMatch(/^… \d+ earlier characters/)
    expect(pagesOf(answers, first).toReversed().join('\n')).toBe(lines(300).join('\n'))
  })

  it('is kept for some time, and then refused, as is a cursor that was made up', () => {
    const answers = new Answers()
    const cursor = cursorIn(textsOf(answers.of(lines(300).join('\n')))[1])
    expect(answers.at(cursor).isError).toBeUndefined()
    for (let at = 0; at < 16; at++) answers.of(lines(300).join('\n'))
    for (const gone of [cursor, 'a99:0', 'x:1', 'a17:99', 'a17:-1', ''])
      expect(answers.at(gone)).toEqual({
        isError: true,
        content: [
          {
            type: 'text',
            text: `{"error":{"code":64,"message":${JSON.stringify(`no answer is kept for cursor "${gone}"`)},"hint":"Ask the first tool again."}}`,
          },
        ],
      })
  })

  it('holds nothing that a person would not see', () => {
    const tag = String.fromCodePoint(0xe0041)
    expect(textsOf(new Answers().of(`a\u001b[2Jb\u202ec${tag}d\te\nf\u009b`))).toEqual(['a[2Jbcd\te\nf'])
    expect(textsOf(refuse({ code: 1, message: `a\u202e${tag}b\u001b`, hint: null }))).toEqual([
      // As escapes of JSON: they can be read, and draw nothing.
      '{"error":{"code":1,"message":"a\\u202eb\\u001b","hint":null}}',
    ])
  })
})

it('data are spread so that each entry of a list has a line', () => {
  const data = { goal: 'a', none: [], nothing: null, cards: [{ id: 'x' }, { id: 'y', list: [1, 2] }] }
  expect(spread(data)).toBe(
    '{"goal":"a",\n"none":[],\n"nothing":null,\n"cards":[\n{"id":"x"},\n{"id":"y","list":[1,2]}\n]}',
  )
  expect(JSON.parse(spread(data))).toEqual(data)
  expect(spread({})).toBe('{}')
})
