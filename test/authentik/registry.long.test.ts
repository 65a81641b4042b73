/** A registry that logs people in through authentik, as far as the stub is one: by requests, and in Chromium. */
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authentikProvider } from '../../tasks/zot/identity/authentik/provider.ts'
import { browserLogin } from '../../tasks/zot/lib/browser.ts'
import { basic, exchange } from '../../tasks/zot/lib/http.ts'
import { mintKey } from '../../tasks/zot/lib/keys.ts'
import { logIn } from '../../tasks/zot/lib/session.ts'
import { hardenedConfig } from '../registry/hardened.ts'
import { forEachRegistry, freePort, type Running, scratch, serve, writeConfig } from '../registry/rig.ts'
import { addPeople, openStub, type Stub } from './stub.ts'

const access = { ciUser: 'zot-ci', ciGroup: 'artifact-workloads', adminGroup: 'admins' }
const admin = { user: 'admin', password: 'admin of the stub' }
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'

forEachRegistry('login at authentik', (kind) => {
  let folder: ReturnType<typeof scratch>
  let stub: Stub
  let registry: Running
  let password: string

  beforeAll(async () => {
    folder = scratch()
    stub = await openStub()
    addPeople(stub.state)
    const port = await freePort()
    const issuer = `${stub.url}/application/o/zot/`
    const redirectUri = `http://127.0.0.1:${port}/zot/auth/callback/oidc`
    const provider = authentikProvider({ url: stub.url, token: stub.state.token, issuer, redirectUri })
    const { client } = await provider.ensureClient()
    await provider.ensureAccess(access, client)
    password = (await provider.password('zot-ci')) ?? ''
    const config = hardenedConfig(folder.path, port, issuer)
    const credentials = { clientid: client.clientId, clientsecret: client.clientSecret }
    writeConfig(folder.path, credentials, 'credentials.json')
    registry = await serve(kind, folder.path, config)
  })
  afterAll(async () => {
    await registry?.stop('SIGKILL')
    await stub?.close()
    folder?.remove()
  })

  test('CI logs in, and its key may push', async () => {
    const { identity, trail } = await logIn(registry.url, { user: 'zot-ci', password })
    expect(trail).toContain(`${stub.url}/if/flow/default-authentication-flow/`)
    const key = await mintKey(registry.url, identity, { label: 'test', expires: new Date(Date.now() + 600_000) })
    const headers = basic('zot-ci', key.secret)
    const upload = await exchange(`${registry.url}/v2/some/image/blobs/uploads/`, { method: 'POST', headers })
    expect(upload.status).toBe(202)
  })

  test('somebody outside the groups never gets to the registry', async () => {
    const dev = { user: 'dev', password: 'dev of the stub' }
    await expect(logIn(registry.url, dev)).rejects.toMatchObject({ why: 'denied' })
  })

  test.skipIf(!existsSync(chromium)).each([
    ['name, then password', false],
    ['name and password together', true],
  ])('in Chromium: %s', async (_, together) => {
    stub.state.passwordWithName = together
    expect(
      await browserLogin(chromium, registry.url, admin, join(mkdtempSync(join(tmpdir(), 'login-')), 'login.png')),
    ).toMatch(new RegExp(`^Chromium [\\d.]+ went to ${stub.url} and came back logged in$`))
  })
})
