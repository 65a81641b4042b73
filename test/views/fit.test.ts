import { describe, expect, it } from 'vitest'
import { cut, widthOf, wrap } from '../../scripts/view/fit.ts'
import { oneLine } from '../../scripts/view/style.ts'

describe('a width', () => {
  it.each([
    ['plain', 5],
    ['', 0],
    ['naïve', 5],
    ['e\u0301', 1],
    ['右のカード', 10],
    ['한국', 4],
    ['✓ ok', 4],
    ['🎉!', 3],
    ['👩‍💻', 2],
  ])('of %j is %i', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })
})

describe('a text that is cut', () => {
  it.each([
    ['fits', 4, 'fits'],
    ['too long', 5, 'too…'],
    ['too long', 1, '…'],
    ['右のカード', 6, '右の…'],
    ['右のカード', 5, '右の…'],
    ['any', Infinity, 'any'],
  ])('%j to %i columns is %j', (text, columns, expected) => {
    expect(cut(text, columns)).toBe(expected)
  })
})

describe('a text that is wrapped', () => {
  it('breaks at spaces, and never inside a word', () => {
    expect(wrap('waits for one, two', 10)).toEqual(['waits for', 'one, two'])
    expect(wrap('a-word-that-is-too-long and more', 8)).toEqual(['a-word-that-is-too-long', 'and more'])
    expect(wrap('右の カード', 6)).toEqual(['右の', 'カード'])
    expect(wrap('all of it', Infinity)).toEqual(['all of it'])
    expect(wrap('', 10)).toEqual([''])
  })
})

it('a text for one line has no line break, no escape sequence, and nothing that turns its direction', () => {
  expect(oneLine('a\n✓ b\tc\r\n \u001b[2Jd\u2028e\u202ef ')).toBe('a ✓ b c [2Jd ef')
})
