/** Secrets in what a task prints, however it is cut on its way. */
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secrets } from '../../scripts/core/secret.ts'
import { CardLog, follow } from '../../scripts/io/output.ts'
import { Folder } from '../io/folder.ts'

/** What was told of these chunks, line by line; the log holds the same. */
async function told(chunks: Iterable<string | Buffer>, ...values: string[]): Promise<string[]> {
  using folder = new Folder()
  const secrets = new Secrets()
  for (const value of values) secrets.add(value)
  const log = new CardLog(folder.path('a.log'), (message) => {
    throw new Error(message)
  })
  const lines: string[] = []
  const stream = Readable.from([...chunks].map((chunk) => Buffer.from(chunk)))
  await follow(
    stream,
    secrets,
    log,
    (line) => lines.push(line),
    () => null,
  )
  log.close()
  expect(folder.read('a.log')).toBe(lines.map((line) => `${line}\n`).join(''))
  return lines
}

/** The text in two chunks, cut at every byte in turn, in one, and byte by byte. */
function* cuts(text: string): Generator<Buffer[]> {
  const bytes = Buffer.from(text)
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)]
  yield Array.from(bytes, (byte) => Buffer.of(byte))
}

const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nab\n-----END KEY-----'

describe('a secret that a task prints', () => {
  it('is masked wherever it is cut, inside a character too, in each of its forms', async () => {
    const value = 'gehëim/€😀 42'
    const forms = [
      value,
      encodeURIComponent(value),
      Buffer.from(`ci:${value}`).toString('base64'),
      JSON.stringify(value),
    ]
    const shown = ['a ••• b', 'a ••• b', expect.stringMatching(/^a .{1,4}•••=* b$/), 'a "•••" b']
    for (const chunks of cuts(forms.map((form) => `a ${form} b\n`).join(''))) {
      expect(await told(chunks, value)).toEqual(shown)
    }
  })

  it('of several lines is masked as one, wherever it is cut, its shortest line too, whatever ends the lines', async () => {
    for (const end of ['\n', '\r\n']) {
      for (const chunks of cuts(`key: ${key.replaceAll('\n', end)}${end}after${end}`)) {
        expect(await told(chunks, key)).toEqual([`key: •••${end.slice(0, -1)}`, `after${end.slice(0, -1)}`])
      }
    }
  })

  it('of several lines is masked line by line where each is indented, or only some are printed', async () => {
    const indented = key.replaceAll('\n', '\n    ')
    for (const chunks of cuts(`${indented}\nMIIEvQIBADANBg\n`)) {
      expect(await told(chunks, key)).toEqual(['•••', '    •••', '    ab', '    •••', '•••'])
    }
  })

  it('of several lines that only begins is told without delay: line by line, masked', async () => {
    const lines: string[] = []
    const stream = new Readable({ read() {} })
    const secrets = new Secrets()
    secrets.add(key)
    using folder = new Folder()
    let heard = () => {}
    const log = new CardLog(folder.path('a.log'), () => {})
    const tell = (line: string) => {
      lines.push(line)
      heard()
    }
    const followed = follow(stream, secrets, log, tell, () => null)
    const next = new Promise<void>((resolve) => {
      heard = resolve
    })
    stream.push('-----BEGIN KEY-----\nof another kind\nab\n')
    await next
    expect(lines).toEqual(['•••', 'of another kind', 'ab'])
    stream.push('-----BEGIN KEY-----\nMIIE')
    stream.push(null)
    await followed
    log.close()
    expect(lines.slice(3)).toEqual(['•••', 'MIIE'])
  })

  it('is masked behind a prompt that waits without a line break', async () => {
    for (const chunks of cuts('Password: hunter22')) expect(await told(chunks, 'hunter22')).toEqual(['Password: •••'])
  })

  it('is masked wherever a line of many chunks of 64 KiB is cut', async () => {
    const chunk = 64 * 1024
    const value = 'hunter22 and more'
    const bytes = Buffer.from(value).toString('hex').replace(/../g, '%$&')
    for (const form of [value, bytes, encodeURIComponent(bytes)]) {
      for (const from of [0, 1, 7, form.length - 1, form.length]) {
        const line = `${'x'.repeat(2 * chunk - from)}${form}${'y'.repeat(chunk)}`
        const chunks = line.match(/.{1,65536}/g) ?? []
        const all = (await told(chunks, value)).join('')
        expect(all.replace(/x+|y+/g, '')).toBe('•••')
        expect(all.length).toBe(line.length - form.length + 3)
      }
    }
  })

  it('is masked in a line without end that holds many, one overlapping the other', async () => {
    const secrets = ['hunter22 and more', 'hunt', '22 and', 'more hunter']
    const line = 'hunter22 and more '.repeat(30_000)
    const shown = await told(line.match(/.{1,50000}/g) ?? [], ...secrets)
    expect(shown.join('')).toMatch(/^(?:••• ?)+$/)
    expect(shown.length).toBeGreaterThan(5)
    const flood = Array.from({ length: 20 }, () => 'a'.repeat(50_000))
    expect((await told(flood, 'aaaaaaaa')).join('')).toMatch(/^(?:•••)+$/)
  })

  it('of several lines that goes over into itself without end is masked in bounded memory', async () => {
    const flood = Array.from({ length: 20 }, () => 'ab\n'.repeat(10_000))
    const lines = await told(flood, 'b\nab')
    expect(lines.join('')).toMatch(/^a(?:•••)+b?$/)
    expect(lines.length).toBeGreaterThan(5)
  })

  it('is masked however text, secrets and chunks are', async () => {
    const word = fc.string({ unit: fc.constantFrom(...'ab%\n\\é€'), minLength: 4, maxLength: 9 })
    const secret = word.map((text) => text.trim()).filter((text) => text.length >= 4)
    await fc.assert(
      fc.asyncProperty(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.array(fc.oneof(word, fc.constantFrom('ab\n', '\n')), { maxLength: 5 }),
        fc.array(fc.nat(60), { maxLength: 6 }),
        async (values, words, places) => {
          const bytes = Buffer.from(`${words.join('')}${values.join(' ')}\n`)
          const at = [0, ...places.toSorted((a, b) => a - b), bytes.length]
          const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
          const text = (await told(chunks, ...values)).join('\n')
          for (const value of values) expect(text).not.toContain(value)
        },
      ),
      { numRuns: 150 },
    )
  })
})
