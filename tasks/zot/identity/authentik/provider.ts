/** authentik as identity provider: everything that the chain needs there is made through its API. */
import { find } from '../../lib/finding.ts'
import { discover } from '../discovery.ts'
import type { IdentityProvider } from '../provider.ts'
import { adminsOf, describeAccess, ensureAccess } from './access.ts'
import { readPassword } from './account.ts'
import { type Api, innermost, openApi } from './api.ts'
import { asClient, ensureClient, findClient, redirectUrisOf } from './client.ts'
import { knownVersion } from './version.ts'

export interface AuthentikOptions {
  /** authentik's address, AUTHENTIK_URL. */
  url: string
  /** An API token of an administrator, AUTHENTIK_TOKEN. */
  token: string
  /** `<url>/application/o/<slug>/`. */
  issuer: string
  redirectUri: string
  /** Whose app password is confidential from the start; without it, only once it was asked for. */
  ciUser?: string
  signal?: AbortSignal | undefined
}

/** Nothing is asked of authentik, nor its client loaded, before the first of these functions is called. */
export function authentikProvider({
  token,
  issuer,
  redirectUri,
  ciUser,
  signal,
  ...options
}: AuthentikOptions): IdentityProvider {
  const url = options.url.replace(/\/+$/, '')
  const passwords = new Map<string, string>()
  let opened: Promise<Api> | undefined

  /** Works with the API of a version that is known. */
  async function withApi<T>(work: (api: Api) => Promise<T>): Promise<T> {
    try {
      opened ??= open()
      return await work(await opened)
    } catch (error) {
      throw innermost(error)
    }
  }

  async function open(): Promise<Api> {
    const api = await openApi({ url, token, signal })
    await knownVersion(api)
    return api
  }

  /** Likewise, for what is about the application. */
  async function asking<T>(work: (api: Api, slug: string) => Promise<T>): Promise<T> {
    const slug = slugOf(issuer, url)
    return withApi((api) => work(api, slug))
  }

  const password = (user: string) =>
    withApi(async (api) => {
      const found = passwords.get(user) ?? (await readPassword(api, user))
      if (found !== undefined) passwords.set(user, found)
      return found
    })

  const client = () =>
    asking(async (api, slug) => {
      const found = await findClient(api, slug)
      return found && asClient(api, found.provider, { slug, redirectUri })
    })

  return {
    name: `authentik at ${url}`,
    issuer,
    discover: () => discover(issuer, signal),
    client,
    ensureClient: () => asking((api, slug) => ensureClient(api, { slug, redirectUri })),
    describeClient: () =>
      asking(async (api, slug) => {
        const found = await findClient(api, slug)
        return found && { redirectUris: redirectUrisOf(found.provider).map((each) => each.url) }
      }),
    ensureAccess: (access) =>
      asking(async (api, slug) => {
        const { done, password } = await ensureAccess(api, slug, access)
        passwords.set(access.ciUser, password)
        return done
      }),
    describeAccess: (access) => asking((api, slug) => describeAccess(api, slug, access)),
    password,
    examine: async ({ adminGroup }) => {
      const form = await find('issuer', async () => `${issuer}, application ${slugOf(issuer, url)}`)
      const service = await find('identity provider', () =>
        withApi(async (api) => `${api.name}, version ${await knownVersion(api)}, and the token is accepted`),
      )
      if (!service.ok) return [form, service]
      const admins = await find('administrators', () =>
        withApi(async (api) => `group ${(await adminsOf(api, adminGroup)).name}`),
      )
      if (!form.ok) return [form, service, admins]
      const discovery = await find('discovery', () =>
        asking(async (api, slug) => {
          const found = await findClient(api, slug)
          if (!found) return `there is no client at the application ${slug} yet: it will be made`
          // Mended with the client, so nothing that must be so before.
          if (found.provider.issuerMode !== 'per_provider') return 'the issuer is not its own yet: it will be'
          return `issuer "${(await discover(issuer, signal)).issuer}"`
        }),
      )
      return [form, service, admins, discovery]
    },
    confidential: async () => {
      if (ciUser !== undefined) await password(ciUser)
      const secret = (await client())?.clientSecret
      return [token, ...(secret ? [secret] : []), ...passwords.values()]
    },
  }
}

/**
 * The application's slug, from the issuer that authentik gives it.
 *
 * @throws Error saying what the issuer should be.
 */
export function slugOf(issuer: string, url: string): string {
  const slug = issuer.startsWith(`${url}/application/o/`)
    ? /^([-\w]+)\/$/.exec(issuer.slice(`${url}/application/o/`.length))?.[1]
    : undefined
  if (slug) return slug
  const meant = /\/application\/o\/([-\w]+)/.exec(issuer)?.[1] ?? 'zot'
  throw new Error(
    `ZOT_ISSUER is "${issuer}", but authentik at ${url} calls an application's issuer <url>/application/o/<slug>/, with the slash at the end: set it to "${url}/application/o/${meant}/"`,
  )
}
