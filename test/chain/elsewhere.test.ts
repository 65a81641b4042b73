/** The chain's cards on a machine that has neither the sandbox nor the client: what is handed on to them, and what they do with it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bringCredentials, handOn } from '../../tasks/zot/lib/handed.ts'
import { zotPreflight } from '../../tasks/zot/lib/preflight.ts'
import { writePrivate } from '../../tasks/zot/lib/private-file.ts'
import { openTarget, type Target } from '../../tasks/zot/lib/target.ts'
import { stopSandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { sandboxSecretStore } from '../../tasks/zot/secrets/sandbox.ts'

const client = { clientid: 'zot', clientsecret: 'new' }
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'elsewhere-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe("the client's credentials, where they were handed on", () => {
  const inputs = { 'register-zot-oidc-client': handOn(client, null) }
  const knows = { client: async () => ({ clientId: 'zot', clientSecret: 'own', redirectUri: '' }) }
  const knowsNothing = { client: async () => undefined }
  const path = () => join(root, 'client', 'oidc-credentials.json')
  const there = () => JSON.parse(readFileSync(path(), 'utf8'))

  test('are put where the role reads them, for their owner alone', async () => {
    await bringCredentials(path(), knowsNothing, inputs)
    expect([there(), statSync(path()).mode & 0o777]).toEqual([client, 0o600])
  })

  test('take the place of older ones', async () => {
    await writePrivate(path(), JSON.stringify({ ...client, clientsecret: 'old' }))
    await bringCredentials(path(), knowsNothing, inputs)
    expect(there()).toEqual(client)
  })

  test('leave those of a machine alone that knows the client by itself', async () => {
    await writePrivate(path(), JSON.stringify({ ...client, clientsecret: 'own' }))
    await bringCredentials(path(), knows, inputs)
    expect(there()).toEqual({ ...client, clientsecret: 'own' })
  })

  test('are not made up where nothing was handed on', async () => {
    await bringCredentials(path(), knowsNothing, {})
    await bringCredentials(path(), knowsNothing, { 'register-zot-oidc-client': null })
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
  const env = { ZOT_SANDBOX_INVENTORY: 'indri,' }
  const inputs = async () => {
    // As it comes from another machine.
    const told = JSON.parse(JSON.stringify(handOn(client, await own.sandbox())))
    return { 'register-zot-oidc-client': told }
  }

  test('is the same target, users and store, and none is made here', async () => {
    const { client: registered } = await own.provider.ensureClient()
    await own.provider.ensureAccess(own.access, registered)
    const there = await openTarget({ root, env, inputs: await inputs() })
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

  test('whose store refuses says so, without what was to be kept', async () => {
    const admin = (await own.sandbox())?.provider.admin
    const store = sandboxSecretStore({ url: admin?.url ?? '', token: 'wrong' })
    await expect(store.write('KEY', 'zak_2')).rejects.toThrow(/answered 401: nothing was kept$/)
    await expect(store.read?.('KEY')).rejects.toThrow(/answered 401: .*token/)
    expect((await store.examine()).map(({ ok }) => ok)).toEqual([false])
  })

  test('to which no tunnel is open is told as that', async () => {
    const told = await own.sandbox()
    if (!told) throw new Error('no sandbox')
    const { provider } = told
    const shut = { ...told, provider: { ...provider, admin: { ...provider.admin, url: 'http://127.0.0.1:9/admin' } } }
    const opening = openTarget({ root, env, inputs: { 'register-zot-oidc-client': handOn(client, shut) } })
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:9 does not answer .*\. Open the tunnel/)
  })

  test('of which nobody told is named as what is missing', async () => {
    await expect(openTarget({ root, env, inputs: {} })).rejects.toThrow(
      /register-zot-oidc-client has handed nothing on about it\. Work that card on the sandbox's own machine first/,
    )
  })

  test('is looked for by its host before a run, and no sandbox of this machine', async () => {
    process.env.ZOT_SANDBOX_INVENTORY = 'missing.yml'
    try {
      const { signal } = new AbortController()
      const found = await zotPreflight({ root, signal, secret: async (value) => value })
      expect(found.map(({ about, ok }) => [about, ok])).toEqual([
        ['setting', false],
        ['ansible', false],
      ])
      process.env.ZOT_SANDBOX_INVENTORY = 'indri,'
      const without = await zotPreflight({ root, signal, secret: async (value) => value })
      expect(without.map(({ about, ok }) => [about, ok])).toEqual([
        ['ansible', false],
        ['also used', true],
      ])
    } finally {
      delete process.env.ZOT_SANDBOX_INVENTORY
    }
  })
})
