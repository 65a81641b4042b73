/** What an OpenID provider says about itself, and what it says about a user who logs in to a client. */
import { randomUUID } from 'node:crypto'
import type { Credentials } from '../lib/form.ts'
import { basic, excerpt, exchange, jsonObject } from '../lib/http.ts'
import { LoginRefused, walkLogin } from '../lib/login.ts'

export interface Discovery {
  issuer: string
  authorizationEndpoint: string
  tokenEndpoint: string
  userinfoEndpoint: string
  /** `null` where the provider offers no dynamic registration. */
  registrationEndpoint: string | null
}

/** The scopes that the registry asks for. */
export const SCOPES = 'openid email profile'

/**
 * Reads the discovery document and makes sure that its `issuer` is the configured string byte for byte: zot ends at start otherwise.
 */
export async function discover(issuer: string, signal?: AbortSignal): Promise<Discovery> {
  const reply = await exchange(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal })
  if (reply.status !== 200)
    throw new Error(`${issuer} answered its discovery with ${reply.status}: ${excerpt(reply)}. Is ZOT_ISSUER right?`)
  const document = jsonObject(reply)
  if (document.issuer !== issuer) {
    throw new Error(
      `The provider calls itself "${document.issuer}", but the issuer is set to "${issuer}": zot compares byte for byte`,
    )
  }
  const endpoint = (key: string): string => {
    const value = document[key]
    if (typeof value !== 'string') throw new Error(`The discovery document of ${issuer} names no ${key}`)
    return value
  }
  return {
    issuer,
    authorizationEndpoint: endpoint('authorization_endpoint'),
    tokenEndpoint: endpoint('token_endpoint'),
    userinfoEndpoint: endpoint('userinfo_endpoint'),
    registrationEndpoint: typeof document.registration_endpoint === 'string' ? document.registration_endpoint : null,
  }
}

/** The address a registry sends a browser to. It has a state, and neither nonce nor PKCE, as zot's. */
export function authorizeUrl(discovery: Discovery, clientId: string, redirectUri: string): string {
  const url = new URL(discovery.authorizationEndpoint)
  const query = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: SCOPES,
    state: randomUUID(),
  }
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
  return url.href
}

export interface Client {
  clientId: string
  clientSecret: string
  redirectUri: string
}

/**
 * Logs a user in to the client and answers what the provider tells the registry about them. The registry itself takes no part:
 * the walk stops at its callback, so nothing is left behind there.
 *
 * @throws LoginRefused when the provider turns the user or the client away.
 */
export async function claimsOf(
  discovery: Discovery,
  client: Client,
  credentials: Credentials,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const back = new URL(client.redirectUri)
  const { url, reply } = await walkLogin(authorizeUrl(discovery, client.clientId, client.redirectUri), {
    credentials,
    stopAt: (at) => at.origin === back.origin && at.pathname === back.pathname,
    signal,
  })
  if (reply) {
    // Keycloak tells people only, not the client. A wrong password brings its form again, which the walk has told.
    const denied = [401, 403].includes(reply.status) && !/password|credentials/i.test(excerpt(reply))
    throw new LoginRefused(
      `The login of ${credentials.user} ended at the provider with ${reply.status}: ${excerpt(reply)}`,
      reply.status,
      denied ? 'denied' : 'other',
    )
  }
  const code = url.searchParams.get('code')
  if (!code) {
    const error = url.searchParams.get('error')
    const why = [error, url.searchParams.get('error_description')].filter(Boolean).join(', ')
    throw new LoginRefused(
      `The provider turned ${credentials.user} away: ${why || 'no code came back'}`,
      0,
      error === 'access_denied' ? 'denied' : 'other',
    )
  }
  const token = await redeem(discovery, client, code, signal)
  if (token.status !== 200)
    throw new LoginRefused(
      `The provider gave no token for the client: ${token.status}, ${excerpt(token)}`,
      token.status,
    )
  const { access_token: bearer } = jsonObject(token)
  const userinfo = await exchange(discovery.userinfoEndpoint, {
    headers: { authorization: `Bearer ${bearer}` },
    signal,
  })
  if (userinfo.status !== 200)
    throw new Error(`The provider's userinfo answered ${userinfo.status}: ${excerpt(userinfo)}`)
  return jsonObject(userinfo)
}

/** Sends a code to the token endpoint as the client, with Basic authentication as zot does. */
export function redeem(discovery: Discovery, client: Client, code: string, signal?: AbortSignal) {
  return exchange(discovery.tokenEndpoint, {
    method: 'POST',
    headers: { ...basic(client.clientId, client.clientSecret), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: client.redirectUri }).toString(),
    signal,
  })
}
