/**
 * The whole chain as against a registry that people use: a real Keycloak, a real zot, an inventory, the real runner in a copy of this repository.
 * `MIKADO_TEST_LONG=yes npx vitest run test/keycloak`: some minutes, more the first time.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Copy, type Ended, formsOf, worked } from '../chain/copy.ts'
import { until } from '../rig/repository.ts'
import { missing } from './install.ts'
import { type Lab, openLab, REALM } from './lab.ts'

const lacks = await missing()
const skipped = lacks.length > 0 ? ` (skipped, this machine lacks: ${lacks.join('; ')})` : ''
// The usual reporter names no skipped test.
if (lacks.length > 0) console.log(`test/keycloak${skipped}`)
const ROTATION = 'rotate-zot-ci-key'

describe.skipIf(lacks.length > 0)(`the chain with Keycloak and zot${skipped}`, { timeout: 600_000 }, () => {
  let lab: Lab
  let copy: Copy
  const ended: Ended[] = []
  /** Client secret and registration token, as they were at any time. */
  const once = new Set<string>()

  beforeAll(async () => {
    lab = await openLab()
    copy = new Copy(lab.settings)
  }, 900_000)
  afterAll(async () => {
    copy?.remove()
    await lab?.close()
  }, 60_000)

  async function mikado(...args: string[]): Promise<Ended> {
    const { code, stdout, stderr } = await copy.start(...args).ended
    ended.push({ code, stdout, stderr })
    return { code, stdout, stderr }
  }

  /** What was kept about the client. */
  function registration(): { path: string; clientId: string; clientSecret: string; uri: string; token: string } {
    const targets = join(copy.root, '.mikado/zot')
    const path = join(targets, readdirSync(targets)[0] ?? '', 'registration.json')
    const kept = JSON.parse(readFileSync(path, 'utf8'))
    for (const secret of [kept.clientSecret, kept.token]) once.add(secret)
    return { path, ...kept }
  }

  const key = (): string => readFileSync(join(lab.settings.ZOT_SECRETS_DIR ?? '', 'ZOT_CI_API_KEY'), 'utf8').trim()
  const askedWith = async (token: string) =>
    (await fetch(registration().uri, { headers: { authorization: `Bearer ${token}` } })).status

  it('sees before anything starts whether the registration token is taken', async () => {
    const good = await mikado('doctor')
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('takes the registration token')])
    const stranger = new Copy({ ...lab.settings, ZOT_REGISTRATION_TOKEN: 'made-up' })
    const bad = await stranger.start('run', 'harden-zot-registry').ended
    stranger.remove()
    expect([bad.code, bad.stderr]).toEqual([69, expect.stringContaining('Make another initial access token')])
  })

  it('fails when Keycloak is killed in the middle, starts nothing while it is gone, and goes on when it is back', async () => {
    const run = copy.start('run', 'harden-zot-registry')
    await until('the second wave has begun', () => run.said().includes('▶ wire-ci-registry-auth'), 300)
    await lab.keycloak.stop('SIGKILL')
    const first = await run.ended
    ended.push(first)
    expect([first.code, first.stdout]).toEqual([1, expect.stringContaining('1 of 4 cards complete')])
    expect(copy.card('register-zot-oidc-client')).not.toContain('status: active')
    expect(copy.card('wire-ci-registry-auth')).toContain('status: active')

    const without = await mikado('resume')
    expect([without.code, without.stderr]).toEqual([69, expect.stringContaining(`${lab.keycloak.url} does not answer`)])

    await lab.keycloak.start()
    const second = await mikado('resume')
    expect([second.code, second.stdout]).toEqual([0, expect.stringContaining('is complete: 3 cards proved')])
    expect(second.stdout).toContain(`a real zot (`)
    for (const id of worked) expect(copy.card(id)).not.toMatch(/status: active|- \[ \]/)
  })

  it('turned the outsider away at the login, and logged an administrator in', () => {
    const details = [...copy.texts()].find(([file]) => file.endsWith('journal.jsonl'))?.[1] ?? ''
    expect(details).toContain('The login of visitor ended at the provider with 401')
    expect(details).toContain('/protocol/openid-connect/auth → ')
  })

  it('has nothing to do the next time, and everything holds', async () => {
    const again = await mikado('run', 'harden-zot-registry')
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing to do')])
    expect((await mikado('verify')).code).toBe(0)
  })

  it('changes a client that somebody changed, and keeps the token that comes with the change', async () => {
    const { token, clientId, path } = registration()
    const [client] = Object.values(await lab.send('GET', `/${REALM}/clients?clientId=${clientId}`)) as { id: string }[]
    await lab.send('PUT', `/${REALM}/clients/${client?.id}`, {
      ...client,
      redirectUris: ['http://127.0.0.1:1/elsewhere'],
    })
    const drift = await mikado('verify', 'register-zot-oidc-client')
    expect([drift.code, drift.stdout]).toEqual([2, expect.stringContaining('✗  register-zot-oidc-client')])
    copy.mikado('reopen', 'register-zot-oidc-client')
    const mended = await mikado('resume')
    expect([mended.code, mended.stderr]).toEqual([0, expect.stringContaining(`: changed`)])

    const now = registration()
    expect([now.clientId, now.token === token]).toEqual([clientId, false])
    expect([await askedWith(token), await askedWith(now.token)]).toEqual([401, 200])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it("rotates CI's key", async () => {
    const before = key()
    once.add(before)
    expect((await mikado('run', ROTATION, '--force', ROTATION)).code).toBe(0)
    expect(key()).not.toBe(before)
    expect((await mikado('verify')).code).toBe(0)
  })

  it('lets no secret into output, logs, journal, documents or the process list', () => {
    registration()
    const names = ['ZOT_REGISTRATION_TOKEN', 'ZOT_CI_PASSWORD', 'ZOT_ADMIN_PASSWORD', 'ZOT_OUTSIDER_PASSWORD']
    const secrets = [...once, key(), ...names.map((name) => lab.settings[name] ?? '')]
    expect(new Set(secrets).size).toBeGreaterThanOrEqual(9)
    const texts = copy.texts().set('process list', [...copy.processes].join('\n'))
    texts.set('output', ended.map(({ stdout, stderr }) => stdout + stderr).join('\n'))
    expect(texts.size).toBeGreaterThan(8)
    for (const [place, text] of texts) {
      for (const secret of secrets) {
        for (const form of formsOf(secret, ['zot-ci', 'boss', 'visitor', registration().clientId])) {
          expect(text.includes(form), `${form.slice(0, 6)}… in ${place}`).toBe(false)
        }
      }
    }
  })
})
