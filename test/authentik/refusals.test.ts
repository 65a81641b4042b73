import { afterEach, beforeEach, expect, test } from 'vitest'
import { access, failure, openRig, type Rig } from './rig.ts'

let rig: Rig

beforeEach(async () => {
  rig = await openRig()
})
afterEach(() => rig.close())

test('what others hold is a person’s to decide, and nothing is changed before', async () => {
  const { client } = await rig.provider().ensureClient()
  rig.writes.length = 0
  const { state } = rig
  const [application] = state.applications
  if (!application) throw new Error('no application was made')
  state.addUser('zot-ci', { isActive: false, groups: ['homelab'] })
  state.addBinding(application.pk, { user: state.user('dev').pk })
  state.addBinding(application.pk, { group: state.group('family').pk })
  state.addBinding(application.pk, { group: state.group('admins').pk, negate: true })
  state.policies.push({ pk: '00000000-0000-4000-8000-000000000000', name: 'at home', passing: true })
  state.addBinding(application.pk, { policy: '00000000-0000-4000-8000-000000000000' })
  state.addBinding(application.pk, { group: state.group('retired').pk, enabled: false })
  expect(await failure(rig.provider().ensureAccess(access, client))).toBe(
    [
      `NeedsPerson: As an administrator of authentik at ${rig.url}:`,
      '- the user zot-ci is deactivated: activate it, or find out why it was',
      '- the user zot-ci is in the group homelab too, and the registry would see it: take it out of that group',
      '- the user dev may log in to the application zot: remove that binding',
      '- members of the group family may log in to the application zot: remove that binding',
      '- everybody but members of the group admins may log in to the application zot: remove that binding',
      '- whoever the policy at home admits may log in to the application zot: remove that binding',
      'Then run this again.',
    ].join('\n'),
  )
  expect(rig.writes).toEqual([])
})

test('access is not described as limited when it is not', async () => {
  const { client } = await rig.provider().ensureClient()
  const told = () => failure(rig.provider().describeAccess(access, client))
  const { state, url } = rig
  expect(await told()).toBe(
    `Error: Everybody may log in to the application zot of authentik at ${url}: it has no bindings`,
  )
  const [application] = state.applications
  if (!application) throw new Error('no application was made')
  state.addBinding(application.pk, { group: state.group('admins').pk })
  expect(await told()).toBe(
    `Error: Members of artifact-workloads may not log in to the application zot of authentik at ${url}: it has no binding of that group`,
  )
  state.addBinding(application.pk, { group: state.group('artifact-workloads').pk })
  application.policy_engine_mode = 'all'
  expect(await told()).toBe(
    `Error: Nobody but members of both groups may log in to the application zot of authentik at ${url}: its policy engine mode is all, not any`,
  )
  state.addBinding(application.pk, { group: state.group('family').pk })
  expect(await told()).toBe(
    `Error: members of the group family may log in to the application zot of authentik at ${url}: remove these bindings there, or look into why they were made`,
  )
})

test('a provider that belongs to another application is left alone', async () => {
  await rig.make()
  expect(await failure(rig.provider({ issuer: `${rig.url}/application/o/registry/` }).ensureClient())).toBe(
    `Error: The provider zot of authentik at ${rig.url} belongs to the application zot, not to registry: set ZOT_ISSUER to the issuer of that application, or rename the provider there`,
  )
  expect(rig.writes).toEqual([])
})

test('a token that is not accepted is named, and not shown', async () => {
  const one = rig.provider({ token: 'a wrong token' })
  const said = `authentik at ${rig.url} refuses the token in AUTHENTIK_TOKEN (403: Token invalid/expired): it has expired, was deleted, or is no API token. Make one there under Directory, Tokens and App passwords, with the intent API, for an administrator`
  expect(await failure(one.ensureClient())).toBe(`Refusal: ${said}`)
  expect(await one.examine(access)).toEqual([
    { about: 'issuer', ok: true, detail: `${rig.issuer}, application zot` },
    { about: 'identity provider', ok: false, detail: said },
  ])
})

test('a version that is not known is refused before anything is written', async () => {
  await rig.close()
  rig = await openRig('2024.6.1')
  expect(await failure(rig.provider().ensureClient())).toBe(
    `Error: authentik at ${rig.url} is version 2024.6.1; known are 2025.10, 2025.12, 2026.2, 2026.5, 2026.8. Use one of these, or make the client there by hand and set ZOT_PROVIDER to static (docs/reference/identity-providers.md)`,
  )
  expect(rig.writes).toEqual([])
})

test('an admin group that is not there is named, with the nearest that is', async () => {
  const { client } = await rig.provider().ensureClient()
  const said = `authentik at ${rig.url} has no group admin. Did you mean admins? Set ZOT_ADMIN_GROUP to the group of those who administer the registry, or make it there`
  const wanted = { ...access, adminGroup: 'admin' }
  expect(await failure(rig.provider().ensureAccess(wanted, client))).toBe(`Error: ${said}`)
  expect(await rig.provider().examine(wanted)).toContainEqual({ about: 'administrators', ok: false, detail: said })
})

test.each([
  ['no slash at the end', '/application/o/zot', '/application/o/zot/'],
  ['an address without application', '/', '/application/o/zot/'],
  ['too much', '/application/o/registry/more/', '/application/o/registry/'],
])('an issuer of another form is refused: %s', async (_, given, right) => {
  const [finding] = await rig.provider({ issuer: `${rig.url}${given}` }).examine(access)
  expect(finding).toEqual({
    about: 'issuer',
    ok: false,
    detail: `ZOT_ISSUER is "${rig.url}${given}", but authentik at ${rig.url} calls an application's issuer <url>/application/o/<slug>/, with the slash at the end: set it to "${rig.url}${right}"`,
  })
})

test('looking changes nothing and says what was seen, before and after', async () => {
  const seen = async () => (await rig.provider().examine(access)).map(({ about, ok, detail }) => [about, ok, detail])
  const common = [
    ['issuer', true, `${rig.issuer}, application zot`],
    ['identity provider', true, `authentik at ${rig.url}, version 2026.8.3, and the token is accepted`],
    ['administrators', true, 'group admins'],
  ]
  expect(await seen()).toEqual([
    ...common,
    ['discovery', true, 'there is no client at the application zot yet: it will be made'],
  ])
  expect(rig.writes).toEqual([])
  await rig.make()
  expect(await seen()).toEqual([...common, ['discovery', true, `issuer "${rig.issuer}"`]])
  Object.assign(rig.state.providers[0] ?? {}, { issuer_mode: 'global' })
  expect(await seen()).toEqual([...common, ['discovery', true, 'the issuer is not its own yet: it will be']])
  expect(rig.writes).toEqual([])
})

test('an issuer that differs by a byte is told before anything starts', async () => {
  await rig.make()
  const elsewhere = {
    url: rig.url.replace('127.0.0.1', 'localhost'),
    issuer: rig.issuer.replace('127.0.0.1', 'localhost'),
  }
  rig.state.publicUrl = rig.url
  expect((await rig.provider(elsewhere).examine(access)).at(-1)).toEqual({
    about: 'discovery',
    ok: false,
    detail: expect.stringContaining(
      `The provider calls itself "${rig.issuer}", but the issuer is set to "${elsewhere.issuer}"`,
    ),
  })
})

test('an address where no authentik answers', async () => {
  await rig.close()
  expect((await rig.provider().examine(access))[1]?.detail).toBe(
    `${rig.url} does not answer GET /api/v3/admin/version/: ECONNREFUSED`,
  )
})
