import { afterEach, beforeEach, expect, test } from 'vitest'
import { access, openRig, type Rig, redirectUri } from './rig.ts'

let rig: Rig

beforeEach(async () => {
  rig = await openRig()
})
afterEach(() => rig.close())

test('makes the client, with what zot needs', async () => {
  const { client, how } = await rig.provider().ensureClient()
  expect(how).toBe('created')
  const [made] = rig.state.providers
  expect(client).toEqual({ clientId: made?.client_id, clientSecret: made?.client_secret, redirectUri })
  const { mappings, flows, certificates } = rig.state
  expect(made).toMatchObject({
    name: 'zot',
    client_type: 'confidential',
    grant_types: ['authorization_code'],
    redirect_uris: [{ matching_mode: 'strict', url: redirectUri, redirect_uri_type: 'authorization' }],
    issuer_mode: 'per_provider',
    sub_mode: 'hashed_user_id',
    authorization_flow: flows.find(({ slug }) => slug.endsWith('implicit-consent'))?.pk,
    invalidation_flow: flows.find(({ slug }) => slug === 'default-provider-invalidation-flow')?.pk,
    signing_key: certificates.find(({ name }) => name.includes('Self-signed'))?.pk,
    property_mappings: ['openid', 'profile', 'email'].map((name) => mappings.find(({ scope }) => scope === name)?.pk),
  })
  expect(rig.state.applications).toMatchObject([{ slug: 'zot', provider: made?.pk, policy_engine_mode: 'any' }])
  expect(rig.writes).toEqual(['POST /providers/oauth2/', 'POST /core/applications/'])
  expect(await rig.provider().client()).toEqual(client)
  expect(await rig.provider().describeClient()).toEqual({ redirectUris: [redirectUri] })
  expect((await rig.provider().discover()).issuer).toBe(rig.issuer)
})

test('makes group, service account and bindings, and knows the app password', async () => {
  const { client } = await rig.provider().ensureClient()
  const one = rig.provider({ ciUser: 'zot-ci' })
  expect(await one.ensureAccess(access, client)).toBe(
    'group artifact-workloads made; service account zot-ci made; zot-ci put into artifact-workloads; members of artifact-workloads may log in; members of admins may log in',
  )
  const { state } = rig
  const ci = state.user('zot-ci')
  expect(ci.type).toBe('service_account')
  expect(state.groupsOf(ci).map(({ name }) => name)).toEqual(['artifact-workloads'])
  const [application] = state.applications
  if (!application) throw new Error('no application was made')
  const mayUse = (name: string) => state.mayUse(state.user(name), application)
  expect(['zot-ci', 'admin', 'dev'].map(mayUse)).toEqual([true, true, false])
  const [token] = state.tokens
  expect(token).toMatchObject({
    identifier: 'service-account-zot-ci-password',
    intent: 'app_password',
    expiring: false,
  })
  expect([await one.password('zot-ci'), await rig.provider().password('zot-ci')]).toEqual([token?.key, token?.key])
  expect(await rig.provider().password('admin')).toBeUndefined()
  const secrets = [rig.state.token, client.clientSecret, token?.key]
  expect(await rig.provider({ ciUser: 'zot-ci' }).confidential()).toEqual(secrets)
  expect(await one.describeAccess(access, client)).toBe(
    `only members of artifact-workloads and admins may log in to zot (authentik at ${rig.url}, by its bindings)`,
  )
})

test('a second time nothing is written', async () => {
  await rig.make()
  const { client, how } = await rig.provider().ensureClient()
  expect(how).toBe('unchanged')
  expect(await rig.provider().ensureAccess(access, client)).toBe(
    'nothing to change: zot-ci is in artifact-workloads, and only its members and those of admins may log in',
  )
  expect(rig.writes).toEqual([])
})

test('long lists are read to their end', async () => {
  rig.state.mostPerPage = 1
  await rig.make()
  expect((await rig.provider().ensureClient()).how).toBe('unchanged')
  expect(rig.state.bindings).toHaveLength(2)
})

test('a client that somebody changed is mended; what zot does not care about stays', async () => {
  await rig.make()
  const [client] = rig.state.providers
  if (!client) throw new Error('no provider was made')
  const logout = { matching_mode: 'strict', url: 'http://registry.test/', redirect_uri_type: 'logout' }
  const wrong = { matching_mode: 'regex', url: '.*' }
  const before = structuredClone(client)
  Object.assign(client, {
    redirect_uris: [wrong, logout],
    client_type: 'public',
    grant_types: ['authorization_code', 'password'],
    issuer_mode: 'global',
    signing_key: null,
    encryption_key: 'a key',
    property_mappings: client.property_mappings.slice(1),
    name: 'renamed',
  })
  expect((await rig.provider().ensureClient()).how).toBe('changed')
  expect(client).toMatchObject({
    ...before,
    name: 'renamed',
    redirect_uris: [...before.redirect_uris, logout],
    property_mappings: expect.arrayContaining(before.property_mappings),
  })
  expect(rig.writes).toEqual([`PATCH /providers/oauth2/${client.pk}/`])
  expect(await rig.provider().describeClient()).toEqual({ redirectUris: [redirectUri] })
})

test('an application that lost its provider gets it back', async () => {
  await rig.make()
  Object.assign(rig.state.applications[0] ?? {}, { provider: null })
  expect(await rig.provider().client()).toBeUndefined()
  expect((await rig.provider().ensureClient()).how).toBe('changed')
  expect(rig.writes).toEqual(['PATCH /core/applications/zot/'])
})

test('access that somebody changed is mended', async () => {
  await rig.make()
  const { state } = rig
  const ci = state.user('zot-ci')
  state.group('artifact-workloads').members.clear()
  state.group('admins').members.add(ci.pk)
  state.bindings.splice(0, 1)
  Object.assign(state.bindings[0] ?? {}, { enabled: false })
  Object.assign(state.applications[0] ?? {}, { policy_engine_mode: 'all' })
  state.tokens.length = 0
  const { client } = await rig.provider().ensureClient()
  expect(await rig.provider().ensureAccess(access, client)).toBe(
    'app password of zot-ci made; zot-ci put into artifact-workloads; zot-ci taken out of admins; members of artifact-workloads may log in; members of admins may log in; the application zot asks for any of its bindings',
  )
  expect(state.groupsOf(ci).map(({ name }) => name)).toEqual(['artifact-workloads'])
  expect(await rig.provider().password('zot-ci')).toBe(state.tokens[0]?.key)
  expect(await rig.provider().describeAccess(access, client)).toContain('only members of')
})

test.each(['2025.10.3', '2026.2.0'])('%s, which knows no grant types, is found unchanged too', async (version) => {
  await rig.close()
  rig = await openRig(version)
  await rig.make()
  const { client, how } = await rig.provider().ensureClient()
  await rig.provider().ensureAccess(access, client)
  expect([how, rig.writes]).toEqual(['unchanged', []])
})
