import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClientRegistry } from '../../tasks/zot/identity/registration.ts'

/** A registration endpoint that changes the token with each update and adds a response type, as Keycloak does. */
class Provider {
  readonly requests: string[] = []
  /** Takes redirect URIs with a fragment, which nobody should. */
  careless = false
  readonly clients = new Map<string, { token: string; metadata: Record<string, unknown> }>()
  #server: Server | undefined
  #made = 0
  url = ''

  async start(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const [status, answer] = this.#answer(
        request.method ?? '',
        request.url ?? '',
        request.headers.authorization,
        body,
      )
      this.requests.push(`${request.method} ${status}`)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
    await new Promise<void>((ready) => this.#server?.listen(0, '127.0.0.1', ready))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server?.closeAllConnections()
    this.#server?.close()
  }

  #answer(method: string, path: string, authorization: string | undefined, body: string): [number, unknown] {
    if (method === 'POST') {
      if (authorization !== 'Bearer initial') return [401, { error: 'invalid_token' }]
      if (body.includes('#') && !this.careless) return [400, { error: 'invalid_redirect_uri' }]
      const id = `client-${++this.#made}`
      this.clients.set(id, { token: `token-${this.#made}`, metadata: { ...JSON.parse(body), client_secret: 'secret' } })
      return [201, this.#show(id)]
    }
    const id = path.split('/').at(-1) ?? ''
    const client = this.clients.get(id)
    if (!client || authorization !== `Bearer ${client.token}`) return [401, { error: 'invalid_token' }]
    if (method === 'DELETE') {
      this.clients.delete(id)
      return [204, undefined]
    }
    if (method === 'PUT') {
      client.metadata = { ...client.metadata, ...JSON.parse(body) }
      client.token = `${client.token}+`
    }
    return [200, this.#show(id)]
  }

  #show(id: string): unknown {
    const client = this.clients.get(id)
    return {
      ...client?.metadata,
      response_types: ['code', 'none'],
      client_id: id,
      registration_client_uri: `${this.url}/reg/${id}`,
      registration_access_token: client?.token,
    }
  }
}

let provider: Provider
let dir: string

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'registration-'))
  provider = new Provider()
  await provider.start()
})
afterEach(() => {
  provider.stop()
  rmSync(dir, { recursive: true })
})

const ensure = (redirectUri: string, token = 'initial') =>
  new ClientRegistry(join(dir, 'client', 'registration.json')).ensure(
    { name: 'zot', redirectUri },
    `${provider.url}/reg`,
    token,
  )

test('made once, then found unchanged', async () => {
  const first = await ensure('http://r.test/cb')
  expect(first.how).toBe('created')
  expect(await ensure('http://r.test/cb')).toEqual({ client: first.client, how: 'unchanged' })
  expect(provider.requests).toEqual(['POST 201', 'GET 200'])
  expect(statSync(join(dir, 'client', 'registration.json')).mode & 0o777).toBe(0o600)
})

test('changed where it differs, and the new token is the one used from then on', async () => {
  const { client } = await ensure('http://r.test/cb')
  const changed = await ensure('http://other.test/cb')
  expect(changed).toMatchObject({ how: 'changed', client: { clientId: client.clientId, token: `${client.token}+` } })
  expect((await ensure('http://third.test/cb')).how).toBe('changed')
  expect(provider.clients.size).toBe(1)
})

test('made anew when the provider forgot it', async () => {
  const { client } = await ensure('http://r.test/cb')
  provider.clients.clear()
  const again = await ensure('http://r.test/cb')
  expect(again.how).toBe('created')
  expect(again.client.clientId).not.toBe(client.clientId)
})

test('a refusal names the provider and its reason, and keeps the token to itself', async () => {
  const refusal = await ensure('http://r.test/cb', 'a-wrong-token').catch((error: Error) => error.message)
  expect(refusal).toBe(
    `${provider.url} refused to register a client: 401, {"error":"invalid_token"}. Make another initial access token there, and set ZOT_REGISTRATION_TOKEN to it`,
  )
})

const tryToken = (token: string) =>
  new ClientRegistry(join(dir, 'registration.json')).tryToken(
    { name: 'zot', redirectUri: 'http://r.test/cb' },
    `${provider.url}/reg`,
    token,
  )

test('a registration token is tried without registering', async () => {
  await tryToken('initial')
  expect(provider.requests).toEqual(['POST 400'])
  await expect(tryToken('used up')).rejects.toThrow('401, {"error":"invalid_token"}. Make another initial access token')
  expect(provider.clients.size).toBe(0)
})

test('a provider that registers what nobody should is asked to forget it', async () => {
  provider.careless = true
  await tryToken('initial')
  expect(provider.requests).toEqual(['POST 201', 'DELETE 204'])
  expect(provider.clients.size).toBe(0)
})
