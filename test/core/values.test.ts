/** Durations, suggestions, places: small things that everything else says. */
import { describe, expect, it } from 'vitest'
import { byPlace, placesIn } from '../../scripts/core/diagnostic.ts'
import { formatDuration, parseDuration } from '../../scripts/core/duration.ts'
import { didYouMean, suggest } from '../../scripts/core/suggest.ts'

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2 minutes', 120_000],
    ['250ms', 250],
    ['1d', 86_400_000],
    ['90', 90_000],
    ['0.5', 500],
    [90, 90_000],
    [0.25, 250],
  ])('%j is %d ms', (value, milliseconds) => {
    expect(parseDuration(value)).toBe(milliseconds)
  })

  it.each(['', ' ', 'soon', '0', '0s', '-5m', '5 m m', '5x', 'Infinity', '1e3', `${'9'.repeat(41)}s`, 0, -1])(
    '%j is none',
    (value) => {
      expect(parseDuration(value)).toBeNull()
    },
  )

  it.each([[null], [undefined], [true], [[5]], [{ s: 5 }], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    '%j is none',
    (value) => {
      expect(parseDuration(value)).toBeNull()
    },
  )

  it('.5 is half a second like 0.5', () => {
    expect(parseDuration('.5')).toBe(500)
  })

  it.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [449, '0.4 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 m 00 s'],
    [185_000, '3 m 05 s'],
    [3_599_500, '1 h 00 m'],
    [3_725_000, '1 h 02 m'],
    [90_000_000, '25 h 00 m'],
  ])('of %d ms is told as %j', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })
})

describe('a suggestion', () => {
  it('is the nearest first, at most three, and never the word itself', () => {
    expect(suggest('deploy', ['deploys', 'deplyo', 'deploy', 'destroy', 'employ', 'dep', 'xyz'])).toEqual([
      ...['deploys', 'deplyo', 'employ'],
    ])
  })

  it('sees through case and takes a part of a longer name', () => {
    expect(suggest('ZOT', ['harden-zot-registry', 'zot'])).toEqual(['zot'])
    expect(suggest('zot', ['harden-zot-registry', 'other'])).toEqual(['harden-zot-registry'])
    expect(suggest('zo', ['harden-zot-registry'])).toEqual([])
  })

  it('does not depend on the order of the candidates', () => {
    const names = ['card-b', 'card-a', 'card-c', 'card-d']
    expect(suggest('card-x', names)).toEqual(['card-a', 'card-b', 'card-c'])
    expect(suggest('card-x', names.toReversed())).toEqual(['card-a', 'card-b', 'card-c'])
  })

  it('is a question for people, or nothing', () => {
    expect(didYouMean('firts', ['first', 'fist', 'second'])).toBe('Did you mean `first` or `fist`?')
    expect(didYouMean('firts', ['second'])).toBeNull()
    expect(didYouMean('firts', [])).toBeNull()
  })
})

describe('a place', () => {
  it.each([
    [0, 1, 1],
    [1, 1, 2],
    [2, 1, 3],
    [3, 2, 1],
    [5, 3, 1],
    [7, 3, 3],
  ])('at offset %d is line %d, column %d', (offset, line, column) => {
    expect(placesIn('a.md', 'ab\n\r\n😀')(offset)).toEqual({ file: 'a.md', line, column })
  })

  it('sorts by file, line, column, and by nothing of the machine', () => {
    const at = (file: string, line: number, column: number) => ({ file, line, column })
    const sorted = [at('Z', 1, 1), at('a', 2, 9), at('a', 10, 1), at('a', 10, 2), at('ä', 1, 1)]
    expect(sorted.toReversed().sort(byPlace)).toEqual(sorted)
  })
})
