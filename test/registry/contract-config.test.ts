import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { type HardenedConfig, hardenedConfig } from './hardened.ts'
import { openProvider } from './provider.ts'
import { forEachRegistry, freePort, run, scratch, serve, writeConfig } from './rig.ts'

/** A defect, and what the error must say. Everything is decided without asking the provider. */
type Defect = [name: string, change: (config: HardenedConfig, folder: string) => unknown, says: RegExp]

const repositories = (config: HardenedConfig) =>
  (config.http.accessControl as { repositories: Record<string, unknown> }).repositories

const refused: Defect[] = [
  ['truncated JSON', () => '{"http": {', /unexpected end of JSON input|EOF/],
  ['no keys at all', () => ({}), /absence of any key:value pair/],
  ['an unknown key below auth', (config) => void (config.http.auth.oidc = {}), /'HTTP\.Auth' has invalid keys: oidc/],
  ['an unknown key at the top', (config) => ({ ...config, htp: {} }), /has invalid keys: htp/],
  [
    'openid without issuer',
    (config) => void delete config.http.auth.openid.providers.oidc.issuer,
    /requires clientid, issuer and scopes/,
  ],
  [
    'openid without scopes',
    (config) => void (config.http.auth.openid.providers.oidc.scopes = []),
    /requires clientid, issuer and scopes/,
  ],
  [
    'an unknown provider key',
    (config) => {
      const { providers } = config.http.auth.openid
      Object.assign(providers, { authentik: providers.oidc })
    },
    /unsupported openid\/oauth2 provider/,
  ],
  [
    'credentials missing',
    (config) => void (config.http.auth.openid.providers.oidc.credentialsFile = '/nowhere.json'),
    /nowhere\.json/,
  ],
  ...(
    [
      ['credentials with another key', { clientid: 'a', clientsecret: 'b', extra: 'c' }, /unknown keys/],
      ['credentials without a secret', { clientid: 'a' }, /unset keys/],
      ['credentials spelt client_id', { client_id: 'a', client_secret: 'b' }, /absence of any key:value pair/],
    ] as [string, object, RegExp][]
  ).map(
    ([name, content, says]): Defect => [
      name,
      (config, folder) => {
        config.http.auth.openid.providers.oidc.credentialsFile = writeConfig(folder, content, 'other.json')
      },
      says,
    ],
  ),
  [
    'session keys missing',
    (config) => void (config.http.auth.sessionKeysFile = '/nowhere.json'),
    /failed to read sessionKeysFile/,
  ],
  [
    'policies without authentication',
    (config) => void Object.assign(config.http, { auth: undefined }),
    /requires one of htpasswd, ldap, openid or mTLS/,
  ],
  [
    'a bad pattern',
    (config) => void (repositories(config)['['] = { anonymousPolicy: ['read'] }),
    /syntax error in pattern/,
  ],
  ['a bad duration', (config) => void (config.storage.gcDelay = 'soon'), /invalid duration/],
  ['a bad port', (config) => void (config.http.port = '99999'), /invalid port/],
  ['a bad log level', (config) => void (config.log.level = 'loud'), /level|Level/],
  ['ui without search', (config) => void (config.extensions.ui = { enable: true }), /search extension must be enabled/],
  [
    'preserveDigest without compat',
    (config) =>
      void (config.extensions.sync = {
        registries: [{ urls: ['http://127.0.0.1:1'], onDemand: true, preserveDigest: true }],
      }),
    /can not use PreserveDigest option without enabling http\.Compat/,
  ],
  [
    'maxRetries without retryDelay',
    (config) =>
      void (config.extensions.sync = { registries: [{ urls: ['http://127.0.0.1:1'], onDemand: true, maxRetries: 1 }] }),
    /retryDelay is required/,
  ],
  [
    'a condition that is no expression',
    (config) => {
      const policies = [{ users: ['ci'], actions: ['read'], conditions: [{ expression: 'req.tag ==', message: '' }] }]
      repositories(config).app = { policies }
    },
    /condition|Syntax error/,
  ],
]

const accepted: [string, (config: HardenedConfig) => unknown][] = [
  ['the hardened config', () => undefined],
  [
    'a misspelt action',
    (config) => void (repositories(config).app = { policies: [{ users: ['ci'], actions: ['push'] }] }),
  ],
  [
    'a metrics policy that grants nothing',
    (config) => void (config.http.accessControl = { metrics: { anonymousPolicy: ['write'] } }),
  ],
  ['a port as number and keys in other case', (config) => ({ ...config, http: { Address: '127.0.0.1', PORT: 5050 } })],
  ['no distSpecVersion', (config) => void Object.assign(config, { distSpecVersion: undefined })],
  [
    'an issuer that nobody answers at',
    (config) => void (config.http.auth.openid.providers.oidc.issuer = 'http://127.0.0.1:9'),
  ],
  [
    'anonymous rules without authentication',
    () => ({ http: { port: '5050', accessControl: { repositories: { '**': { anonymousPolicy: ['read'] } } } } }),
  ],
]

forEachRegistry('config', (kind) => {
  const { path: folder, remove } = scratch()
  afterAll(remove)
  let count = 0
  const write = (change: Defect[1]) => {
    const place = `${folder}/${++count}`
    const config = hardenedConfig(place, 5050, 'http://127.0.0.1:9')
    return writeConfig(place, change(config, place) ?? config)
  }

  test('verify refuses what is wrong and says why', async () => {
    const outcomes = await Promise.all(
      refused.map(async ([name, change]) => ({ name, ...(await run(kind, ['verify', write(change)])) })),
    )
    for (const [at, { name, code, output }] of outcomes.entries()) {
      expect([name, code, output]).toEqual([name, 1, expect.stringMatching(refused[at]?.[2] ?? /^$/)])
      expect(output).toMatch(/^Error: /m)
    }
    const missing = await run(kind, ['verify', `${folder}/none.json`])
    expect([missing.code, missing.output]).toEqual([1, expect.stringMatching(/none\.json/)])
  })

  test('verify accepts what zot accepts', async () => {
    const outcomes = await Promise.all(
      accepted.map(async ([name, change]) => ({ name, ...(await run(kind, ['verify', write(change)])) })),
    )
    for (const { name, code, output } of outcomes)
      expect([name, code, output]).toEqual([name, 0, expect.stringMatching(/config file is valid/)])
  })

  test('serve ends with 1 on an invalid config, 2 when the provider is not as configured', async () => {
    const invalid = await run(kind, ['serve', write((config) => void (config.http.auth.oidc = {}))])
    expect(invalid.code).toBe(1)
    const down = await run(kind, ['serve', write(() => undefined)])
    expect([down.code, down.output]).toEqual([2, expect.stringMatching(/panic/)])
    const provider = await openProvider(['http://127.0.0.1:1/'])
    const issuers = [`${provider.issuer}/`, provider.issuer.replace('127.0.0.1', 'localhost')]
    const outcomes = await Promise.all(
      issuers.map((issuer) =>
        run(kind, ['serve', write((config) => void (config.http.auth.openid.providers.oidc.issuer = issuer))]),
      ),
    )
    for (const { code, output } of outcomes)
      expect([code, output]).toEqual([2, expect.stringMatching(/issuer does not match/)])
    await provider.close()
  })

  test('a port that is taken ends it with 0 and an error line', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const port = String((server.address() as AddressInfo).port)
    const storage = { rootDirectory: `${folder}/taken` }
    const config = writeConfig(`${folder}/taken-config`, { storage, http: { address: '127.0.0.1', port } })
    const outcome = await run(kind, ['serve', config])
    expect([outcome.code, outcome.output]).toEqual([
      0,
      expect.stringMatching(/"level":"error".*address already in use/),
    ])
    server.close()
  })

  test('SIGTERM, SIGINT and SIGHUP end it with 0', async () => {
    const place = `${folder}/signals`
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const http = { address: '127.0.0.1', port: String(await freePort()) }
      const running = await serve(kind, place, { storage: { rootDirectory: `${place}/${signal}` }, http } as {
        http: { port: string }
      })
      expect([signal, await running.stop(signal)]).toEqual([signal, 0])
    }
  })

  test('it says what it is', async () => {
    const { code, output } = await run(kind, ['--version'])
    expect(code).toBe(0)
    const version = JSON.parse(output.trim()) as Record<string, unknown>
    expect(version).toMatchObject({ level: 'info', message: 'version', 'distribution-spec': '1.1.1' })
    expect(String(version.commit)).toMatch(kind.isReal ? /^v2\./ : /^zot stand-in \(speaks as zot v2\.1\.20\)$/)
    const wrong = await run(kind, ['frobnicate'])
    expect([wrong.code, wrong.output]).toEqual([
      1,
      expect.stringMatching(/Error: unknown command "frobnicate" for "zot"/),
    ])
    expect((await run(kind, ['serve'])).code).toBe(1)
  })
})
