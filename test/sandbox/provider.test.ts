import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { walkLogin } from '../../tasks/zot/lib/login.ts'
import { openSandbox, type Sandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { allServers, readText, servers, temporarySandbox, until } from './rig.ts'

const place = temporarySandbox()
const CALLBACK = 'http://127.0.0.1:9/callback'
let sandbox: Sandbox
let issuer: string

beforeAll(async () => {
  sandbox = await openSandbox(place.dir)
  issuer = sandbox.provider.issuer
})
afterAll(() => place.remove())

interface Client {
  client_id: string
  client_secret: string
  registration_client_uri: string
  registration_access_token: string
}

function ask(url: string, token: string, method = 'GET', body?: unknown): Promise<Response> {
  return fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

function admin(path: string, method = 'GET', body?: unknown): Promise<Response> {
  return ask(`${sandbox.provider.admin.url}${path}`, sandbox.provider.admin.token, method, body)
}

async function register(): Promise<Client> {
  const answer = await ask(`${issuer}/reg`, sandbox.provider.registrationToken, 'POST', {
    client_name: 'zot',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  })
  expect(answer.status).toBe(201)
  return (await answer.json()) as Client
}

/** As zot asks: no PKCE, no nonce. Answers the query that the client's callback gets. */
async function logIn(client: Client, user: string, password: string): Promise<URLSearchParams> {
  const start = new URL(`${issuer}/auth`)
  start.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid email profile',
    state: 'state',
  }).toString()
  const stopAt = (url: URL) => url.href.startsWith(CALLBACK)
  const { url } = await walkLogin(start.href, { credentials: { user, password }, stopAt })
  return url.searchParams
}

async function userinfo(client: Client, query: URLSearchParams): Promise<Record<string, unknown>> {
  const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')
  const token = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: query.get('code') ?? '',
      redirect_uri: CALLBACK,
    }),
  })
  const { access_token } = (await token.json()) as { access_token: string }
  return (await (await ask(`${issuer}/me`, access_token)).json()) as Record<string, unknown>
}

function passwordOf(user: string): string {
  return sandbox.provider.users[user] ?? ''
}

test('discovery answers the issuer byte for byte, and only under that name', async () => {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >
  expect(discovery.issuer).toBe(issuer)
  expect(discovery.registration_endpoint).toBe(`${issuer}/reg`)
  expect(discovery.claims_supported).toContain('groups')
  const otherName = `${issuer.replace('127.0.0.1', 'localhost')}/.well-known/openid-configuration`
  expect((await fetch(otherName)).status).toBe(421)
})

test('a client is registered with the initial access token only', async () => {
  const refused = await ask(`${issuer}/reg`, 'wrong', 'POST', { redirect_uris: [CALLBACK] })
  expect(refused.status).toBe(401)
  const client = await register()
  const read = await ask(client.registration_client_uri, client.registration_access_token)
  expect(((await read.json()) as Client).client_id).toBe(client.client_id)
})

test('a login releases user, email and groups', async () => {
  const client = await register()
  const claims = await userinfo(client, await logIn(client, 'admin', passwordOf('admin')))
  expect(claims).toMatchObject({ preferred_username: 'admin', email: 'admin@sandbox.test', groups: ['admins'] })
})

test('a wrong password is refused', async () => {
  await expect(logIn(await register(), 'admin', 'wrong')).rejects.toThrow(/refused the password/)
})

test('the login page says that it is the sandbox, and carries no script', async () => {
  const client = await register()
  const page = await fetch(
    `${issuer}/auth?client_id=${client.client_id}&redirect_uri=${CALLBACK}&response_type=code&scope=openid`,
    { redirect: 'manual' },
  )
  const cookies = page.headers.getSetCookie().map((line) => line.split(';')[0])
  const location = new URL(page.headers.get('location') ?? '', issuer)
  const html = await (await fetch(location, { headers: { cookie: cookies.join('; ') } })).text()
  expect(html).toContain("the sandbox's own identity provider")
  expect(html).not.toContain('<script')
})

test('another redirect URI is refused on a page of the provider, not sent there', async () => {
  const client = await register()
  const query = `client_id=${client.client_id}&redirect_uri=http://127.0.0.1:9/other&response_type=code&scope=openid`
  const answer = await fetch(`${issuer}/auth?${query}`, { redirect: 'manual' })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('redirect_uri')
})

test('only the groups named for a client may log in to it', async () => {
  const client = await register()
  const { client_id } = client
  expect((await admin(`/clients/${client_id}/access`, 'PUT', { groups: ['nobody'] })).status).toBe(400)
  expect((await admin(`/clients/${client_id}/access`, 'PUT', { groups: ['admins'] })).status).toBe(200)
  expect((await logIn(client, 'admin', passwordOf('admin'))).has('code')).toBe(true)
  const refused = await logIn(client, 'dev', passwordOf('dev'))
  expect(refused.get('error')).toBe('access_denied')
  expect(refused.get('error_description')).toContain('dev is in none of the groups')
})

test('groups and users are made by the admin API, which shows no secret', async () => {
  const without = await fetch(`${sandbox.provider.admin.url}/users`)
  expect(without.status).toBe(401)
  expect((await admin('/groups/artifact-workloads')).status).toBe(404)
  await admin('/groups/artifact-workloads', 'PUT')
  const made = await admin('/users/zot-ci', 'PUT', { groups: ['artifact-workloads'], email: 'ci@example.test' })
  expect(await made.json()).toEqual({ name: 'zot-ci', email: 'ci@example.test', groups: ['artifact-workloads'] })
  expect(await (await admin('/groups/artifact-workloads')).json()).toMatchObject({ members: ['zot-ci'] })
  const { provider } = await openSandbox(place.dir)
  const client = await register()
  const claims = await userinfo(client, await logIn(client, 'zot-ci', provider.users['zot-ci'] ?? ''))
  expect(claims.groups).toEqual(['artifact-workloads'])
  expect(JSON.stringify(await (await admin('/clients')).json())).not.toContain(client.client_secret)
})

test("CI's secret store is there for those who have the admin's token, and is the files of the sandbox", async () => {
  const file = join(sandbox.secrets.dir, 'ZOT_CI_API_KEY')
  expect((await fetch(`${sandbox.provider.admin.url}/secrets/ZOT_CI_API_KEY`)).status).toBe(401)
  expect(
    (await ask(`${sandbox.provider.admin.url}/secrets/ZOT_CI_API_KEY`, 'wrong', 'PUT', { text: 'x' })).status,
  ).toBe(401)
  expect(await (await admin('/secrets/ZOT_CI_API_KEY')).json()).toEqual({ text: null })
  expect((await admin('/secrets/ZOT_CI_API_KEY', 'PUT', { text: 'zak_1' })).status).toBe(200)
  expect([readText(file), statSync(file).mode & 0o777]).toEqual(['zak_1', 0o600])
  expect(await (await admin('/secrets/ZOT_CI_API_KEY/note')).json()).toEqual({ text: null })
  for (const [path, body] of [
    ['/secrets/lower', { text: 'x' }],
    ['/secrets/..%2Fx', { text: 'x' }],
    ['/secrets/KEY', {}],
    ['/secrets/KEY', { text: '' }],
  ] as const)
    expect((await admin(path, 'PUT', body)).status, path).toBe(400)
  expect((await admin('/secrets/KEY', 'DELETE')).status).toBe(404)
  expect((await admin('/secrets/KEY/other')).status).toBe(404)
  expect(readdirSync(sandbox.secrets.dir)).toEqual(['ZOT_CI_API_KEY'])
})

test('a client taken away is gone', async () => {
  const client = await register()
  expect((await admin(`/clients/${client.client_id}`, 'DELETE')).status).toBe(200)
  expect((await admin(`/clients/${client.client_id}`, 'DELETE')).status).toBe(404)
  const read = await ask(client.registration_client_uri, client.registration_access_token)
  expect(read.status).toBe(401)
})

test('clients, access, users and keys outlive SIGKILL', async () => {
  const client = await register()
  await admin(`/clients/${client.client_id}/access`, 'PUT', { groups: ['admins'] })
  const keys = await (await fetch(`${issuer}/jwks`)).text()
  const [pid = 0] = servers(place.dir).provider
  process.kill(pid, 'SIGKILL')
  await until('the end of the provider', () => servers(place.dir).provider.length === 0)

  const again = await openSandbox(place.dir)
  expect(again.provider).toEqual({ ...sandbox.provider, users: again.provider.users })
  expect(again.provider.users).toMatchObject(sandbox.provider.users)
  expect(await (await fetch(`${issuer}/jwks`)).text()).toBe(keys)
  const query = await logIn(client, 'admin', passwordOf('admin'))
  expect((await userinfo(client, query)).groups).toEqual(['admins'])
  expect((await logIn(client, 'dev', passwordOf('dev'))).get('error')).toBe('access_denied')
})

test('no secret is in the log or on a command line', () => {
  const { registrationToken, admin, users } = sandbox.provider
  const commands =
    process.platform === 'linux' ? allServers(place.dir).map((pid) => readText(`/proc/${pid}/cmdline`)) : []
  const shown = [readText(place.dir, 'log', 'provider.log'), ...commands].join('\n')
  for (const secret of [registrationToken, admin.token, ...Object.values(users)]) expect(shown).not.toContain(secret)
})
