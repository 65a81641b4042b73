import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyOf, Seal } from '../../scripts/engine/seal.ts'
import { key } from './rig.ts'

const plain = Buffer.from('apply the change')

describe('what is sealed', () => {
  test('is opened by whoever has the key, and names its sender and its number', () => {
    const [one, other] = [new Seal(key), new Seal(key)]
    const opened = [1, 2].map(() => other.open('mail', 'bond', one.seal('mail', 'bond', plain)))
    expect(opened).toEqual([1, 2].map((count) => ({ from: one.address, count, plain })))
  })

  test('is opened by nobody else, for nothing else, and with no bit changed', () => {
    const one = new Seal(key)
    const sealed = one.seal('mail', 'bond', plain)
    expect(new Seal(`${key}.`).open('mail', 'bond', sealed)).toBeNull()
    expect(one.open('job', 'bond', sealed)).toBeNull()
    expect(one.open('mail', 'another', sealed)).toBeNull()
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(one.open('mail', 'bond', changed), `bit ${bit}`).toBeNull()
    }
  })

  test('is never taken for something, whatever is there', () => {
    const one = new Seal(key)
    fc.assert(fc.property(fc.uint8Array(), (bytes) => one.open('mail', 'bond', Buffer.from(bytes)) === null))
  })

  test('does not show what is in it, nor twice the same', () => {
    const one = new Seal(key)
    const [first, second] = [one.seal('mail', 'bond', plain), one.seal('mail', 'bond', plain)]
    expect(first.includes(plain)).toBe(false)
    expect(first.subarray(23)).not.toEqual(second.subarray(23))
    expect(new Seal(key).address).not.toBe(one.address)
  })
})

test('a key that is missing or short is refused', () => {
  expect(() => keyOf({})).toThrow('MIKADO_KEY is not set')
  expect(() => keyOf({ MIKADO_KEY: 'x'.repeat(31) })).toThrow('MIKADO_KEY is shorter than 32 characters')
  expect(keyOf({ MIKADO_KEY: 'x'.repeat(32) })).toBe('x'.repeat(32))
})
