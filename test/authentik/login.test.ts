import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { authentikProvider } from '../../tasks/zot/identity/authentik/provider.ts'
import { authorizeUrl, type Client, claimsOf, redeem } from '../../tasks/zot/identity/discovery.ts'
import { exchange, jsonObject, type Reply } from '../../tasks/zot/lib/http.ts'
import { asksForLogin, LoginRefused, walkLogin } from '../../tasks/zot/lib/login.ts'
import { CONSENT } from './stub/flow.ts'
import { addPeople, openStub, type Stub } from './stub.ts'

const redirectUri = 'http://registry.test/zot/auth/callback/oidc'
const access = { ciUser: 'zot-ci', ciGroup: 'artifact-workloads', adminGroup: 'admins' }

let stub: Stub
let provider: ReturnType<typeof authentikProvider>
let client: Client

beforeEach(async () => {
  stub = await openStub()
  addPeople(stub.state)
  const { url, state } = stub
  provider = authentikProvider({ url, token: state.token, issuer: `${url}/application/o/zot/`, redirectUri })
  client = (await provider.ensureClient()).client
  await provider.ensureAccess(access, client)
})
afterEach(() => stub.close())

const admin = { user: 'admin', password: 'admin of the stub' }
const claims = async (credentials = admin) => claimsOf(await provider.discover(), client, credentials)
const walk = async (lookOnly = false, redirect = redirectUri) =>
  walkLogin(authorizeUrl(await provider.discover(), client.clientId, redirect), {
    credentials: admin,
    lookOnly,
    stopAt: (url) => url.href.startsWith(redirectUri),
  })

/** What a login that fails says: its message, and what kind of refusal it is. */
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing was refused',
    (error: Error) => (error instanceof LoginRefused ? [error.why, error.message] : error),
  )

describe.each([
  ['name, then password', false],
  ['name and password together', true],
])('%s', (_, together) => {
  beforeEach(() => {
    stub.state.passwordWithName = together
  })

  test('a person of the admin group logs in', async () => {
    expect(await claims()).toMatchObject({ preferred_username: 'admin', groups: ['admins'], email: 'admin@stub.test' })
  })

  test('CI’s service account logs in with its app password', async () => {
    const password = (await provider.password('zot-ci')) ?? ''
    const seen = await claims({ user: 'zot-ci', password })
    expect(seen).toMatchObject({ preferred_username: 'zot-ci', groups: ['artifact-workloads'] })
  })

  test('a wrong password is refused in authentik’s words', async () => {
    const said = together ? 'Failed to authenticate.' : 'Invalid password'
    expect(await refusal(claims({ user: 'admin', password: 'wrong' }))).toEqual([
      'password',
      `${stub.url} refused the name or the password of admin: ${said}`,
    ])
  })

  test('so is a name that it does not know', async () => {
    expect(await refusal(claims({ user: 'nobody', password: 'x' }))).toEqual([
      'password',
      `${stub.url} refused the name or the password of nobody: Failed to authenticate.`,
    ])
  })
})

test('where a person would have been, without the executor’s addresses', async () => {
  const { trail, url } = await walk()
  expect(trail.map((place) => place.replace(stub.url, ''))).toEqual([
    '/application/o/authorize/',
    '/flows/-/default/authentication/',
    '/if/flow/default-authentication-flow/',
    '/application/o/authorize/',
  ])
  expect(url.searchParams.get('code')).toMatch(/^[0-9a-f]{32}$/)
})

test('consent is given where the flow asks for it', async () => {
  const flow = stub.state.flows.find(({ slug }) => slug === CONSENT)
  Object.assign(stub.state.providers[0] ?? {}, { authorization_flow: flow?.pk })
  expect((await provider.ensureClient()).how).toBe('unchanged')
  expect(await claims()).toMatchObject({ preferred_username: 'admin' })
  expect((await walk()).trail.at(-1)).toBe(`${stub.url}/if/flow/${CONSENT}/`)
})

test('somebody outside the groups is denied, after the login', async () => {
  expect(await refusal(claims({ user: 'dev', password: 'dev of the stub' }))).toEqual([
    'denied',
    `${stub.url} denied dev access (access_denied): Permission denied Request has been denied.`,
  ])
})

test('a flow that denies says why', async () => {
  stub.state.user('admin').isActive = false
  expect(await refusal(claims())).toEqual([
    'denied',
    `${stub.url} denied admin access (access_denied): Your account is not active.`,
  ])
})

test('a second factor is for a person', async () => {
  stub.state.user('admin').secondFactor = true
  expect(await refusal(claims())).toEqual([
    'other',
    `${stub.url} asks admin for a second factor (ak-stage-authenticator-validate): a person must log in, or its flow must let admin in without`,
  ])
})

test('a challenge that means a redirect is followed like one', async () => {
  stub.state.redirectsByChallenge = true
  expect(await claims()).toMatchObject({ preferred_username: 'admin' })
})

test('a login that does not last is not walked for ever', async () => {
  stub.state.forgetsLogins = true
  expect(await refusal(claims())).toEqual([
    'other',
    `${stub.url} began its flow default-authentication-flow again after it was walked`,
  ])
})

test('looking only ends at the page of the flow, which asks for a login', async () => {
  const { reply, trail } = await walk(true)
  expect(reply && asksForLogin(reply)).toBe(true)
  expect(trail.at(-1)).toBe(`${stub.url}/if/flow/default-authentication-flow/`)
  const other = (await walk(true, `${redirectUri}/elsewhere`)).reply
  expect(other && [other.status, asksForLogin(other)]).toEqual([400, false])
})

test.each([
  ['a form with a password', '<form><input name=u><input name=p type=password></form>', 200, true],
  ['a form without', '<form method=post><input name=q></form>', 200, false],
  ['a page that refuses', '<form><input name=p type=password></form>', 401, false],
])('other pages: %s', (_, html, status, asks) => {
  const headers = new Headers({ 'content-type': 'text/html' })
  const reply: Reply = { url: new URL('http://provider.test/login'), status, headers, body: Buffer.from(html) }
  expect(asksForLogin(reply)).toBe(asks)
})

test('the client proves itself: a wrong secret and a wrong code are told apart', async () => {
  const discovery = await provider.discover()
  const error = async (one: Client) => jsonObject(await redeem(discovery, one, 'no-such-code')).error
  expect(await error(client)).toBe('invalid_grant')
  expect(await error({ ...client, clientSecret: 'wrong' })).toBe('invalid_client')
})

test('the id token is signed with the published key, for this client, by this issuer', async () => {
  const discovery = await provider.discover()
  const code = (await walk()).url.searchParams.get('code') ?? ''
  const { id_token: token } = jsonObject(await redeem(discovery, client, code))
  const [head = '', body = '', signature = ''] = String(token).split('.')
  const { keys } = jsonObject(await exchange(`${stub.url}/application/o/zot/jwks/`)) as { keys: { kty: string }[] }
  const key = createPublicKey({ key: keys[0] ?? { kty: '' }, format: 'jwk' })
  expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
  const payload = { iss: discovery.issuer, aud: client.clientId, groups: ['admins'] }
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject(payload)
})
