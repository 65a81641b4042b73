/** The client at the identity provider, by dynamic registration (RFC 7591 and 7592). */
import { readFile } from 'node:fs/promises'
import { excerpt, exchange, jsonObject, type Reply } from '../lib/http.ts'
import { writePrivate } from '../lib/private-file.ts'

/** A registered client, with what it takes to read and change it later. */
export interface Registration {
  clientId: string
  clientSecret: string
  /** Where the provider keeps it, and the token for that address. The token changes with each update. */
  uri: string
  token: string
}

export interface Wanted {
  name: string
  redirectUri: string
}

/** What one request of ours means to the provider's registration endpoint. */
function metadata({ name, redirectUri }: Wanted): Record<string, unknown> {
  return {
    client_name: name,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  }
}

/**
 * The registrations of one provider, kept in one file of mode 0600 so that a client is made once and changed afterwards.
 *
 * The answer to a request is written before anything else happens. Should the machine stop in between, the client is not known here and the next call
 * makes another: the provider then holds one that nobody has the secret of.
 */
export class ClientRegistry {
  readonly #file: string
  readonly #signal: AbortSignal | undefined

  constructor(file: string, signal?: AbortSignal) {
    this.#file = file
    this.#signal = signal
  }

  /** The client kept here; `undefined` before the first. */
  async kept(): Promise<Registration | undefined> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as Registration
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new Error(
        `${this.#file} cannot be read (${(error as Error).message}). Move it away to register the client anew.`,
      )
    }
  }

  /** What the provider knows of a client; `undefined` when it does not know it, or not by this token. */
  async describe(client: Registration): Promise<Record<string, unknown> | undefined> {
    const reply = await exchange(client.uri, {
      headers: { authorization: `Bearer ${client.token}` },
      signal: this.#signal,
    })
    if ([401, 403, 404].includes(reply.status)) return undefined
    if (reply.status !== 200) throw refused('show the client', reply, client.token)
    const known = jsonObject(reply)
    await this.#keep(known, client)
    return known
  }

  /** Makes the client, or changes it where it differs from what is wanted. */
  async ensure(
    wanted: Wanted,
    endpoint: string,
    initialToken: string,
  ): Promise<{ client: Registration; how: 'created' | 'changed' | 'unchanged' }> {
    const kept = await this.kept()
    const known = kept && (await this.describe(kept))
    if (!kept || !known) {
      const reply = await this.#send('POST', endpoint, initialToken, metadata(wanted))
      if (reply.status !== 201) throw refusedToRegister(reply, initialToken)
      return { client: await this.#keep(jsonObject(reply)), how: 'created' }
    }
    const current = (await this.kept()) ?? kept
    if (fits(known, wanted)) return { client: current, how: 'unchanged' }
    const reply = await this.#send('PUT', current.uri, current.token, {
      ...metadata(wanted),
      client_id: current.clientId,
      client_secret: current.clientSecret,
    })
    if (reply.status !== 200) throw refused('change the client', reply, current.token)
    return { client: await this.#keep(jsonObject(reply), current), how: 'changed' }
  }

  /**
   * Makes sure that the provider takes the token for a registration, without registering: nobody takes a redirect URI with a fragment (RFC 6749, 3.1.2), and
   * the token is looked at first. Should a provider take it all the same, the client is removed again.
   */
  async tryToken(wanted: Wanted, endpoint: string, initialToken: string): Promise<void> {
    const refusedOnPurpose = metadata({ ...wanted, redirectUri: `${wanted.redirectUri}#only-asking` })
    const reply = await this.#send('POST', endpoint, initialToken, refusedOnPurpose)
    if (reply.status === 400) return
    if (reply.status !== 201) throw refusedToRegister(reply, initialToken)
    const { registration_client_uri: uri, registration_access_token: token } = jsonObject(reply)
    const headers = { authorization: `Bearer ${token}` }
    await exchange(String(uri), { method: 'DELETE', headers, signal: this.#signal })
  }

  #send(method: string, address: string, token: string, body: unknown): Promise<Reply> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return exchange(address, { method, headers, body: JSON.stringify(body), signal: this.#signal })
  }

  /** Writes the newest of what the provider said; fields it did not repeat stay as they were. */
  async #keep(answer: Record<string, unknown>, before?: Registration): Promise<Registration> {
    const text = (key: string, old: string | undefined): string => {
      const value = answer[key] ?? old
      if (typeof value !== 'string' || value === '')
        throw new Error(`The provider's answer about the client lacks ${key}`)
      return value
    }
    const now: Registration = {
      clientId: text('client_id', before?.clientId),
      clientSecret: text('client_secret', before?.clientSecret),
      uri: text('registration_client_uri', before?.uri),
      token: text('registration_access_token', before?.token),
    }
    if (JSON.stringify(now) !== JSON.stringify(before)) {
      await writePrivate(this.#file, `${JSON.stringify(now)}\n`)
    }
    return now
  }
}

/** Whether the client is as wanted. A provider may add what does no harm, as Keycloak adds the response type `none`. */
function fits(known: Record<string, unknown>, wanted: Wanted): boolean {
  const { response_types: _, ...exact } = metadata(wanted)
  const same = Object.entries(exact).every(([key, value]) => JSON.stringify(known[key]) === JSON.stringify(value))
  return same && Array.isArray(known.response_types) && known.response_types.includes('code')
}

function refusedToRegister(reply: Reply, token: string): Error {
  const refusesToken = reply.status === 401 || reply.status === 403
  const next = refusesToken ? '. Make another initial access token there, and set ZOT_REGISTRATION_TOKEN to it' : ''
  return refused('register a client', reply, token, next)
}

/** Without the token, should the provider repeat it. */
function refused(what: string, reply: Reply, token: string, next = ''): Error {
  const said = excerpt(reply).replaceAll(token, '•••')
  return new Error(`${reply.url.origin} refused to ${what}: ${reply.status}, ${said}${next}`)
}
