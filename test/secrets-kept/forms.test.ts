/** The forms of a secret that are masked, as the page of guarantees lists them; and what nobody promises. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secrets } from '../../scripts/core/secret.ts'

function secrets(...values: string[]): Secrets {
  const known = new Secrets()
  for (const value of values) known.add(value)
  return known
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const wrapped = (text: string, width: number) => base64(text).replace(new RegExp(`.{${width}}`, 'g'), '$&\n')
const html = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
const json = (text: string) => JSON.stringify(text).slice(1, -1)
const escapedUnits = (text: string) =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
const everyByte = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '%$&')

/** A secret with all that escapes are for. */
const value = `p@ss "w/ö+rd'<&>\\n%41 12`
const forms: Record<string, string> = {
  'as it is': value,
  'by encodeURIComponent': encodeURIComponent(value),
  'by encodeURI': encodeURI(value),
  'as a form': new URLSearchParams({ '': value }).toString().slice(1),
  'in an address, small letters': encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  'in an address, every byte': everyByte(value),
  'in an address in an address': encodeURIComponent(encodeURIComponent(value)),
  'in JSON': json(value),
  'in JSON in JSON': json(json(value)),
  'in JSON, each character by its number': escapedUnits('p@ss "w/ö+rd'),
  'in HTML, by numbers': html(value),
  'in HTML, by names': value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;'),
  'quoted for a shell': value.replaceAll("'", `'\\''`),
  'quoted by Python': value.replaceAll("'", `'"'"'`),
  'in hex': Buffer.from(value).toString('hex'),
  'in HEX': Buffer.from(value).toString('hex').toUpperCase(),
  'in base64': base64(value).replace(/=+$/, ''),
  'in base64 for addresses': Buffer.from(value).toString('base64url'),
  decomposed: value.normalize('NFD'),
  composed: value.normalize('NFC'),
}

describe('each form of a secret', () => {
  it.each(Object.entries(forms))('is masked %s', (name, form) => {
    // A part of what is written here stands for a part of the secret.
    const known = secrets(name === 'in JSON, each character by its number' ? 'p@ss "w/ö+rd' : value)
    expect(known.mask(`before ${form}, after`)).toBe('before •••, after')
  })
})

describe('a secret', () => {
  it('is masked inside base64, wherever it begins there and whatever follows, to the last bit', () => {
    const token = 'ghp_16C7e42F292c6912E7'
    for (let before = 0; before < 6; before++) {
      for (let after = 0; after < 4; after++) {
        const whole = base64(`${'u'.repeat(before)}${token}${'v'.repeat(after)}`)
        const shown = secrets(token).mask(whole)
        // Each character of base64 is six bits: none of those of the secret may be left.
        const [from, to] = [Math.floor((before * 8) / 6), Math.ceil(((before + token.length) * 8) / 6)]
        const [left = '', right = ''] = shown.split('•••')
        expect([shown.includes('•••'), left.length <= from, right.length <= whole.length - to]).toEqual([
          true,
          true,
          true,
        ])
      }
    }
  })

  it('is masked in the base64 that stands inside base64: the file of registry logins in a Kubernetes secret', () => {
    const password = 'correct horse 42'
    for (const user of ['a', 'ci', 'bot', 'erich']) {
      const file = JSON.stringify({ auths: { 'registry.example': { auth: base64(`${user}:${password}`) } } })
      const shown = secrets(password).mask(base64(file))
      const [left = '', right = ''] = shown.split('•••')
      // What is left, read as base64 at each of its alignments, and once more: nothing of the password.
      const rest = [left, right].flatMap((part) =>
        [0, 1, 2, 3].map((skip) => Buffer.from(part.slice(skip), 'base64').toString('latin1')),
      )
      const inner = rest.flatMap((part) =>
        (part.match(/[A-Za-z\d+/]{4,}/g) ?? []).flatMap((word) =>
          [0, 1, 2, 3].map((skip) => Buffer.from(word.slice(skip), 'base64').toString('latin1')),
        ),
      )
      for (const text of [...rest, ...inner])
        for (const word of ['corr', 'horse', 'e 42']) expect(text).not.toContain(word)
    }
  })

  it.each([76, 64])('is masked in base64 that is wrapped at %i columns', (width) => {
    const long = 'the-key-'.repeat(40)
    const shown = secrets(long).mask(wrapped(long, width))
    expect(shown).toMatch(/^(?:•••\n?)+=*$/)
  })

  it('is masked with a colour in its middle', () => {
    expect(secrets('hunter22').mask('a hun\u001b[01;31mter\u001b[m22 b')).toBe('a ••• b')
  })

  it('is masked with other blanks around it, and one of blanks only is none', () => {
    const known = secrets('  hunter22\n')
    expect([known.mask('x hunter22 y'), known.mask(base64('hunter22')), known.mask(base64('hunter22\n'))]).toEqual([
      ...['x ••• y', '•••=', expect.stringMatching(/^•••.?$/)],
    ])
    expect([secrets('      ').mask('an      indent'), secrets('').mask('x'), new Secrets().add('    ')]).toEqual([
      ...['an      indent', 'x', false],
    ])
  })

  it('of fewer than four characters is not masked, and whoever gives it is told', () => {
    const known = new Secrets()
    expect([known.add('abc'), known.add(' ab\n'), known.add('abcd')]).toEqual([false, false, true])
    expect(known.mask('abc abcd')).toBe('abc •••')
  })

  it('that is a common word is masked wherever it stands', () => {
    expect(secrets('true', 'main').mask('true: main is not maintained')).toBe('•••: ••• is not •••tained')
  })

  it('that overlaps another is masked with it, whichever begins first or is longer', () => {
    const known = secrets('abcdefgh', 'efghijkl', 'cdef', 'ijklmnop-more')
    expect(known.mask('-abcdefghijklmnop-more-')).toBe('-•••-')
    expect(known.mask('abcdefgh cdef efghijkl')).toBe('••• ••• •••')
    expect(secrets('aaaa').mask('aaaaaaa.')).toBe('•••.')
  })

  it('leaves nothing of itself in any text that escapes it up to twice', () => {
    const signs = fc.constantFrom(...'abXY09 "\'\\/%&<>+=;:@ü€😀\n')
    const plain = fc.array(signs, { minLength: 6, maxLength: 20 }).map((all) => `k${all.join('')}y`)
    const kinds = [encodeURIComponent, everyByte, json, escapedUnits, html, (text: string) => text]
    const kind = fc.constantFrom(...kinds)
    fc.assert(
      fc.property(plain, kind, kind, (secret, inner, outer) => {
        const known = secrets(secret)
        expect(known.mask(`<<${inner(secret)}>>`)).toBe('<<•••>>')
        expect(known.mask(`((${outer(inner(secret))}))`)).toBe('((•••))')
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['in capitals', 'HUNTER22-AND-MORE'],
    ['backwards', 'erom-dna-22retnuh'],
    ['in part', 'hunter22-and-mor'],
    ['in hex with blanks', '68 75 6e 74 65 72 32 32 2d 61 6e 64 2d 6d 6f 72 65'],
    ['in UTF-16', 'h\0u\0n\0t\0e\0r\0'],
  ])('is not promised to be masked %s', (_, form) => {
    expect(secrets('hunter22-and-more').mask(form)).toBe(form)
  })
})
