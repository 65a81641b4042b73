import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CI_LABEL, daysLeft, ensureCiKey, workingKey } from '../../tasks/zot/lib/ci-key.ts'
import { basic } from '../../tasks/zot/lib/http.ts'
import { hashOf, noteOf } from '../../tasks/zot/lib/key-note.ts'
import { listKeys, mintKey, revokeKey } from '../../tasks/zot/lib/keys.ts'
import { LoginRefused } from '../../tasks/zot/lib/login.ts'
import { RegistryClient, type RegistryError } from '../../tasks/zot/lib/oci.ts'
import { PROBES, probeImage, withKey, withTags } from '../../tasks/zot/lib/probe.ts'
import { checkServices } from '../../tasks/zot/lib/services.ts'
import { logIn } from '../../tasks/zot/lib/session.ts'
import { CI_USER, KEY_NAME } from '../../tasks/zot/lib/target.ts'
import { type Hardened, hardenedSandbox } from './hardened.ts'

const DAY = 24 * 3600_000
let sandbox: Hardened
let url: string

beforeAll(async () => {
  sandbox = await hardenedSandbox()
  url = sandbox.target.registry.url
}, 20_000)

afterAll(() => sandbox?.remove())

const inDays = (days: number): Date => new Date(Date.now() + days * DAY)
const credentials = async (user: string) => {
  const found = await sandbox.target.credentials(user)
  if (!found) throw new Error(`no password of ${user}`)
  return found
}
const asCi = async () => logIn(url, await credentials(CI_USER))

describe('login', () => {
  test('goes to the provider and comes back with a session', async () => {
    const { trail } = await asCi()
    expect(trail[0]).toBe(`${url}/zot/auth/login`)
    expect(trail.some((place) => place.startsWith(sandbox.target.provider.issuer))).toBe(true)
    expect(trail.at(-1)).toBe(`${url}/zot/auth/callback/oidc`)
  })

  test('a wrong password is told as such, and not sent twice', async () => {
    await expect(logIn(url, { user: CI_USER, password: 'wrong' })).rejects.toThrow(/refused the password of zot-ci/)
  })

  test('a user outside the groups is turned away', async () => {
    const refused = await logIn(url, await credentials(sandbox.target.outsider ?? '')).catch((error) => error)
    expect(refused).toBeInstanceOf(LoginRefused)
    expect(refused.message).toContain('access_denied')
  })

  test('a registry without OIDC is told as such', async () => {
    const upstream = sandbox.target.cached?.upstream ?? ''
    await expect(logIn(upstream, await credentials(CI_USER))).rejects.toThrow('offers no OIDC login')
  })
})

describe('API keys', () => {
  test('made with an end, listed without their secret, refused once revoked', async () => {
    const { identity } = await asCi()
    const key = await mintKey(url, identity, { label: 'test', expires: inDays(1) })
    expect(key.secret).toMatch(/^zak_/)
    const listed = (await listKeys(url, identity)).find(({ uuid }) => uuid === key.uuid)
    expect(listed).toMatchObject({ label: 'test', expired: false })
    expect(Math.round(daysLeft(listed ?? key))).toBe(1)
    const client = new RegistryClient(url, basic(CI_USER, key.secret))
    expect((await client.send('/v2/')).status).toBe(200)
    await revokeKey(url, identity, key.uuid)
    expect((await client.send('/v2/')).status).toBe(401)
  })

  test('without a login there are none', async () => {
    await expect(mintKey(url, {}, { label: 'test', expires: inDays(1) })).rejects.toThrow('not logged in')
  })
})

describe("CI's key", () => {
  const ensure = async () => ensureCiKey(await sandbox.reopen(), sandbox.context)

  test('is made once and kept while it works and lasts', async () => {
    const first = await ensure()
    expect(first.how).toBe('made')
    expect(await ensure()).toEqual({ uuid: first.uuid, how: 'kept', revoked: 0 })
    const { key, seen } = await workingKey(sandbox.target)
    expect([Math.round(daysLeft(key)), key.label, seen]).toEqual([90, CI_LABEL, `key ${first.uuid}`])
  })

  test('is replaced when it was revoked', async () => {
    const first = await ensure()
    const { identity } = await asCi()
    await revokeKey(url, identity, first.uuid)
    await expect(workingKey(sandbox.target)).rejects.toThrow('revoked or expired')
    expect((await ensure()).how).toBe('made')
  })

  test('is replaced when it ends soon, and the old one is revoked after that', async () => {
    await ensure()
    const { identity } = await asCi()
    const soon = await mintKey(url, identity, { label: CI_LABEL, expires: inDays(13) })
    const noted = { uuid: soon.uuid, hash: hashOf(soon.secret), expires: inDays(13).toISOString() }
    await sandbox.target.secrets.write(KEY_NAME, soon.secret)
    await sandbox.target.secrets.writeNote(KEY_NAME, noteOf([noted]))
    await expect(workingKey(sandbox.target)).rejects.toThrow('1 further keys with the same label are good')
    const { uuid, how } = await ensure()
    expect(how).toBe('made')
    expect((await listKeys(url, identity)).map((key) => key.uuid)).toEqual([uuid])
  })
})

describe('pushing and pulling', () => {
  test('what was pushed comes back byte for byte, and probes leave no tag', async () => {
    const tags = await withTags(sandbox.target, sandbox.context, async (newTag) => {
      const tag = newTag('v1')
      const image = probeImage()
      await withKey(sandbox.target, sandbox.context, CI_USER, ({ client }) => client.push(PROBES, tag, image))
      expect(await new RegistryClient(url).pull(PROBES, tag)).toEqual(image)
      return new RegistryClient(url).tags(PROBES)
    })
    expect(tags).toHaveLength(1)
    expect(await new RegistryClient(url).tags(PROBES)).toEqual([])
  })

  test('refusals say who refused what, and why', async () => {
    const refused = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: RegistryError) => error,
      )
    const anonymous = await refused(new RegistryClient(url).push('app', 'v1', probeImage()))
    expect(anonymous?.message).toBe(
      `${url} refused to start an upload to app: 401 UNAUTHORIZED, authentication required`,
    )
    await withKey(sandbox.target, sandbox.context, CI_USER, async ({ client }) => {
      await client.push('app', 'v1', probeImage())
      expect(await refused(client.push('app', 'v1', probeImage()))).toMatchObject({ status: 403, code: 'DENIED' })
      expect(await client.digest('app', 'v2')).toBeUndefined()
    })
  })
})

test('services: every one is asked, and the one that fails hides no other', async () => {
  const states = await checkServices(await sandbox.reopen())
  expect(states.filter(({ ok }) => !ok)).toEqual([])
  const { identity } = await asCi()
  for (const { uuid } of await listKeys(url, identity)) await revokeKey(url, identity, uuid)
  const failed = (await checkServices(await sandbox.reopen())).filter(({ ok }) => !ok)
  expect(failed.map(({ service }) => service)).toEqual(['CI key'])
})
