import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divide, Secrets, unite } from '../../scripts/core/secret.ts'
import type { Json } from '../../scripts/index.ts'

function secrets(...values: string[]): Secrets {
  const known = new Secrets()
  for (const value of values) known.add(value)
  return known
}

describe('masking', () => {
  it('replaces every occurrence, and nothing where no secret is known', () => {
    expect(secrets('hunter22').mask('a hunter22, hunter22!')).toBe('a •••, •••!')
    expect(secrets().mask('a hunter22')).toBe('a hunter22')
  })

  it('knows the forms that a value takes in addresses and headers', () => {
    const known = secrets('user:p@ss/w?rd')
    expect(known.mask('https://x/?q=user%3Ap%40ss%2Fw%3Frd&y')).toBe('https://x/?q=•••&y')
    expect(known.mask('Authorization: Basic dXNlcjpwQHNzL3c/cmQ=')).toBe('Authorization: Basic •••=')
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const header = Buffer.from(`${user}:user:p@ss/w?rd, and more`).toString('base64')
      expect(known.mask(header)).toMatch(/^.{0,8}•••.{13,16}$/)
    }
  })

  it('takes a value as it is, whatever it means in a pattern', () => {
    const value = '.*[a]{2}(b)|$^\\/-+?'
    expect(secrets(value).mask(`x ${value} y aab`)).toBe('x ••• y aab')
  })

  it('hides the longer of two that begin alike', () => {
    expect(secrets('secret', 'secret-and-more').mask('secret-and-more secret')).toBe('••• •••')
  })

  it('leaves values alone that are too short to be one', () => {
    expect(secrets('abc', '').mask('abc')).toBe('abc')
    expect(secrets('abcd').mask('abcd')).toBe('•••')
  })

  it('says whether a text holds one', () => {
    const known = secrets('hunter22')
    expect([known.touches('x hunter22'), known.touches('x hunter2')]).toEqual([true, false])
  })
})

describe('dividing', () => {
  it('takes the strings that hold a secret out, and only those', () => {
    const value = { url: 'http://x', auth: { header: 'Bearer hunter22' }, list: ['hunter22', 1, null, true] }
    expect(divide(value, secrets('hunter22'))).toEqual({
      open: {
        url: 'http://x',
        auth: { header: { $secret: '/auth/header' } },
        list: [{ $secret: '/list/0' }, 1, null, true],
      },
      closed: { '/auth/header': 'Bearer hunter22', '/list/0': 'hunter22' },
    })
  })

  it('works on a bare string, and under a path of its own', () => {
    expect(divide('hunter22', secrets('hunter22'), 'step:login')).toEqual({
      open: { $secret: 'step:login' },
      closed: { 'step:login': 'hunter22' },
    })
  })

  it('comes together again, or is undefined when a secret is lost', () => {
    const value = { a: ['hunter22', { b: 'x' }], __proto__x: 1 }
    const { open, closed } = divide(value, secrets('hunter22'))
    expect(unite({ open, closed })).toEqual(value)
    expect(unite({ open, closed: {} })).toBeUndefined()
    expect(unite({ open: 7, closed: {} })).toBe(7)
    expect(unite({ open: null, closed: {} })).toBeNull()
  })

  const words = fc.constantFrom('hunter22', 'x hunter22 y', 'plain', 'aHVudGVyMjI=', '$secret', '')
  const names = fc.constantFrom('a', 'b', '0', 'constructor', '__proto__', 'a b')
  const values = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      words,
      fc.constantFrom(null, true, 0, -1.5),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.uniqueArray(fc.tuple(names, tie('value')), { maxLength: 3, selector: ([name]) => name }).map((entries) => {
        return Object.fromEntries(entries) as Json
      }),
    ),
  })).value

  it('gives any value back whole, and leaves no secret in what may be read', () => {
    const known = secrets('hunter22')
    fc.assert(
      fc.property(values, (value) => {
        const divided = divide(value, known)
        expect(known.touches(JSON.stringify(divided.open))).toBe(false)
        const written = JSON.parse(JSON.stringify(divided)) as typeof divided
        expect(unite(written)).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })
})

it('gives secrets back whose names have slashes in them', () => {
  const value = { 'a/b': 'hunter22 one', a: { b: 'hunter22 two' } }
  expect(unite(divide(value, secrets('hunter22')))).toEqual(value)
})

it('gives a value back that looks like the mark of a secret', () => {
  const value = { $secret: 'a word' }
  expect(unite(divide(value, secrets('hunter22')))).toEqual(value)
})

it('leaves no secret in the names of an object', () => {
  const known = secrets('hunter22')
  expect(known.touches(JSON.stringify(divide({ hunter22: 'scope' }, known).open))).toBe(false)
})

it('takes a value that is not well-formed text', () => {
  expect(secrets('secret\uD800').mask('a secret\uD800 b')).toBe('a ••• b')
})
