/** One repository at a forge, through its REST API: asked as the settings say, with errors that name the setting to correct. */
import { type Finding, find } from '../lib/finding.ts'
import { excerpt, exchange, json, type Reply, Unreachable } from '../lib/http.ts'

export interface RepositorySettings {
  /** The forge, or its API where that has an address of its own; a path prefix is kept. */
  url: string
  token: string
  /** `owner/name`. */
  repository: string
  signal?: AbortSignal | undefined
}

/** What forges differ in. */
export interface Forge {
  /** Where its API begins, below the address of the settings: "/api/v1", or nothing. */
  api: string
  headers: (token: string) => Record<string, string>
  /** Names of the settings, for messages. */
  settings: { url: string; token: string; repository: string }
  /** What the token must be allowed, for messages. */
  rights: string
  /** What its user must be, for messages; and the permission that says so in the description of a repository. */
  role: string
  permission: 'admin' | 'push'
}

/** Answers that show that a request for nothing was allowed: whether the name is wrong or nothing has it. */
const ALLOWED = [204, 400, 404, 422]

export class Repository {
  readonly place: string
  readonly #forge: Forge
  readonly #given: RepositorySettings
  readonly #base: string

  /** @throws Error when a setting cannot be right. */
  constructor(forge: Forge, given: RepositorySettings) {
    const { settings } = forge
    const url = addressOf(given.url, settings.url)
    // A header with such a character fails with a message that quotes it.
    if (!/^[\x21-\x7e]+$/.test(given.token)) {
      throw new Error(`${settings.token} is empty, or has a space or line break in it: copy it once more`)
    }
    if (!/^[\w.-]+\/[\w.-]+$/.test(given.repository)) {
      throw new Error(`${settings.repository} is "${given.repository}": give OWNER/NAME`)
    }
    this.#forge = forge
    this.#given = given
    this.#base = `${url}${forge.api}/repos/${given.repository}`
    this.place = `the Actions secrets of ${given.repository} at ${url}`
  }

  /**
   * Sends one request.
   *
   * @param path below the repository; empty for the repository itself.
   * @param expected statuses that come back as an answer. With 404 among them it may also mean that the repository is not there: see `find`.
   * @throws Unreachable when nobody answers, Error for any other status; neither shows the token or the body.
   */
  async ask(method: string, path: string, expected: readonly number[], body?: Record<string, string>): Promise<Reply> {
    const reply = await this.#send(method, path, body)
    if (expected.includes(reply.status)) return reply
    // What is below a repository is not found either when that is not there, or Actions are off.
    if (reply.status === 404 && path !== '') await this.look()
    throw new Error(`${this.place}: ${this.#trouble(method, path, reply, body)}`)
  }

  /** Reads one thing, an object or a list; `undefined` when it is not there though the repository is. */
  async find(path: string): Promise<object | undefined> {
    const reply = await this.ask('GET', path, path === '' ? [200] : [200, 404])
    if (reply.status === 404) {
      await this.look()
      return undefined
    }
    const value = json(reply)
    if (typeof value === 'object' && value !== null) return value
    throw new Error(`${this.place}: ${this.#trouble('GET', path, reply)}`)
  }

  /** Makes sure that the repository is there and can have secrets. @throws Error that says what is in the way. */
  async look(): Promise<void> {
    const obstacle = this.#obstacle((await this.find('')) as Description)
    if (obstacle) throw new Error(`${this.place}: ${obstacle}`)
  }

  /** Looks whether the repository is there and the token may write. Changes nothing. */
  async examine(): Promise<Finding[]> {
    const there = await find('secret store', async () => {
      await this.look()
      return `${this.place}: there, and the token in ${this.#forge.settings.token} is good`
    })
    if (!there.ok) return [there]
    const rights = await find('rights in the secret store', async () => {
      for (const kind of ['secrets', 'variables']) {
        await this.ask('GET', `actions/${kind}`, [200])
        // What the user may does not tell what the token may, so it is asked to take away what cannot be there.
        await this.ask('DELETE', `actions/${kind}/${IMPOSSIBLE}`, ALLOWED)
      }
      return 'secrets and variables may be read and written'
    })
    return [there, rights]
  }

  async #send(method: string, path: string, body: Record<string, string> | undefined): Promise<Reply> {
    const { token, signal } = this.#given
    const { settings, headers } = this.#forge
    try {
      return await exchange(path === '' ? this.#base : `${this.#base}/${path}`, {
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers(token) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal,
      })
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      const next = `Check ${settings.url} and that it runs, then run this again`
      throw new Unreachable(`${this.place}: ${error.message}. ${next}`, { cause: error })
    }
  }

  /** Why this repository can have no secret from us, and what to do; `undefined` when nothing speaks against it. */
  #obstacle({ archived, has_actions: actions, permissions }: Description): string | undefined {
    const { settings, permission, role } = this.#forge
    if (archived === true) return `it is archived, so nothing changes. Unarchive it, or correct ${settings.repository}`
    if (actions === false) return "Actions are off there. Turn them on in the repository's settings"
    // The token of an app is no user's: all its permissions are shown as false, reading too.
    if (permissions?.pull !== true || permissions[permission] !== false) return undefined
    return `the user of ${settings.token} may not change secrets there. It must be ${role}`
  }

  /** What an unexpected answer means, and what to do. */
  #trouble(method: string, path: string, reply: Reply, body: Record<string, string> = {}): string {
    const { settings, rights, role } = this.#forge
    const words = wordsOf(reply, [this.#given.token, ...Object.values(body)])
    const again = whenAgain(reply)
    if (again) return `no more requests are taken until ${again}. Run this again then`
    if (reply.status === 401)
      return `the token in ${settings.token} is refused: expired or revoked. Make one with ${rights}`
    if (reply.status === 403) {
      return `the token in ${settings.token} may not do this ("${words}"). Its user must be ${role}, and it must have ${rights}`
    }
    if (reply.status === 404 && path === '') {
      return `there is no such repository, or the token in ${settings.token} may not see it. Check ${settings.repository} and ${settings.url}`
    }
    const location = reply.headers.get('location')
    const to = location && URL.parse(location, reply.url)
    if (to && reply.status >= 300 && reply.status < 400) {
      return `it has moved to ${to.origin}${to.pathname}. Correct ${settings.repository} or ${settings.url}`
    }
    const what = `${method} ${reply.url.pathname} was answered ${reply.status}: ${words}`
    if (reply.status >= 500) return `${what}. Something is wrong there: look at its log, then run this again`
    if (reply.status === 404) return `${what}. The token in ${settings.token} must have ${rights}`
    return `${what}. Check that ${settings.url} is the right kind of server`
  }
}

/** The parts of a repository's description that matter here. Forgejo tells `has_actions`, GitHub does not. */
interface Description {
  archived?: unknown
  has_actions?: unknown
  permissions?: { admin?: unknown; push?: unknown; pull?: unknown }
}

/** No secret or variable can have this name, since it begins with a digit. */
const IMPOSSIBLE = '0'

function addressOf(url: string, setting: string): string {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new Error(`${setting} is no address with http:// or https://`)
  if (parsed.username || parsed.password) throw new Error(`${setting} has a user or password in it: take them out`)
  return url.replace(/\/+$/, '')
}

/** What the server says, cut to a line, without what must not be shown even when it sends that back. */
function wordsOf(reply: Reply, confidential: string[]): string {
  let text = reply.body.toString('utf8')
  for (const value of confidential.filter((each) => each !== '')) {
    // Plain, in JSON, in JSON within JSON, in an address.
    const forms = [value, escaped(value), escaped(escaped(value)), encodeURIComponent(value)]
    for (const form of forms) text = text.replaceAll(form, '***')
  }
  const masked = { ...reply, body: Buffer.from(text) }
  const message = (json(masked) as { message?: unknown } | undefined | null)?.message
  return excerpt(typeof message === 'string' ? { ...masked, body: Buffer.from(message) } : masked)
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** When requests are taken again, if too many were sent: by `retry-after` (seconds) or GitHub's `x-ratelimit-*`, else in a minute. */
function whenAgain({ status, headers }: Reply): string | undefined {
  if (status !== 403 && status !== 429) return undefined
  const after = Number.parseInt(headers.get('retry-after') ?? '', 10)
  const reset = headers.get('x-ratelimit-remaining') === '0' ? Number(headers.get('x-ratelimit-reset')) : Number.NaN
  const seconds =
    after >= 0 ? Date.now() / 1000 + after : reset > 0 ? reset : status === 429 ? Date.now() / 1000 + 60 : undefined
  return seconds === undefined ? undefined : new Date(Math.ceil(seconds) * 1000).toISOString().replace('.000', '')
}
