/** authentik's API: its published client, and what a refusal means in words. */
import type { AdminApi } from '@goauthentik/api/dist/apis/AdminApi.js'
import type { CoreApi } from '@goauthentik/api/dist/apis/CoreApi.js'
import type { CryptoApi } from '@goauthentik/api/dist/apis/CryptoApi.js'
import type { FlowsApi } from '@goauthentik/api/dist/apis/FlowsApi.js'
import type { PoliciesApi } from '@goauthentik/api/dist/apis/PoliciesApi.js'
import type { PropertymappingsApi } from '@goauthentik/api/dist/apis/PropertymappingsApi.js'
import type { ProvidersApi } from '@goauthentik/api/dist/apis/ProvidersApi.js'
import { conceal } from '../../lib/finding.ts'
import { excerpt, exchange, json, type Reply } from '../../lib/http.ts'

/** The parts of the API that are used here, each with the token. */
export interface Api {
  /** For messages, for instance "authentik at https://auth.example". */
  name: string
  admin: AdminApi
  core: CoreApi
  crypto: CryptoApi
  flows: FlowsApi
  policies: PoliciesApi
  mappings: PropertymappingsApi
  providers: ProvidersApi
}

export interface Access {
  /** authentik's address, without a slash at the end. */
  url: string
  token: string
  signal?: AbortSignal | undefined
}

/** authentik did not do what it was asked for. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** Loads the client, only the parts that are used: a third of the time that all of it takes. */
export async function openApi({ url, token, signal }: Access): Promise<Api> {
  const [admin, core, crypto, flows, policies, mappings, providers, { Configuration }] = await Promise.all([
    import('@goauthentik/api/dist/apis/AdminApi.js'),
    import('@goauthentik/api/dist/apis/CoreApi.js'),
    import('@goauthentik/api/dist/apis/CryptoApi.js'),
    import('@goauthentik/api/dist/apis/FlowsApi.js'),
    import('@goauthentik/api/dist/apis/PoliciesApi.js'),
    import('@goauthentik/api/dist/apis/PropertymappingsApi.js'),
    import('@goauthentik/api/dist/apis/ProvidersApi.js'),
    import('@goauthentik/api/dist/runtime.js'),
  ])
  const configuration = new Configuration({
    basePath: `${url}/api/v3`,
    accessToken: token,
    fetchApi: async (address: string, init: RequestInit): Promise<Response> => {
      const { method = 'GET', headers, body } = init
      const sent = typeof body === 'string' ? { body } : {}
      const reply = await exchange(address, { method, headers: headers as Record<string, string>, ...sent, signal })
      const wrong = faultIn(reply, method, url, (text) => conceal(text, [token]))
      if (wrong) throw wrong
      const type = reply.headers.get('content-type')
      return new Response(reply.status === 204 ? null : new Uint8Array(reply.body), {
        status: reply.status,
        ...(type ? { headers: { 'content-type': type } } : {}),
      })
    },
  })
  return {
    name: `authentik at ${url}`,
    admin: new admin.AdminApi(configuration),
    core: new core.CoreApi(configuration),
    crypto: new crypto.CryptoApi(configuration),
    flows: new flows.FlowsApi(configuration),
    policies: new policies.PoliciesApi(configuration),
    mappings: new mappings.PropertymappingsApi(configuration),
    providers: new providers.ProvidersApi(configuration),
  }
}

/** The error itself: the client wraps whatever ends a request. */
export function innermost(error: unknown): unknown {
  return error instanceof Error && error.name === 'FetchError' ? error.cause : error
}

/** The answer, or `undefined` where authentik knows no such thing (404). */
export async function ifKnown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    const inner = innermost(error)
    if (inner instanceof Refusal && inner.status === 404) return undefined
    throw error
  }
}

interface Page<T> {
  pagination: { next: number }
  results: T[]
}

/** A whole list, page by page. */
export async function all<T>(list: (page: { page: number; pageSize: number }) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  for (let page = 1; page > 0; ) {
    const { pagination, results } = await list({ page, pageSize: 100 })
    found.push(...results)
    // 0 after the last page.
    page = pagination.next > page ? pagination.next : 0
  }
  return found
}

/** What is wrong with an answer: cause and next step. */
function faultIn(reply: Reply, method: string, base: string, safe: (text: string) => string): Refusal | undefined {
  const { status, url } = reply
  if (status >= 200 && status < 300) {
    if (status === 204 || json(reply) !== undefined) return undefined
    return new Refusal(
      `${url.href} answered without JSON: AUTHENTIK_URL (${base}) is not the address of authentik`,
      status,
    )
  }
  const location = reply.headers.get('location')
  if (location) {
    const there = new URL(location, url).origin
    return new Refusal(
      `${base} sends on to ${there}: set AUTHENTIK_URL to the address that authentik answers at`,
      status,
    )
  }
  const said = safe(detailOf(reply))
  // authentik answers 403 both to a token it does not know and to one that may not do this.
  if (status === 401 || (status === 403 && /token|credentials/i.test(said))) {
    return new Refusal(
      `authentik at ${base} refuses the token in AUTHENTIK_TOKEN (${status}: ${said}): it has expired, was deleted, or is no API token. Make one there under Directory, Tokens and App passwords, with the intent API, for an administrator`,
      status,
    )
  }
  const what = `${method} ${url.pathname}`
  if (status === 403) {
    return new Refusal(
      `authentik at ${base} does not let the token in AUTHENTIK_TOKEN do ${what} (403: ${said}): use a token of an administrator`,
      status,
    )
  }
  return new Refusal(`authentik at ${base} refused ${what}: ${status}, ${said}`, status)
}

/** `detail` of a generic error, else the beginning of the body. */
function detailOf(reply: Reply): string {
  const body = json(reply)
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined
  return typeof detail === 'string' ? detail : excerpt(reply, 400)
}
