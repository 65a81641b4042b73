import { randomUUID } from 'node:crypto'
import { hasTls } from '../config/checks.ts'
import { identify } from '../identity/claims.ts'
import { setCookie } from '../identity/cookies.ts'
import { type LoginClaims, Provider } from '../identity/provider.ts'
import { sessionSeconds } from '../identity/sessions.ts'
import type { Registry } from '../registry.ts'
import { type Answer, empty, json, plain } from './answer.ts'
import type { Exchange } from './exchange.ts'

const callbackPath = '/zot/auth/callback'
const stateSeconds = 120

/** The state cookie is Secure whatever the listener: browsers make an exception for loopback. */
const guarded = { httpOnly: true, secure: true, sameSite: 'Lax' as const }
const forgetState = setCookie('state', '', { ...guarded, maxAge: 0 })

/** `GET /zot/auth/login?provider=`: off to the provider, remembering a state and where to go afterwards. */
export function login(registry: Registry, exchange: Exchange): Answer {
  const provider = registry.providers.get(exchange.query.get('provider') ?? '')
  if (!provider) return empty(400)
  if (!registry.seal.isUsable) {
    registry.log('error', 'failed to save http session: the encryptKey must be 16, 24 or 32 bytes long')
    return empty(500)
  }
  const state = randomUUID()
  const memory = JSON.stringify({ state, callback: safeReturn(registry, exchange.query.get('callback_ui') ?? '') })
  const shortly = { ...guarded, maxAge: stateSeconds }
  const cookies = [
    setCookie('statecookie', registry.seal.close('statecookie', memory, sessionSeconds), {
      path: callbackPath,
      maxAge: sessionSeconds,
      dated: true,
      httpOnly: true,
      secure: isSecure(registry),
    }),
    setCookie('state', registry.seal.close('state', state, stateSeconds), shortly),
  ]
  const verifier = provider.needsPkce ? Provider.verifier() : undefined
  if (verifier !== undefined)
    cookies.push(setCookie('pkce', registry.seal.close('pkce', verifier, stateSeconds), shortly))
  return empty(302, { Location: provider.loginUrl(state, verifier), 'Set-Cookie': cookies })
}

/** Where the provider sends the browser back: trades the code for claims, starts a session, remembers the groups. */
export async function callback(registry: Registry, exchange: Exchange, name: string): Promise<Answer> {
  const provider = registry.providers.get(name)
  if (!provider) return empty(404)
  const sealed = exchange.cookies.get('state')
  if (sealed === undefined) return plain(401, 'failed to get state: http: named cookie not present\n')
  const state = registry.seal.open('state', sealed)
  if (state === undefined) return plain(401, 'failed to get state: the value is not valid\n')
  if (state !== exchange.query.get('state')) return plain(401, 'failed to get state: state does not compare\n')
  const refused = exchange.query.get('error')
  if (refused !== null && refused !== '')
    return plain(500, `${refused}: ${exchange.query.get('error_description') ?? ''}\n`, { 'Set-Cookie': forgetState })
  const verifier = registry.seal.open('pkce', exchange.cookies.get('pkce'))
  if (provider.needsPkce && verifier === undefined) return plain(401, 'failed to get code verifier\n')
  let claims: LoginClaims
  try {
    claims = await provider.exchange(exchange.query.get('code') ?? '', provider.needsPkce ? verifier : undefined)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    registry.log('error', 'failed to exchange token', { provider: name, error: reason })
    return plain(401, `failed to exchange token: ${reason}\n`, { 'Set-Cookie': forgetState })
  }
  const memory = registry.seal.open('statecookie', exchange.cookies.get('statecookie'))
  const remembered = memory === undefined ? {} : (JSON.parse(memory) as { state?: string; callback?: string })
  if (remembered.state !== state) return empty(401)
  return welcome(registry, name, claims, remembered.callback ?? '')
}

/** `POST /zot/auth/logout`. */
export function logout(registry: Registry, exchange: Exchange): Answer {
  const id = registry.seal.open('session', exchange.cookies.get('session'))
  const session = id === undefined ? undefined : registry.sessions.find(id)
  if (id !== undefined) registry.sessions.end(id)
  const provider = registry.providers.get(session?.provider ?? '')
  const endSessionUrl = provider?.logoutUrl(`${registry.origin}/login`)
  const cookie = setCookie('session', '', { maxAge: 0, dated: true })
  return json(200, endSessionUrl ? { endSessionUrl } : {}, { 'Set-Cookie': cookie })
}

function welcome(registry: Registry, provider: string, claims: LoginClaims, callbackUi: string): Answer {
  const names = registry.config.http?.auth?.openid?.providers?.get(provider)?.claimMapping
  const user = identify(claims, { username: names?.username, groups: names?.groups }, registry.log)
  if (!user) {
    registry.log('error', 'failed to set user record for empty username value', { provider })
    return empty(401)
  }
  registry.users.setGroups(user.name, user.groups)
  const secure = isSecure(registry)
  const id = registry.sessions.start(user.name, provider)
  const options = { maxAge: sessionSeconds, dated: true, secure }
  const cookies = [
    forgetState,
    setCookie('session', registry.seal.close('session', id, sessionSeconds), { ...options, httpOnly: true }),
    setCookie('user', encodeURIComponent(user.name), options),
  ]
  registry.log('info', 'user profile set successfully', { identity: user.name })
  return callbackUi === ''
    ? empty(201, { 'Set-Cookie': cookies })
    : empty(302, { 'Set-Cookie': cookies, Location: callbackUi })
}

/** Only paths of this registry and addresses on its own origin are followed; anything else becomes "/". */
function safeReturn(registry: Registry, wanted: string): string {
  if (wanted === '') return ''
  if (/[\r\n\\]/.test(decodeLoosely(wanted)) || wanted.startsWith('//')) return '/'
  if (wanted.startsWith('/')) return wanted
  const allowed = [
    registry.config.http?.externalUrl ?? '',
    ...(registry.config.http?.auth?.openid?.callbackAllowOrigins ?? []),
  ]
  const origin = webOrigin(wanted)
  return origin !== undefined && allowed.some((one) => webOrigin(one) === origin) ? wanted : '/'
}

function webOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '\\'
  }
}

function isSecure({ config }: Registry): boolean {
  return hasTls(config) || config.http?.auth?.secureSession === true
}
