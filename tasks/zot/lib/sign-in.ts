/** Becoming known to the registry without a person: by a login walked over HTTP, or by a key that a person gave. */
import { needsPerson } from '../../../scripts/index.ts'
import { basic } from './http.ts'
import { type Identity, logIn } from './session.ts'
import { CI_USER, KEY_NAME, type Target } from './target.ts'

/**
 * @throws NeedsPerson with what to do, where neither a password nor a key of this user is known.
 * @throws LoginRefused when the provider or the registry turns them away.
 */
export async function signIn(target: Target, user: string, signal?: AbortSignal): Promise<Identity> {
  const credentials = await target.credentials(user)
  if (credentials) return (await logIn(target.registry.url, credentials, signal)).identity
  const key = target.givenKey(user) ?? (user === CI_USER ? await target.secrets.read?.(KEY_NAME) : undefined)
  if (key) return basic(user, key)
  return needsPerson(howToGiveAKey(target, user))
}

function howToGiveAKey({ registry: { url } }: Target, user: string): string {
  const setting = user === CI_USER ? 'ZOT_CI_API_KEY' : 'ZOT_ADMIN_API_KEY'
  return [
    `Only a person can log in as ${user} here: no password of theirs is set, and no key.`,
    `1. In a browser, open ${url}/zot/auth/login?provider=oidc and log in as ${user}. An empty page at the end is right.`,
    '2. On that page, open the developer tools (F12), and in the console:',
    `   fetch('/zot/auth/apikey', {method: 'POST', headers: {'X-ZOT-API-CLIENT': 'zot-ui'}, body: JSON.stringify({label: 'first', expirationDate: new Date(Date.now() + 864e5).toISOString()})}).then(r => r.json()).then(k => k.apiKey)`,
    `3. Set ${setting} to the zak_… that it answers (it lives a day), and run this again.`,
  ].join('\n')
}
