/** What a store at a forge says when something is in the way: the place, the cause, the setting to correct, and no secret. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Unreachable } from '../../tasks/zot/lib/http.ts'
import { openSecretStore } from '../../tasks/zot/secrets/open.ts'
import type { SecretStore } from '../../tasks/zot/secrets/store.ts'
import { startForge } from './forge.ts'
import { startGithub } from './github.ts'
import type { Asked, StandIn } from './stand-in.ts'

interface Kind {
  kind: 'forgejo' | 'github'
  start: () => Promise<StandIn>
  /** What its settings begin with, and the one with the address. */
  prefix: string
  url: string
}

const kinds: Kind[] = [
  { kind: 'forgejo', start: () => startForge(), prefix: 'FORGEJO', url: 'FORGEJO_URL' },
  { kind: 'github', start: () => startGithub(), prefix: 'GITHUB', url: 'GITHUB_API_URL' },
]

describe.each(kinds)('trouble with a store: $kind', ({ kind, start, prefix, url: urlSetting }) => {
  let server: StandIn
  let store: SecretStore
  const open = (
    change: { url?: string; token?: string; repository?: string } = {},
    signal?: AbortSignal,
  ): SecretStore =>
    openSecretStore({ kind, url: server.url, token: server.token, repository: server.repository, ...change }, signal)
  const failing = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.unreachable('it should have failed'),
      (error: Error) => error,
    )
  /** Each of its calls, with the error it ends with. */
  const eachCall = (at: SecretStore): Promise<Error[]> =>
    Promise.all(
      [at.has('KEY'), at.write('KEY', 'zak_1'), at.readNote('KEY'), at.writeNote('KEY', 'a note')].map(failing),
    )

  beforeEach(async () => {
    server = await start()
    store = open()
  })
  afterEach(() => server.close())

  test('nobody there', async () => {
    await server.close()
    for (const error of await eachCall(store)) {
      expect(error).toBeInstanceOf(Unreachable)
      expect(error.message).toContain(`${store.place}: ${server.url} does not answer`)
      expect(error.message).toContain(`ECONNREFUSED. Check ${urlSetting} and that it runs`)
    }
    expect(await store.examine()).toMatchObject([{ ok: false, detail: expect.stringContaining('ECONNREFUSED') }])
  })

  test('a token that is refused', async () => {
    const other = open({ token: 'another-token' })
    const refusal = `${store.place}: the token in ${prefix}_TOKEN is refused: expired or revoked. Make one with the `
    for (const error of await eachCall(other)) expect(error.message).toContain(refusal)
    expect(await other.examine()).toMatchObject([{ ok: false, detail: expect.stringContaining(refusal) }])
    expect(server.secrets.size + server.variables.size).toBe(0)
  })

  test('a repository that is not there is not taken for an empty one', async () => {
    const other = open({ repository: 'eblu/other' })
    const message = `there is no such repository, or the token in ${prefix}_TOKEN may not see it. Check ${prefix}_REPOSITORY`
    for (const error of await eachCall(other)) expect(error.message).toContain(message)
    expect(await other.examine()).toMatchObject([{ ok: false, detail: expect.stringContaining(message) }])
  })

  test('a token that may only read is found by looking', async () => {
    server.mayWrite = false
    const [there, rights, ...others] = await store.examine()
    expect(others).toEqual([])
    expect(there?.ok).toBe(true)
    expect(rights).toMatchObject({ ok: false, detail: expect.stringContaining(`${prefix}_TOKEN may not do this`) })
    expect((await failing(store.write('KEY', 'zak_1'))).message).toContain('it must have the ')
  })

  test('a user who may only read', async () => {
    server.description.permissions = { admin: false, push: false, pull: true }
    expect(await store.examine()).toMatchObject([
      { ok: false, detail: expect.stringContaining(`the user of ${prefix}_TOKEN may not change secrets there`) },
    ])
  })

  test('an archived repository', async () => {
    server.description.archived = true
    expect(await store.examine()).toMatchObject([{ ok: false, detail: expect.stringContaining('it is archived') }])
  })

  test('an error of the server is told, without the secret that it sends back', async () => {
    const secret = 'a "secret"\nof two lines'
    const answers = [
      ({ body, headers, fields }: Asked) =>
        `broken: ${headers.authorization} ${body} ${fields.data} ${encodeURIComponent(String(fields.data))}`,
      ({ body, headers }: Asked) => ({ message: `broken: ${headers.authorization} ${body}` }),
      ({ fields }: Asked) => ({ message: `broken: ${fields.data}` }),
    ]
    for (const answer of answers) {
      server.fail(/^PUT/, (asked) => ({ status: 500, body: answer(asked) }))
      const { message } = await failing(store.write('KEY', secret))
      expect(message).toContain(`${store.place}: PUT /`)
      expect(message).toContain('was answered 500: broken:')
      expect(message).toContain('look at its log')
      for (const part of ['secret"', 'two lines', '%22secret', server.token]) expect(message).not.toContain(part)
    }
  })

  test('a connection that ends early', async () => {
    server.fail(/^PUT/, 'drop')
    expect(await failing(store.write('KEY', 'zak_1'))).toBeInstanceOf(Unreachable)
    expect(server.secrets.has('KEY')).toBe(false)
    server.fail(/^PUT/, 'drop-after')
    expect(await failing(store.write('KEY', 'zak_2'))).toBeInstanceOf(Unreachable)
    expect(server.secrets.get('KEY')).toBe('zak_2')
    await store.write('KEY', 'zak_3')
    expect(server.secrets.get('KEY')).toBe('zak_3')
  })

  test('neither secret nor token is ever in an address', async () => {
    await store.write('KEY', 'zak_1')
    await store.writeNote('KEY', 'a note')
    await store.has('KEY')
    await store.readNote('KEY')
    await store.examine()
    expect(server.requests.join('\n')).not.toMatch(/zak_1|note-|token/)
    expect(server.requests.length).toBeGreaterThan(8)
  })

  const inTenMinutes = Math.floor(Date.now() / 1000) + 600
  test.each<[number, Record<string, string>, number]>([
    [403, { 'retry-after': '120' }, 120],
    [429, { 'retry-after': '30' }, 30],
    [429, {}, 60],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(inTenMinutes) }, 600],
  ])('too many requests: %i %j', async (status, headers, seconds) => {
    server.fail(/^GET/, { status, headers, body: { message: 'slow down' } })
    const { message } = await failing(store.has('KEY'))
    const [, when] = /no more requests are taken until (\S+Z)\. Run this again then/.exec(message) ?? []
    expect(Math.abs(Date.parse(when ?? '') - Date.now() - seconds * 1000)).toBeLessThan(5000)
  })

  test('a repository that has moved', async () => {
    server.fail(/^GET/, { status: 301, headers: { location: '/new/place?state=1' } })
    const { message } = await failing(store.readNote('KEY'))
    expect(message).toContain(`it has moved to ${new URL(server.url).origin}/new/place. Correct ${prefix}_REPOSITORY`)
  })

  test('something else answers at this address', async () => {
    server.fail(/^GET/, { status: 200, body: '<html><body>Please log in</body></html>' })
    const [finding] = await store.examine()
    expect(finding).toMatchObject({
      ok: false,
      detail: expect.stringContaining('answered 200: Please log in. Check that'),
    })
  })

  test.each([
    [{ token: 'two\nlines' }, `${prefix}_TOKEN is empty, or has a space or line break in it`],
    [{ token: '' }, `${prefix}_TOKEN is empty`],
    [{ repository: 'infra' }, `${prefix}_REPOSITORY is "infra": give OWNER/NAME`],
    [{ repository: 'a/b/c' }, 'give OWNER/NAME'],
    [{ url: 'forge.test' }, `${urlSetting} is no address`],
    [{ url: 'https://me:hidden@forge.test' }, `${urlSetting} has a user or password in it`],
  ])('settings that cannot be right: %j', (change, message) => {
    expect(() => open(change)).toThrow(message)
    expect(() => open(change)).not.toThrow(/lines|hidden/)
  })

  test('a run that was stopped sends nothing more', async () => {
    const { message, name } = await failing(open({}, AbortSignal.abort()).write('KEY', 'zak_1'))
    expect([name, message]).toEqual(['AbortError', 'This operation was aborted'])
    expect(server.requests).toEqual([])
  })
})
