import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Secrets } from '../../scripts/core/secret.ts'
import { CardLog, copyLog, follow } from '../../scripts/io/output.ts'
import { Folder } from './folder.ts'

/** Follows these chunks to their end: what was told, line by line, and what the log holds. */
async function followed(chunks: Iterable<string | Buffer>, ...values: string[]) {
  using folder = new Folder()
  const secrets = new Secrets()
  for (const value of values) secrets.add(value)
  const log = new CardLog(folder.path('log/r/a.log'), (message) => {
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
  return { lines, log: log.written > 0 ? folder.read('log/r/a.log') : '' }
}

/** Every way to cut bytes in two. */
function* cuts(text: string): Generator<[Buffer, Buffer]> {
  const bytes = Buffer.from(text)
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)]
}

describe('output', () => {
  it('is told line by line, and kept', async () => {
    expect(await followed(['one\ntwo', '\n\nthree'])).toEqual({
      lines: ['one', 'two', '', 'three'],
      log: 'one\ntwo\n\nthree\n',
    })
    expect(await followed([])).toEqual({ lines: [], log: '' })
  })

  it('is masked, wherever the stream is cut', async () => {
    for (const chunks of cuts('a hunter22 ünï 😀\nb hunter22')) {
      expect(await followed(chunks, 'hunter22')).toEqual({
        lines: ['a ••• ünï 😀', 'b •••'],
        log: 'a ••• ünï 😀\nb •••\n',
      })
    }
  })

  it('keeps what came before a stream broke', async () => {
    using folder = new Folder()
    const log = new CardLog(folder.path('a.log'), () => {})
    const lines: string[] = []
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('one\ntw')
        throw new Error('gone')
      })(),
    )
    await follow(
      broken,
      new Secrets(),
      log,
      (line) => lines.push(line),
      () => null,
    )
    log.close()
    expect([lines, folder.read('a.log')]).toEqual([['one', 'tw'], 'one\ntw\n'])
  })

  it('without line breaks is passed on in pieces, and nothing is lost', async () => {
    const piece = Buffer.from('0123456789abcdef'.repeat(1024))
    const chunks = Array.from({ length: 256 }, () => piece)
    const { lines, log } = await followed(chunks, 'a secret of some length')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(128 * 1024)
    expect(lines.length).toBeGreaterThan(32)
    expect(lines.join('') === Buffer.concat(chunks).toString()).toBe(true)
    expect(log.replaceAll('\n', '') === lines.join('')).toBe(true)
  })

  it('masks a secret that comes in two halves in a line that is too long', async () => {
    const { lines } = await followed(['x'.repeat(70_000), 'hunt', 'er22', 'y'.repeat(70_000)], 'hunter22')
    expect(lines.join('') === `${'x'.repeat(70_000)}•••${'y'.repeat(70_000)}`).toBe(true)
  })

  it('masks a secret wherever a line that is too long is cut', async () => {
    for (let tail = 0; tail < 16; tail++) {
      const { lines } = await followed([`${'x'.repeat(70_000)}hunter22${'y'.repeat(tail)}`], 'hunter22')
      expect(lines.join('').slice(70_000)).toBe(`•••${'y'.repeat(tail)}`)
    }
  })

  it('masks a secret of several lines, wherever the stream is cut', async () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----'
    for (const chunks of cuts(`${key}\n`)) {
      const { log } = await followed(chunks, key)
      for (const line of key.split('\n')) expect(log).not.toContain(line)
    }
  })

  it('does not cut a character in two', async () => {
    const text = `x${'😀'.repeat(40_000)}`
    const { log } = await followed([text], 'even')
    expect(log.replaceAll('\n', '') === text).toBe(true)
  })
})

describe('a log', () => {
  it('that cannot be written is told once, and costs the card nothing', () => {
    using folder = new Folder({ file: '' })
    const complaints: string[] = []
    const log = new CardLog(folder.path('file/a.log'), (message) => complaints.push(message))
    log.write('x')
    log.close()
    expect(complaints).toEqual([
      expect.stringMatching(/file\/a\.log cannot be written, the rest of this log is lost: E/),
    ])
  })

  it.skipIf(process.platform !== 'linux')(
    'on a full disk is told once, and ends (skipped where there is no /dev/full)',
    () => {
      const complaints: string[] = []
      const log = new CardLog('/dev/full', (message) => complaints.push(message))
      log.write('one')
      log.write('two')
      log.close()
      expect(complaints).toEqual([
        '/dev/full cannot be written, the rest of this log is lost: ENOSPC: no space left on device, write',
      ])
    },
  )

  it('is appended to', () => {
    using folder = new Folder({ 'a.log': 'before\n' })
    const log = new CardLog(folder.path('a.log'), () => {})
    log.write('after\n')
    log.close()
    log.write('too late\n')
    expect(folder.read('a.log')).toBe('before\nafter\n')
  })

  it('is copied line by line, however long, and one that is not there is empty', () => {
    using folder = new Folder({ long: `${'ü'.repeat(100_000)}\n\nlast` })
    const lines: string[] = []
    copyLog(folder.path('long'), (line) => lines.push(line))
    expect(lines).toEqual(['ü'.repeat(100_000), '', 'last'])
    copyLog(folder.path('gone'), () => {
      throw new Error('told')
    })
  })
})
