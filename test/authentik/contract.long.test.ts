/** What this project asks authentik, and what the stub answers, held to authentik's own schema by Prism. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { authentikProvider } from '../../tasks/zot/identity/authentik/provider.ts'
import { type Client, claimsOf } from '../../tasks/zot/identity/discovery.ts'
import { openPrism, type Prism } from './prism.ts'
import { CONSENT } from './stub/flow.ts'
import { addPeople, openStub, type Stub } from './stub.ts'

const redirectUri = 'http://registry.test/zot/auth/callback/oidc'
const access = { ciUser: 'zot-ci', ciGroup: 'artifact-workloads', adminGroup: 'admins' }

/** authentik answers so (its framework's 404, its executor's redirect to itself), but its schema does not name these answers. */
const UNNAMED = [
  'GET /core/applications/zot/ (404): response: Unable to match the returned status code with those defined in the document: 200,400,403',
  'POST /flows/executor/default-authentication-flow/ (302): response: Unable to match the returned status code with those defined in the document: 200,400,403',
  `POST /flows/executor/${CONSENT}/ (302): response: Unable to match the returned status code with those defined in the document: 200,400,403`,
]

let stub: Stub
let prism: Prism
let client: Client

beforeAll(async () => {
  stub = await openStub()
  addPeople(stub.state)
  prism = await openPrism(stub.url)
}, 120_000)
afterAll(async () => {
  await prism?.close()
  await stub?.close()
})
afterEach(() => {
  const found = prism.violations.filter((violation) => !UNNAMED.includes(violation))
  prism.violations.length = 0
  stub.writes.length = 0
  expect(found).toEqual([])
})

const provider = () =>
  authentikProvider({ url: prism.url, token: stub.state.token, issuer: `${prism.url}/application/o/zot/`, redirectUri })

/** Everything that changes nothing, all of it right. */
async function looks(): Promise<void> {
  expect((await provider().examine(access)).map(({ ok, detail }) => (ok ? 'ok' : detail))).toEqual(Array(4).fill('ok'))
  expect(await provider().client()).toEqual(client)
  expect(await provider().describeClient()).toEqual({ redirectUris: [redirectUri] })
  expect(await provider().describeAccess(access, client)).toContain('only members of artifact-workloads and admins')
  expect(await provider().password('zot-ci')).toBe(stub.state.tokens[0]?.key)
}

test('everything is made', async () => {
  expect((await provider().examine(access)).every(({ ok }) => ok)).toBe(true)
  const { how, ...made } = await provider().ensureClient()
  client = made.client
  expect(how).toBe('created')
  await provider().ensureAccess(access, client)
  expect(stub.writes).toEqual([
    'POST /providers/oauth2/',
    'POST /core/applications/',
    'POST /core/groups/',
    'POST /core/users/service_account/',
    expect.stringMatching(/^POST \/core\/groups\/.*\/add_user\/$/),
    'POST /policies/bindings/',
    'POST /policies/bindings/',
  ])
  await looks()
})

test('a second time nothing is written', async () => {
  expect((await provider().ensureClient()).how).toBe('unchanged')
  expect(await provider().ensureAccess(access, client)).toContain('nothing to change')
  await looks()
  expect(stub.writes).toEqual([])
})

test('what somebody changed is mended', async () => {
  const { state } = stub
  Object.assign(state.providers[0] ?? {}, {
    redirect_uris: [
      { matching_mode: 'regex', url: '.*' },
      { matching_mode: 'strict', url: 'http://registry.test/', redirect_uri_type: 'logout' },
    ],
    client_type: 'public',
    grant_types: ['authorization_code', 'password'],
    issuer_mode: 'global',
    signing_key: null,
    encryption_key: state.certificates[0]?.pk,
    property_mappings: [],
  })
  Object.assign(state.applications[0] ?? {}, { policy_engine_mode: 'all' })
  state.group('artifact-workloads').members.clear()
  state.group('admins').members.add(state.user('zot-ci').pk)
  state.bindings.splice(0, 1)
  Object.assign(state.bindings[0] ?? {}, { enabled: false })
  state.tokens.length = 0
  expect((await provider().ensureClient()).how).toBe('changed')
  await provider().ensureAccess(access, client)
  expect(stub.writes.map((write) => write.replace(/[0-9a-f]{8}-[-0-9a-f]+/, '*'))).toEqual([
    `PATCH /providers/oauth2/${state.providers[0]?.pk}/`,
    'POST /core/tokens/',
    'POST /core/groups/*/add_user/',
    'POST /core/groups/*/remove_user/',
    'POST /policies/bindings/',
    'PATCH /policies/bindings/*/',
    'PATCH /core/applications/zot/',
  ])
  await looks()
})

test('an application that lost its provider gets it back', async () => {
  Object.assign(stub.state.applications[0] ?? {}, { provider: null })
  expect((await provider().ensureClient()).how).toBe('changed')
  expect(stub.writes).toEqual(['PATCH /core/applications/zot/'])
})

test.each([
  ['name, then password', false, false],
  ['name and password together', true, false],
  ['led on by challenges', false, true],
])('a login: %s', async (_, together, byChallenge) => {
  Object.assign(stub.state, { passwordWithName: together, redirectsByChallenge: byChallenge })
  const password = (await provider().password('zot-ci')) ?? ''
  const claims = (credentials: { user: string; password: string }) =>
    provider()
      .discover()
      .then((discovery) => claimsOf(discovery, client, credentials))
  expect(await claims({ user: 'zot-ci', password })).toMatchObject({ groups: ['artifact-workloads'] })
  await expect(claims({ user: 'zot-ci', password: 'wrong' })).rejects.toMatchObject({ why: 'password' })
  await expect(claims({ user: 'dev', password: 'dev of the stub' })).rejects.toMatchObject({ why: 'denied' })
  Object.assign(stub.state, { passwordWithName: false, redirectsByChallenge: false })
})

test('a login with consent, a second factor, a flow that denies', async () => {
  const { state } = stub
  const discovery = await provider().discover()
  const claims = () => claimsOf(discovery, client, { user: 'admin', password: 'admin of the stub' })
  const flow = state.flows.find(({ slug }) => slug === CONSENT)
  Object.assign(state.providers[0] ?? {}, { authorization_flow: flow?.pk })
  expect(await claims()).toMatchObject({ groups: ['admins'] })
  state.user('admin').secondFactor = true
  await expect(claims()).rejects.toMatchObject({ why: 'other' })
  Object.assign(state.user('admin'), { secondFactor: false, isActive: false })
  await expect(claims()).rejects.toMatchObject({ why: 'denied' })
})

test('refusals', async () => {
  stub.state.token = 'another'
  const refused = authentikProvider({
    url: prism.url,
    token: 'a wrong token',
    issuer: `${prism.url}/application/o/zot/`,
    redirectUri,
  })
  expect((await refused.examine(access))[1]?.detail).toContain(
    'refuses the token in AUTHENTIK_TOKEN (403: Token invalid/expired)',
  )
})
