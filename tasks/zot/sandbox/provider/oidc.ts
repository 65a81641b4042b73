import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Directory } from './directory.ts'
import { logoutPage, messagePage } from './pages.ts'
import { issuerOf, type ProviderKeys, type ProviderSettings } from './settings.ts'
import type { Store } from './store.ts'

/**
 * The OpenID provider proper: library `oidc-provider`, set up for a confidential web client such as zot, which sends neither
 * PKCE nor a nonce and reads the groups from the `profile` scope's claims.
 */
export function createProvider(
  settings: ProviderSettings,
  keys: ProviderKeys,
  store: Store,
  directory: Directory,
): Provider {
  const provider = new Provider(issuerOf(settings.port), {
    adapter: store.adapter,
    jwks: keys.jwks,
    cookies: { keys: keys.cookies },
    scopes: ['openid', 'offline_access'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'groups'],
    },
    responseTypes: ['code'],
    pkce: { required: () => false },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true, initialAccessToken: settings.registrationToken },
      // Not rotated: a caller killed between the answer and its own note of it would lose its client.
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) => show(ctx, messagePage('You are logged out.')),
      },
      revocation: { enabled: true },
      introspection: { enabled: true },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, name) => {
      const user = directory.user(name)
      if (!user) return undefined
      return {
        accountId: name,
        claims: () => ({
          sub: name,
          name,
          preferred_username: name,
          email: user.email,
          email_verified: true,
          groups: user.groups,
        }),
      }
    },
    loadExistingGrant: (ctx) => grantFor(ctx, directory),
    renderError: (ctx, out) => show(ctx, messagePage(Object.values(out).filter(Boolean).join(': '))),
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      IdToken: 3600,
      Interaction: 3600,
      Grant: 14 * 24 * 3600,
      Session: 14 * 24 * 3600,
    },
  })
  return provider
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.type = 'html'
  ctx.body = html
}

/** Consent is given for every client that the user may use: there is nobody to ask in a sandbox. */
async function grantFor(ctx: KoaContextWithOIDC, directory: Directory) {
  const { client, session, provider, requestParamOIDCScopes } = ctx.oidc
  const accountId = session?.accountId
  if (!client || !session || !accountId) return undefined
  // Also asked here, not only on the login page: whoever is logged in already does not see that page.
  if (!directory.mayLogIn(accountId, client.clientId)) throw new errors.AccessDenied(refusal(accountId))
  const known = session.grantIdFor(client.clientId)
  const grant =
    (known ? await provider.Grant.find(known) : undefined) ??
    new provider.Grant({ accountId, clientId: client.clientId })
  const scopes = [...requestParamOIDCScopes]
  const granted = grant.getOIDCScope().split(' ')
  if (known && scopes.every((scope) => granted.includes(scope))) return grant
  grant.addOIDCScope(scopes.join(' '))
  await grant.save()
  return grant
}

export function refusal(name: string): string {
  return `${name} is in none of the groups that may log in to this client`
}
