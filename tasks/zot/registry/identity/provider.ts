import { createHash, randomBytes } from 'node:crypto'
import { type Claims, type Key, keyIdOf, verifyIdToken } from './jwt.ts'

export interface ProviderSettings {
  issuer: string
  clientId: string
  clientSecret: string
  redirectUri: string
  scopes: string[]
}

interface Discovery {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  jwks_uri: string
  userinfo_endpoint: string
  end_session_endpoint?: string
}

/** What a login yields: the claims of the userinfo response and those of the ID token. */
export interface LoginClaims {
  userinfo: Claims
  idToken: Claims
}

/** The provider could not be reached or is not the one that was configured: the registry must not start. */
export class DiscoveryError extends Error {
  override name = 'DiscoveryError'
}

const timeout = 10_000

/** An OpenID provider, found by discovery, and the authorization-code flow with it. */
export class Provider {
  readonly settings: ProviderSettings
  private readonly discovery: Discovery
  private keys: Key[] = []

  private constructor(settings: ProviderSettings, discovery: Discovery) {
    this.settings = settings
    this.discovery = discovery
  }

  /** Asks the provider for its endpoints. Its `issuer` must be the configured string, byte for byte. */
  static async discover(settings: ProviderSettings): Promise<Provider> {
    const url = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    let document: Discovery
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeout) })
      if (!response.ok) throw new Error(`status ${response.status}`)
      document = (await response.json()) as Discovery
    } catch (error) {
      throw new DiscoveryError(`OpenID Provider Configuration Discovery has failed: ${cause(error)}: GET ${url}`)
    }
    if (document.issuer !== settings.issuer)
      throw new DiscoveryError(`issuer does not match. Expected: ${settings.issuer}, got: ${document.issuer}`)
    return new Provider(settings, document)
  }

  /** Where a browser goes to log in. A client without a secret proves itself with `verifier` (PKCE). */
  loginUrl(state: string, verifier?: string): string {
    const url = new URL(this.discovery.authorization_endpoint)
    url.searchParams.set('client_id', this.settings.clientId)
    if (verifier !== undefined) {
      url.searchParams.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'))
      url.searchParams.set('code_challenge_method', 'S256')
    }
    url.searchParams.set('redirect_uri', this.settings.redirectUri)
    url.searchParams.set('response_type', 'code')
    url.searchParams.set('scope', this.settings.scopes.join(' '))
    url.searchParams.set('state', state)
    return url.href
  }

  get needsPkce(): boolean {
    return this.settings.clientSecret === ''
  }

  /** A fresh secret for one PKCE login. */
  static verifier(): string {
    return randomBytes(32).toString('base64url')
  }

  /** Trades a code for tokens, checks the ID token and asks for the user's claims. */
  async exchange(code: string, verifier?: string): Promise<LoginClaims> {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.settings.redirectUri,
    })
    const headers: Record<string, string> = { accept: 'application/json' }
    if (verifier !== undefined) form.set('code_verifier', verifier)
    if (this.needsPkce) form.set('client_id', this.settings.clientId)
    else headers.authorization = basic(this.settings.clientId, this.settings.clientSecret)
    const tokens = await ask(this.discovery.token_endpoint, { method: 'POST', headers, body: form })
    if (typeof tokens.id_token !== 'string' || typeof tokens.access_token !== 'string')
      throw new Error('id_token missing')
    const idToken = await this.verify(tokens.id_token)
    const userinfo = await ask(this.discovery.userinfo_endpoint, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    if (userinfo.sub !== idToken.sub) throw new Error('sub from userinfo does not match the sub from the id_token')
    return { userinfo, idToken }
  }

  /** Where a browser goes to end the session at the provider too; empty when the provider has no such place. */
  logoutUrl(returnTo: string): string {
    if (!this.discovery.end_session_endpoint) return ''
    const url = new URL(this.discovery.end_session_endpoint)
    url.searchParams.set('client_id', this.settings.clientId)
    url.searchParams.set('post_logout_redirect_uri', returnTo)
    return url.href
  }

  /** Keys are fetched once, and again when a token names one that is not known yet. */
  private async verify(token: string): Promise<Claims> {
    const id = keyIdOf(token)
    if (this.keys.length === 0 || (id !== undefined && !this.keys.some((key) => key.kid === id))) {
      const found = await ask(this.discovery.jwks_uri, {})
      this.keys = Array.isArray(found.keys) ? (found.keys as Key[]) : []
    }
    return verifyIdToken(token, this.keys, { issuer: this.settings.issuer, audience: this.settings.clientId })
  }
}

async function ask(url: string, init: RequestInit): Promise<Claims> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeout) })
  const body = (await response.json().catch(() => ({}))) as Claims
  if (!response.ok)
    throw new Error(
      `ErrorType=${String(body.error ?? response.status)} Description=${String(body.error_description ?? '')}`,
    )
  return body
}

/** As RFC 6749 §2.3.1 has it, both halves are form-encoded before they are joined. */
function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}

function cause(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return inner instanceof Error ? inner.message || String('code' in inner ? inner.code : inner.name) : String(inner)
}
