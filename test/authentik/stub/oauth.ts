/** The OAuth2 side: discovery, authorization by the application's bindings, tokens, userinfo, keys. */
import { createPublicKey, randomBytes, sign } from 'node:crypto'
import { type Answer, page, type Question, redirect } from './answer.ts'
import { CONSENT, newPlan } from './flow.ts'
import { deniedPage, errorPage } from './pages.ts'
import type { Sessions } from './sessions.ts'
import { uidOf } from './shapes.ts'
import type { Application, Fields, Provider, State, User } from './state.ts'

interface Grant {
  provider: Provider
  application: Application
  user: User
  scopes: string[]
  redirectUri: string
}

export class OAuth {
  readonly #state: State
  readonly #sessions: Sessions
  readonly #codes = new Map<string, Grant>()
  readonly #tokens = new Map<string, Grant>()

  constructor(state: State, sessions: Sessions) {
    this.#state = state
    this.#sessions = sessions
  }

  /** Answers below `/application/o/`; `undefined` for a path it does not know. */
  answer(question: Question): Answer | undefined {
    const [, , , first = '', ...rest] = question.url.pathname.split('/')
    if (rest.join('/') === '.well-known/openid-configuration')
      return this.#discovery(first, this.#state.publicUrl ?? question.url.origin)
    if (rest.join('/') === 'jwks/') return this.#jwks(first)
    if (first === 'authorize') return this.#authorize(question)
    if (first === 'token') return this.#token(question)
    if (first === 'userinfo') return this.#userinfo(question)
    return undefined
  }

  #discovery(slug: string, origin: string): Answer {
    const found = this.#find((application) => application.slug === slug)
    if (!found) return { status: 404, body: { detail: 'Not found.' } }
    const base = `${origin}/application/o`
    return {
      status: 200,
      body: {
        issuer: issuerOf(found, origin),
        authorization_endpoint: `${base}/authorize/`,
        token_endpoint: `${base}/token/`,
        userinfo_endpoint: `${base}/userinfo/`,
        end_session_endpoint: `${base}/${slug}/end-session/`,
        jwks_uri: `${base}/${slug}/jwks/`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        scopes_supported: this.#scopes(found.provider),
        claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr'],
      },
    }
  }

  #jwks(slug: string): Answer {
    const found = this.#find((application) => application.slug === slug)
    const key = found && this.#keyOf(found.provider)
    if (!key) return { status: 200, body: { keys: [] } }
    const jwk = createPublicKey(key.key).export({ format: 'jwk' })
    return { status: 200, body: { keys: [{ ...jwk, kid: key.pk, use: 'sig', alg: 'RS256' }] } }
  }

  #authorize(question: Question): Answer {
    const { searchParams, pathname, search } = question.url
    const found = this.#find((_, provider) => provider.client_id === searchParams.get('client_id'))
    if (!found)
      return page(400, errorPage('Client ID Error', 'The client identifier (client_id) is missing or invalid.'))
    const redirectUri = searchParams.get('redirect_uri') ?? ''
    if (!found.provider.redirect_uris.some(({ url }) => url === redirectUri)) {
      const why = 'The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).'
      return page(400, errorPage('Redirect URI Error', why))
    }
    const { session } = this.#sessions.of(question)
    if (!session.user) {
      return redirect(`/flows/-/default/authentication/?next=${encodeURIComponent(`${pathname}${search}`)}`)
    }
    if (!this.#state.mayUse(session.user, found.application)) return page(200, deniedPage())
    const requested = (searchParams.get('scope') ?? '').split(' ')
    const scopes = this.#scopes(found.provider).filter((scope) => requested.includes(scope))
    const code = randomBytes(16).toString('hex')
    this.#codes.set(code, { ...found, user: session.user, scopes, redirectUri })
    const target = new URL(redirectUri)
    target.searchParams.set('code', code)
    target.searchParams.set('state', searchParams.get('state') ?? '')
    const flow = this.#state.flows.find(({ pk }) => pk === found.provider.authorization_flow)
    if (flow?.slug !== CONSENT) return redirect(target.href)
    session.plan = newPlan(CONSENT, 'consent', target.href)
    return redirect(`/if/flow/${CONSENT}/${search}`)
  }

  #token({ method, headers, body, url }: Question): Answer {
    const form = new URLSearchParams(body)
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent)
    const clientId = id || form.get('client_id')
    const found = this.#find((_, provider) => provider.client_id === clientId)
    if (method !== 'POST' || !found || found.provider.client_secret !== (secret || form.get('client_secret'))) {
      return oauthError('invalid_client')
    }
    const grants = (found.provider.grant_types ?? []) as string[]
    if (form.get('grant_type') !== 'authorization_code' || !grants.includes('authorization_code')) {
      return oauthError('unsupported_grant_type')
    }
    const code = form.get('code') ?? ''
    const grant = this.#codes.get(code)
    this.#codes.delete(code)
    if (!grant || grant.provider !== found.provider || grant.redirectUri !== form.get('redirect_uri')) {
      return oauthError('invalid_grant')
    }
    const token = randomBytes(32).toString('base64url')
    this.#tokens.set(token, grant)
    const answer = { access_token: token, token_type: 'Bearer', scope: grant.scopes.join(' '), expires_in: 300 }
    return { status: 200, body: { ...answer, id_token: this.#idToken(grant, this.#state.publicUrl ?? url.origin) } }
  }

  #userinfo({ headers }: Question): Answer {
    const grant = this.#tokens.get((headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!grant) return { status: 401, headers: { 'www-authenticate': 'error="invalid_token"' } }
    return { status: 200, body: { sub: uidOf(grant.user.pk), ...this.#claims(grant) } }
  }

  #claims({ user, scopes }: Grant): Fields {
    const { username } = user
    const groups = this.#state.groupsOf(user).map(({ name }) => name)
    const names = { name: username, given_name: username, preferred_username: username, nickname: username }
    return {
      ...(scopes.includes('email') ? { email: `${username}@stub.test`, email_verified: false } : {}),
      ...(scopes.includes('profile') ? { ...names, groups } : {}),
    }
  }

  #idToken(grant: Grant, origin: string): string {
    const key = this.#keyOf(grant.provider)
    if (!key) throw new Error('the stub signs only with a key: the provider has none')
    const now = Math.floor(Date.now() / 1000)
    const times = { iat: now, exp: now + 300, auth_time: now }
    const who = { iss: issuerOf(grant, origin), sub: uidOf(grant.user.pk), aud: grant.provider.client_id }
    const part = (value: Fields) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const head = part({ alg: 'RS256', kid: key.pk, typ: 'JWT' })
    const text = `${head}.${part({ ...who, ...times, ...this.#claims(grant) })}`
    return `${text}.${sign('sha256', Buffer.from(text), key.key).toString('base64url')}`
  }

  #find(wanted: (application: Application, provider: Provider) => boolean) {
    for (const application of this.#state.applications) {
      const provider = this.#state.providers.find(({ pk }) => pk === application.provider)
      if (provider && wanted(application, provider)) return { application, provider }
    }
    return undefined
  }

  #scopes({ property_mappings }: Provider): string[] {
    return this.#state.mappings.filter(({ pk }) => property_mappings.includes(pk)).map(({ scope }) => scope)
  }

  #keyOf(provider: Provider) {
    return this.#state.certificates.find(({ pk }) => pk === provider.signing_key)
  }
}

function issuerOf({ application, provider }: Pick<Grant, 'application' | 'provider'>, origin: string): string {
  return provider.issuer_mode === 'global' ? `${origin}/` : `${origin}/application/o/${application.slug}/`
}

function oauthError(error: string): Answer {
  return { status: 400, body: { error, error_description: `${error} (the stub says no more)` } }
}
