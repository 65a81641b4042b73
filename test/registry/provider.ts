import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Configuration } from 'oidc-provider'

export interface Account {
  preferred_username?: string
  email?: string
  groups?: unknown
}

/** A real OpenID provider for one test file; its accounts may change while it runs. */
export interface TestProvider {
  issuer: string
  /** By login name. */
  accounts: Map<string, Account>
  /** Logins that are refused with `access_denied`. */
  denied: Set<string>
  close: () => Promise<void>
}

export const client = { id: 'zot', secret: 'a secret of the test only' }

/** A client without a secret, which must use PKCE. */
export const publicClient = { id: 'zot-public' }

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwks = { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] }

/** Starts the provider; `redirectUris` are what its clients may use. */
export async function openProvider(redirectUris: string[]): Promise<TestProvider> {
  const accounts = new Map<string, Account>()
  const denied = new Set<string>()
  let answer = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const common = { redirect_uris: redirectUris, grant_types: ['authorization_code'], response_types: ['code' as const] }
  const configuration: Configuration = {
    clients: [
      { ...common, client_id: client.id, client_secret: client.secret },
      { ...common, client_id: publicClient.id, token_endpoint_auth_method: 'none' },
    ],
    jwks,
    cookies: { keys: ['a cookie key of the test only'] },
    claims: { openid: ['sub'], email: ['email'], profile: ['preferred_username', 'groups'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: (_, asking) => asking.clientAuthMethod === 'none' },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts.get(id) }),
    }),
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId ?? '',
        accountId: context.oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  }
  const provider = await quietly(async () => new (await import('oidc-provider')).default(issuer, configuration))
  const standard = provider.callback()
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/'))
      interact(request, response).catch((error: unknown) => response.destroy(error as Error))
    else void standard(request, response)
  }

  /** The login form: one field, posted back to its own address. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('Content-Type', 'text/html').end('<form method="post"><input name="login"></form>')
      return
    }
    const login = new URLSearchParams(await text(request)).get('login') ?? ''
    const known = accounts.has(login) && !denied.has(login)
    const result = known
      ? { login: { accountId: login } }
      : { error: 'access_denied', error_description: 'not for you' }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return { issuer, accounts, denied, close }
}

/** The library warns of its in-memory store and of runtimes it has not been released for: neither matters to a test. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console
  console.warn = () => {}
  try {
    return await work()
  } finally {
    console.warn = warn
  }
}
