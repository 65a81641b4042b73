import { describe, expect, test } from 'vitest'
import { Unreachable } from '../../tasks/zot/lib/http.ts'
import { RegistryError } from '../../tasks/zot/lib/oci.ts'
import { mayPass, pauseBefore, persist } from '../../tasks/zot/push/retry.ts'

const now = new Date('2026-11-23T12:00:00Z')

const refused = (status: number, retryAfter?: string): RegistryError =>
  new RegistryError('take app:v1', {
    url: new URL('http://registry.test'),
    status,
    headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    body: Buffer.from(''),
  })

/** As fetch throws it: the code is one or two levels down. */
const broken = (code: string): Unreachable => {
  const inner = Object.assign(new Error(code), { code })
  return new Unreachable('no answer', { cause: new TypeError('fetch failed', { cause: inner }) })
}

describe('worth another try', () => {
  test.each([429, 502, 503, 504])('%i', (status) => expect(mayPass(refused(status))).toBe(true))
  test.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EAI_AGAIN'])('%s', (code) =>
    expect(mayPass(broken(code))).toBe(true),
  )
  test('no answer in time', () => {
    const cause = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
    expect(mayPass(new Unreachable('no answer within 15 s', { cause }))).toBe(true)
  })
  test('refused on both addresses of a name', () => {
    const both = new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })])
    expect(mayPass(new Unreachable('no answer', { cause: new TypeError('fetch failed', { cause: both }) }))).toBe(true)
  })
})

describe('not worth another try', () => {
  test.each([400, 401, 403, 404, 409, 413, 415, 500, 507])('%i', (status) =>
    expect(mayPass(refused(status))).toBe(false),
  )
  test.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ENOENT'])('%s', (code) =>
    expect(mayPass(broken(code))).toBe(false),
  )
  test('what is no trouble of the network', () => expect(mayPass(new Error('ECONNRESET'))).toBe(false))
})

test.each([
  [1000, broken('ECONNRESET'), 0],
  [2000, broken('ECONNRESET'), 1],
  [4000, refused(503), 2],
  [60_000, refused(503), 9],
  [0, refused(429, '0'), 2],
  [7000, refused(429, '7'), 0],
  [60_000, refused(429, '3600'), 0],
  [30_000, refused(503, 'Mon, 23 Nov 2026 12:00:30 GMT'), 0],
  [0, refused(503, 'Mon, 23 Nov 2026 11:00:00 GMT'), 0],
  [1000, refused(503, 'soon'), 0],
])('%i ms before the next try', (pause, error, tried) => {
  expect(pauseBefore(error, tried, now)).toBe(pause)
})

describe('persisting', () => {
  const trying = async (retries: number, ...failures: Error[]) => {
    const waits: number[] = []
    const lines: string[] = []
    const wait = async (ms: number) => {
      waits.push(ms)
    }
    let tries = 0
    const step = async () => {
      tries++
      const failure = failures.shift()
      if (failure) throw failure
      return 'done'
    }
    const outcome = await persist(step, { retries, wait, say: (line) => lines.push(line) }).catch((error) => error)
    return { outcome, tries, waits, lines }
  }

  test('until it works', async () => {
    expect(await trying(3, refused(503, '5'), broken('ECONNRESET'))).toEqual({
      outcome: 'done',
      tries: 3,
      waits: [5000, 2000],
      lines: [
        'http://registry.test refused to take app:v1: 503. Trying again in 5 s (1 of 3)',
        'no answer. Trying again in 2 s (2 of 3)',
      ],
    })
  })
  test('as often as was said', async () => {
    const last = refused(504)
    expect(await trying(1, refused(503), last)).toMatchObject({ outcome: last, tries: 2, waits: [1000] })
    expect(await trying(0, last)).toMatchObject({ outcome: last, tries: 1, waits: [], lines: [] })
  })
  test('not when it is for good', async () => {
    const last = refused(403)
    expect(await trying(3, refused(503), last)).toMatchObject({ outcome: last, tries: 2, waits: [1000] })
  })
})
