import { afterAll, beforeAll, expect, test } from 'vitest'
import { apply, type Change } from './change.ts'
import { hardenedConfig } from './hardened.ts'
import { openProvider } from './provider.ts'
import { forEachRegistry, freePort, type Running, run, scratch, serve, writeConfig } from './rig.ts'

const oidc = 'http auth openid providers oidc'
const areas = 'http accessControl repositories'
const from = { urls: ['http://127.0.0.1:1'], onDemand: true }

/** A defect, and what the error must say. Everything is decided without asking the provider. */
const refused: [name: string, change: Change | string, says: RegExp][] = [
  ['truncated JSON', '{"http": {', /unexpected end of JSON input/],
  ['no keys at all', '{}', /absence of any key:value pair/],
  ['an unknown key below auth', { 'http auth oidc': { a: 1 } }, /'HTTP\.Auth' has invalid keys: oidc/],
  ['an unknown key at the top', { htp: 1 }, /has invalid keys: htp/],
  ['an unknown key of a provider', { [`${oidc} clientSecretFile`]: 'a' }, /has invalid keys: clientsecretfile/],
  ['an unknown key of a policy', { [`${areas} app`]: { policies: [{ user: ['a'] }] } }, /has invalid keys: user\b/],
  ['an unknown key of an extension', { 'extensions metrics port': 1 }, /has invalid keys: port/],
  ['an extension that is no group', { 'extensions search': true }, /Extensions\.Search/],
  ['openid without issuer', { [`${oidc} issuer`]: undefined }, /requires clientid, issuer and scopes/],
  ['openid without scopes', { [`${oidc} scopes`]: [] }, /requires clientid, issuer and scopes/],
  [
    'an unknown provider key',
    {
      'http auth openid providers': { authentik: { clientid: 'a', issuer: 'http://127.0.0.1:1', scopes: ['openid'] } },
    },
    /unsupported openid\/oauth2 provider/,
  ],
  ['credentials missing', { [`${oidc} credentialsFile`]: '/nowhere.json' }, /nowhere\.json/],
  ['credentials with another key', { credentials: { clientid: 'a', clientsecret: 'b', more: 'c' } }, /unknown keys/],
  ['credentials without a secret', { credentials: { clientid: 'a' } }, /unset keys/],
  ['credentials spelt client_id', { credentials: { client_id: 'a', client_secret: 'b' } }, /absence of any key:value/],
  ['session keys missing', { 'http auth sessionKeysFile': '/nowhere.json' }, /failed to read sessionKeysFile/],
  ['policies without authentication', { 'http auth': undefined }, /requires one of htpasswd, ldap, openid or mTLS/],
  ['a bad pattern', { [`${areas} [`]: { anonymousPolicy: ['read'] } }, /syntax error in pattern/],
  ['a bad duration', { 'storage gcDelay': 'soon' }, /invalid duration/],
  ['a bad port', { 'http port': '99999' }, /invalid port/],
  ['a bad log level', { 'log level': 'loud' }, /level/i],
  ['no log level', { 'log level': '' }, /level/i],
  ['a time window without an end', { 'storage gcTimeWindow': '22:00' }, /22:00/],
  ['blobs elsewhere without remote storage', { 'storage redirectBlobURL': true }, /redirectBlobURL/],
  ['ui without search', { 'extensions ui': { enable: true } }, /search extension must be enabled/],
  [
    'preserveDigest without compat',
    { 'extensions sync': { registries: [{ ...from, preserveDigest: true }] } },
    /can not use PreserveDigest option without enabling http\.Compat/,
  ],
  [
    'maxRetries without retryDelay',
    { 'extensions sync': { registries: [{ ...from, maxRetries: 1 }] } },
    /retryDelay is required/,
  ],
  [
    'maxRetryDelay without retryDelay',
    { 'extensions sync': { registries: [{ ...from, maxRetryDelay: '1s' }] } },
    /retryDelay is required/,
  ],
  [
    'a condition that is no expression',
    {
      [`${areas} app`]: {
        policies: [{ users: ['ci'], actions: ['read'], conditions: [{ expression: 'req.tag ==' }] }],
      },
    },
    /condition/,
  ],
]

const accepted: [name: string, change: Change | string][] = [
  ['the hardened config', {}],
  ['a misspelt action', { [`${areas} app`]: { policies: [{ users: ['ci'], actions: ['push'] }] } }],
  ['metrics that nobody may read', { 'http accessControl': { metrics: { anonymousPolicy: ['write'] } } }],
  ['a port as number, keys in other case', '{"HTTP":{"Address":"127.0.0.1","PORT":5050}}'],
  ['no distSpecVersion', { distSpecVersion: undefined }],
  ['no root directory', { 'storage rootDirectory': '' }],
  ['a log level in capitals', { 'log level': 'WARNING' }],
  ['a time window over midnight', { 'storage gcTimeWindow': '22:00-06:00' }],
  ['session keys of a length that AES does not know', { 'session keys': 31 }],
  ['client id and secret in the config', { [`${oidc} credentialsFile`]: undefined, [`${oidc} clientid`]: 'a' }],
  [
    'ui with search, which the binary may not have',
    { 'extensions ui': { enable: true }, 'extensions search': { enable: true } },
  ],
  ['an empty group of an unknown name', { 'http auth oidc': {} }],
  ['an issuer that does not answer', { [`${oidc} issuer`]: 'http://127.0.0.1:9' }],
  [
    'anonymous rules without authentication',
    { 'http auth': undefined, [areas]: { '**': { anonymousPolicy: ['read'] } } },
  ],
]

forEachRegistry('config', (kind) => {
  const { path: folder, remove } = scratch()
  afterAll(remove)
  let count = 0
  const write = (change: Change | string) => {
    const place = `${folder}/${++count}`
    if (typeof change === 'string') return writeConfig(place, change)
    const config = hardenedConfig(place, 5050, 'http://127.0.0.1:9')
    for (const [path, value] of Object.entries(change))
      if (path === 'credentials') writeConfig(place, value, 'credentials.json')
      else if (path === 'session keys')
        writeConfig(place, { hashKey: 'h'.repeat(64), encryptKey: 'e'.repeat(Number(value)) }, 'session-keys.json')
      else apply(config, { [path]: value })
    return writeConfig(place, config)
  }
  const verifyAll = (table: [string, Change | string, RegExp?][]) =>
    Promise.all(table.map(async ([name, change]) => ({ name, ...(await run(kind, ['verify', write(change)])) })))

  const plain = (name: string) => ({ storage: { rootDirectory: `${folder}/${name}/data` } })
  const unbuilt = { ui: { enable: true }, search: { enable: true } }
  let running: Running
  let taken: string
  /** A second registry on the storage of the first. It waits a while for the other to end, so it is asked about last. */
  let second: ReturnType<typeof run>
  beforeAll(async () => {
    taken = String(await freePort())
    const config = { ...plain('first'), http: { address: '127.0.0.1', port: taken }, extensions: unbuilt }
    running = await serve(kind, `${folder}/first`, config)
    const http = { address: '127.0.0.1', port: String(await freePort()) }
    second = run(kind, ['serve', writeConfig(`${folder}/second`, { ...config, http })])
  })
  afterAll(() => running.stop('SIGKILL'))

  test('verify refuses what is wrong and says why', async () => {
    for (const [at, { name, code, output }] of (await verifyAll(refused)).entries()) {
      expect([name, code, output]).toEqual([name, 1, expect.stringMatching(refused[at]?.[2] ?? /^$/)])
      expect(output).toMatch(/^Error: /m)
    }
    const missing = await run(kind, ['verify', `${folder}/none.json`])
    expect([missing.code, missing.output]).toEqual([1, expect.stringMatching(/none\.json/)])
  })

  test('verify accepts what zot accepts', async () => {
    for (const { name, code, output } of await verifyAll(accepted))
      expect([name, code, output]).toEqual([name, 0, expect.stringMatching(/config file is valid/)])
  })

  test('serve ends with 1 on an invalid config, 2 when the provider is not as configured', async () => {
    const provider = await openProvider(['http://127.0.0.1:1/'])
    const [invalid, down, slash, name] = await Promise.all(
      [
        { 'http auth oidc': 1 },
        {},
        { [`${oidc} issuer`]: `${provider.issuer}/` },
        { [`${oidc} issuer`]: provider.issuer.replace('127.0.0.1', 'localhost') },
      ].map((change) => run(kind, ['serve', write(change)])),
    )
    await provider.close()
    expect(invalid?.code).toBe(1)
    expect(down).toEqual({ code: 2, output: expect.stringMatching(/panic/) })
    for (const outcome of [slash, name])
      expect(outcome).toEqual({ code: 2, output: expect.stringMatching(/issuer does not match/) })
  })

  test('a port that is taken ends it with 0 and an error line', async () => {
    const config = writeConfig(`${folder}/taken`, { ...plain('taken'), http: { address: '127.0.0.1', port: taken } })
    const outcome = await run(kind, ['serve', config])
    expect(outcome).toEqual({ code: 0, output: expect.stringMatching(/"level":"error".*address already in use/) })
  })

  test('a folder that cannot be made ends it with 2 and a panic', async () => {
    const http = { address: '127.0.0.1', port: '0' }
    const config = writeConfig(`${folder}/no-folder`, { storage: { rootDirectory: '/dev/null/data' }, http })
    expect(await run(kind, ['serve', config])).toEqual({ code: 2, output: expect.stringMatching(/panic/) })
  })

  test('ui and search that are not built in are left out: nothing is at / and /login', async () => {
    for (const path of ['/', '/login']) expect((await fetch(`${running.url}${path}`)).status).toBe(404)
    expect(running.output()).toMatch(/"level":"warn"/)
  })

  test('SIGTERM, SIGINT and SIGHUP end it with 0', async () => {
    const codes = ['SIGTERM', 'SIGINT', 'SIGHUP'].map(async (signal) => {
      const http = { address: '127.0.0.1', port: String(await freePort()) }
      const started = await serve(kind, `${folder}/${signal}`, { ...plain(signal), http })
      return started.stop(signal as NodeJS.Signals)
    })
    expect(await Promise.all(codes)).toEqual([0, 0, 0])
  })

  test('it says what it is', async () => {
    const [version, unknown, bare] = await Promise.all([
      run(kind, ['--version']),
      run(kind, ['frobnicate']),
      run(kind, ['serve']),
    ])
    expect(version.code).toBe(0)
    const line = JSON.parse(version.output.trim()) as Record<string, unknown>
    expect(line).toMatchObject({ level: 'info', message: 'version', 'distribution-spec': '1.1.1' })
    // A zot that was built without its release's flags says no release; only the stand-in says that it is one.
    if (kind.isReal) expect(version.output).not.toMatch(/stand-in/i)
    else expect(line.commit).toBe('zot stand-in (speaks as zot v2.1.20)')
    expect(unknown).toEqual({ code: 1, output: expect.stringMatching(/Error: unknown command "frobnicate" for "zot"/) })
    expect(bare).toEqual({ code: 1, output: expect.stringMatching(/accepts 1 arg\(s\), received 0/) })
  })

  test('storage that another one has ends it with 1', async () => {
    expect(await second).toEqual({ code: 1, output: expect.stringMatching(/^Error: .*already in use/m) })
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
  })
})
