/** The registry's client at authentik: an OAuth2 provider, and the application that it belongs to. */
import type { Application } from '@goauthentik/api/dist/models/Application.js'
import type { OAuth2Provider } from '@goauthentik/api/dist/models/OAuth2Provider.js'
import type { PatchedOAuth2ProviderRequest } from '@goauthentik/api/dist/models/PatchedOAuth2ProviderRequest.js'
import type { Client } from '../discovery.ts'
import { type Api, ifKnown } from './api.ts'
import { defaultFlows, defaultSigningKey, missingMappings } from './defaults.ts'

/** What the new ones are called; one that is there keeps its name. */
const NAME = 'zot'

export interface Place {
  /** The application's, as in the issuer. */
  slug: string
  redirectUri: string
}

/** The application with its provider; `undefined` as long as it is not there, or has none. */
export async function findClient(
  api: Api,
  slug: string,
): Promise<{ application: Application; provider: OAuth2Provider } | undefined> {
  const application = await findApplication(api, slug)
  const provider = application && (await providerOf(api, application))
  return application && provider ? { application, provider } : undefined
}

export function findApplication(api: Api, slug: string): Promise<Application | undefined> {
  return ifKnown(api.core.coreApplicationsRetrieve({ slug }))
}

/** Makes provider and application, or changes where they differ from what zot needs. What zot does not care about stays as it is. */
export async function ensureClient(
  api: Api,
  place: Place,
): Promise<{ client: Client; how: 'created' | 'changed' | 'unchanged' }> {
  const application = await findApplication(api, place.slug)
  const present =
    (application && (await providerOf(api, application))) ?? (await unassigned(api, application?.slug ?? place.slug))
  const provider = present ? await mend(api, present, place) : await create(api, place)
  if (!application) {
    await api.core.coreApplicationsCreate({
      applicationRequest: { name: NAME, slug: place.slug, provider: provider.pk, policyEngineMode: 'any' },
    })
  } else if (application.provider !== provider.pk) {
    await api.core.coreApplicationsPartialUpdate({
      slug: place.slug,
      patchedApplicationRequest: { provider: provider.pk },
    })
  }
  const same = provider === present && application?.provider === provider.pk
  return { client: asClient(api, provider, place), how: !present ? 'created' : same ? 'unchanged' : 'changed' }
}

/** What the registry logs in as. */
export function asClient(api: Api, { clientId, clientSecret, name }: OAuth2Provider, { redirectUri }: Place): Client {
  if (clientId && clientSecret) return { clientId, clientSecret, redirectUri }
  throw new Error(`${api.name} does not tell id and secret of its provider ${name}: use a token of an administrator`)
}

/** The addresses that a login may come back to. A redirect URI for the end of a logout, since 2026.5, is none. */
export function redirectUrisOf({ redirectUris }: OAuth2Provider): OAuth2Provider['redirectUris'] {
  return redirectUris.filter(({ redirectUriType }) => (redirectUriType ?? 'authorization') === 'authorization')
}

async function providerOf(api: Api, application: Application): Promise<OAuth2Provider | undefined> {
  const { provider, providerObj, slug } = application
  if (provider === undefined || provider === null) return undefined
  if (providerObj && providerObj.component !== 'ak-provider-oauth2-form') {
    throw new Error(
      `The application ${slug} of ${api.name} has ${providerObj.verboseName} ${providerObj.name}, not one for OAuth2: give ZOT_ISSUER another slug, or take that provider from the application`,
    )
  }
  return api.providers.providersOauth2Retrieve({ id: provider })
}

/** A provider of our name that a run before this left without its application. */
async function unassigned(api: Api, slug: string): Promise<OAuth2Provider | undefined> {
  const { results } = await api.providers.providersOauth2List({ name: NAME })
  const found = results.find(({ name }) => name === NAME)
  if (!found?.assignedApplicationSlug || found.assignedApplicationSlug === slug) return found
  throw new Error(
    `The provider ${NAME} of ${api.name} belongs to the application ${found.assignedApplicationSlug}, not to ${slug}: set ZOT_ISSUER to the issuer of that application, or rename the provider there`,
  )
}

async function create(api: Api, { redirectUri }: Place): Promise<OAuth2Provider> {
  const { authorization, invalidation } = await defaultFlows(api)
  return api.providers.providersOauth2Create({
    oAuth2ProviderRequest: {
      name: NAME,
      authorizationFlow: authorization,
      invalidationFlow: invalidation,
      clientType: 'confidential',
      grantTypes: ['authorization_code'],
      redirectUris: [strict(redirectUri)],
      propertyMappings: await missingMappings(api, []),
      signingKey: await defaultSigningKey(api),
      issuerMode: 'per_provider',
      subMode: 'hashed_user_id',
    },
  })
}

/** The provider itself where nothing differs. */
async function mend(api: Api, now: OAuth2Provider, { redirectUri }: Place): Promise<OAuth2Provider> {
  const change: PatchedOAuth2ProviderRequest = {}
  if (now.clientType !== 'confidential') change.clientType = 'confidential'
  if (now.issuerMode !== 'per_provider') change.issuerMode = 'per_provider'
  // Absent before 2026.5.
  if (now.grantTypes && now.grantTypes.join() !== 'authorization_code') change.grantTypes = ['authorization_code']
  const uris = redirectUrisOf(now)
  if (uris.length !== 1 || uris[0]?.url !== redirectUri || uris[0].matchingMode !== 'strict') {
    change.redirectUris = [strict(redirectUri), ...now.redirectUris.filter((each) => !uris.includes(each))]
  }
  const mappings = now.propertyMappings ?? []
  const missing = await missingMappings(api, mappings)
  if (missing.length > 0) change.propertyMappings = [...mappings, ...missing]
  // Without a key authentik signs with the client's secret (HS256); with an encryption key zot cannot read the tokens.
  if (!now.signingKey) change.signingKey = await defaultSigningKey(api)
  if (now.encryptionKey) change.encryptionKey = null
  if (Object.keys(change).length === 0) return now
  return api.providers.providersOauth2PartialUpdate({ id: now.pk, patchedOAuth2ProviderRequest: change })
}

function strict(url: string): OAuth2Provider['redirectUris'][number] {
  return { matchingMode: 'strict', url, redirectUriType: 'authorization' }
}
