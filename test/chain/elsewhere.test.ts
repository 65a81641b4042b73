/** The chain's cards on a machine that has neither the sandbox nor the client: how they come to know both. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { askSandbox } from '../../tasks/zot/lib/elsewhere.ts'
import { bringCredentials, handed, handOn } from '../../tasks/zot/lib/handed.ts'
import { zotPreflight } from '../../tasks/zot/lib/preflight.ts'
import { writePrivate } from '../../tasks/zot/lib/private-file.ts'
import { openTarget, type Target } from '../../tasks/zot/lib/target.ts'
import { openSandbox, stopSandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { sandboxSecretStore } from '../../tasks/zot/secrets/sandbox.ts'
import { cli } from '../sandbox/rig.ts'

const client = { clientid: 'zot', clientsecret: 'new' }
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'elsewhere-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe("the client's credentials, where they were handed on", () => {
  const knows = { client: async () => ({ clientId: 'zot', clientSecret: 'own', redirectUri: '' }) }
  const knowsNothing = { client: async () => undefined }
  const path = () => join(root, 'client', 'oidc-credentials.json')
  const there = () => JSON.parse(readFileSync(path(), 'utf8'))

  test('are put where the role reads them, for their owner alone', async () => {
    await bringCredentials(path(), knowsNothing, client)
    expect([there(), statSync(path()).mode & 0o777]).toEqual([client, 0o600])
  })

  test('take the place of older ones', async () => {
    await writePrivate(path(), JSON.stringify({ ...client, clientsecret: 'old' }))
    await bringCredentials(path(), knowsNothing, client)
    expect(there()).toEqual(client)
  })

  test('leave those of a machine alone that knows the client by itself', async () => {
    await writePrivate(path(), JSON.stringify({ ...client, clientsecret: 'own' }))
    await bringCredentials(path(), knows, client)
    expect(there()).toEqual({ ...client, clientsecret: 'own' })
  })

  test('are not made up where nothing was handed on', async () => {
    expect(handed({ 'register-zot-oidc-client': handOn(client) })).toEqual(client)
    for (const inputs of [{}, { 'register-zot-oidc-client': null }]) {
      await bringCredentials(path(), knowsNothing, handed(inputs))
    }
    expect(existsSync(path())).toBe(false)
  })
})

describe('the sandbox of another machine', () => {
  let owner: string
  let own: Target
  beforeAll(async () => {
    owner = mkdtempSync(join(tmpdir(), 'elsewhere-'))
    own = await openTarget({ root: owner, env: {} })
  })
  afterAll(async () => {
    await stopSandbox(join(owner, '.mikado/sandbox'))
    rmSync(owner, { recursive: true, force: true })
  })
  const named = async () => {
    const { admin, issuer } = (await openSandbox(join(owner, '.mikado/sandbox'))).provider
    return { ZOT_SANDBOX: issuer, ZOT_SANDBOX_TOKEN: admin.token, ZOT_SANDBOX_INVENTORY: 'indri,' }
  }
  const opened = async (changes: NodeJS.ProcessEnv = {}) =>
    openTarget({ root, env: { ...(await named()), ...changes } })

  test('is the same target, users and store, and none is made here', async () => {
    const { client: registered } = await own.provider.ensureClient()
    await own.provider.ensureAccess(own.access, registered)
    const there = await opened()
    const same = ({ name, identity, registry: { url }, provider: { issuer }, cached }: Target) => ({
      ...{ name, identity, url, issuer, cached },
    })
    expect(same(there)).toEqual(same(own))
    expect(await there.credentials('zot-ci')).toMatchObject({
      user: 'zot-ci',
      password: expect.stringMatching(/.{20}/),
    })
    expect(await there.registry.describe()).toBe(await own.registry.describe())
    expect(await there.secrets.has('KEY')).toBe(false)
    expect(await there.secrets.readNote('KEY')).toBeUndefined()
    await there.secrets.write('KEY', 'zak_1')
    await there.secrets.writeNote('KEY', 'about it')
    expect([await there.secrets.read?.('KEY'), await own.secrets.read?.('KEY')]).toEqual(['zak_1', 'zak_1'])
    expect([await there.secrets.readNote('KEY'), await own.secrets.readNote('KEY')]).toEqual(['about it', 'about it'])
    expect(existsSync(join(root, '.mikado'))).toBe(false)
  })

  test('tells its client once it was registered, to whoever has the token', async () => {
    const { ZOT_SANDBOX: url, ZOT_SANDBOX_TOKEN: token } = await named()
    const asked = () => askSandbox({ url, token, inventory: '' })
    expect((await asked()).client).toBeNull()
    await writePrivate(own.credentialsFile, JSON.stringify(client))
    expect((await asked()).client).toEqual(client)
    expect((await fetch(`${url}/admin/sandbox`)).status).toBe(401)
  })

  test('that refuses the token says where the right one is', async () => {
    await expect(opened({ ZOT_SANDBOX_TOKEN: 'wrong' })).rejects.toThrow(
      /refuses ZOT_SANDBOX_TOKEN\. `npm run -s sandbox -- settings`/,
    )
  })

  test('whose store refuses says so, without what was to be kept', async () => {
    const store = sandboxSecretStore({ url: `${(await named()).ZOT_SANDBOX}/admin`, token: 'wrong' })
    await expect(store.write('KEY', 'zak_2')).rejects.toThrow(/answered 401: nothing was kept$/)
    await expect(store.read?.('KEY')).rejects.toThrow(/answered 401: .*token/)
    expect((await store.examine()).map(({ ok }) => ok)).toEqual([false])
  })

  test('to which no tunnel is open is told as that', async () => {
    await expect(opened({ ZOT_SANDBOX: 'http://127.0.0.1:9' })).rejects.toThrow(
      /127\.0\.0\.1:9 does not answer .*\. Open the tunnel/,
    )
  })

  test('says by which settings another machine works with it', async () => {
    const { code, output } = await cli('settings', '--dir', join(owner, '.mikado/sandbox'))
    const { ZOT_SANDBOX_INVENTORY: _, ...rest } = await named()
    expect([code, parseEnv(output)]).toEqual([0, rest])
  })

  test('is looked for before a run, and no sandbox of this machine', async () => {
    const before = { ...process.env }
    const { signal } = new AbortController()
    const found = () => zotPreflight({ root, signal, secret: async (value) => value })
    try {
      Object.assign(process.env, await named())
      expect((await found()).map(({ about, ok }) => [about, ok])).toEqual([
        ['ansible', false],
        ['sandbox', true],
        ['also used', true],
      ])
      process.env.ZOT_SANDBOX = 'http://127.0.0.1:9'
      expect((await found()).find(({ about }) => about === 'sandbox')).toMatchObject({
        ok: false,
        detail: expect.stringContaining('Open the tunnel'),
      })
    } finally {
      process.env = before
    }
  })
})
