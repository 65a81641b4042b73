import { describe, expect, it } from 'vitest'
import { cut, filled, hanging, rowsOf, widthOf, wrap } from '../../scripts/view/fit.ts'
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
    ['\u001b[31mred\u001b[39m', 3],
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

describe('a text that is set in', () => {
  it('has its later lines below what stands before the first', () => {
    expect(hanging('the words of\na message that is long', 4, 24)).toBe('the words of\n    a message that is\n    long')
    expect(hanging('however narrow the screen is', 8, 10)).toBe('however narrow the\n        screen is')
    expect(hanging('  as it\n  is', 4, Infinity)).toBe('  as it\n  is')
  })
})

describe('a line that fills rows', () => {
  it.each([
    ['fits', 4, ['fits']],
    ['goes on and on', 6, ['goes o', 'n and ', 'on']],
    ['右のカード', 5, ['右の', 'カー', 'ド']],
    ['a👩‍💻b', 2, ['a', '👩‍💻', 'b']],
    ['', 5, ['']],
  ])('%j in %i columns: %j', (line, columns, rows) => {
    expect(filled(line, columns)).toEqual(rows)
  })

  it('takes as many rows as a terminal gives it, colours apart', () => {
    expect(rowsOf('one\n\u001b[2mgoes on and on\u001b[22m\n', 6)).toBe(1 + 3 + 1)
  })
})

it('a text for one line has no line break, no escape sequence, and nothing that turns its direction', () => {
  expect(oneLine('a\n✓ b\tc\r\n \u001b[2Jd\u2028e\u202ef ')).toBe('a ✓ b c [2Jd ef')
})
