import { join } from 'node:path'
import { asUi, Browser } from './browser.ts'
import { basic, type Headers } from './images.ts'
import { client, openProvider, type TestProvider } from './provider.ts'
import { freePort, type Kind, type Running, scratch, serve, writeConfig } from './rig.ts'

/** The accessControl of the hardened registry: anyone reads, CI creates, admins do everything. */
export function rules() {
  return {
    metrics: { users: [''] as string[], anonymousPolicy: [] as string[] },
    repositories: {
      '**': {
        policies: [
          { groups: ['artifact-workloads'], actions: ['read', 'create'] },
          { groups: ['admins'], actions: ['read', 'create', 'update', 'delete'] },
        ],
        anonymousPolicy: ['read'],
        defaultPolicy: ['read'],
      },
    } as Record<string, unknown>,
  }
}

/** As much of the config as tests change. */
export interface HardenedConfig {
  distSpecVersion: string
  storage: Record<string, unknown>
  http: {
    port: string
    auth: { openid: { providers: { oidc: Record<string, unknown> } } } & Record<string, unknown>
    accessControl: unknown
  } & Record<string, unknown>
  log: { level: string }
  extensions: Record<string, unknown>
}

/** The whole config of a hardened registry, as a task runner would deploy it. */
export function hardenedConfig(folder: string, port: number, issuer: string): HardenedConfig {
  const credentialsFile = writeConfig(folder, { clientid: client.id, clientsecret: client.secret }, 'credentials.json')
  const sessionKeys = { hashKey: 'h'.repeat(64), encryptKey: 'e'.repeat(32) }
  const oidc = {
    credentialsFile,
    issuer,
    scopes: ['openid', 'email', 'profile'],
    claimMapping: { username: 'preferred_username' },
  }
  return {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: join(folder, 'data'), gc: true, gcDelay: '1h', gcInterval: '24h' },
    http: {
      address: '127.0.0.1',
      port: String(port),
      externalUrl: `http://127.0.0.1:${port}`,
      auth: {
        openid: { providers: { oidc } },
        apikey: true,
        sessionKeysFile: writeConfig(folder, sessionKeys, 'session-keys.json'),
      },
      accessControl: rules(),
    },
    log: { level: 'info' },
    extensions: { metrics: { enable: true, prometheus: { path: '/metrics' } } },
  }
}

/** A hardened registry with its provider: users ci (artifact-workloads), boss (admins), dev (no group). */
export interface Hardened extends Running {
  provider: TestProvider
  folder: string
  config: HardenedConfig
  /** A browser in which this user is logged in. */
  browser: (user: string) => Promise<Browser>
  /** Authorization header with a fresh API key of this user. */
  key: (user: string) => Promise<Headers>
  restart: () => Promise<void>
  close: () => Promise<void>
}

/** Starts provider and registry. `change` edits the config before. */
export async function openHardened(kind: Kind, change: (config: HardenedConfig) => void = () => {}): Promise<Hardened> {
  const { path: folder, remove } = scratch()
  const port = await freePort()
  const callbacks = ['http', 'https'].map((scheme) => `${scheme}://127.0.0.1:${port}/zot/auth/callback/oidc`)
  const provider = await openProvider(callbacks)
  provider.accounts.set('ci', { preferred_username: 'ci', email: 'ci@test', groups: ['artifact-workloads'] })
  provider.accounts.set('boss', { preferred_username: 'boss', email: 'boss@test', groups: ['admins'] })
  provider.accounts.set('dev', { preferred_username: 'dev', email: 'dev@test' })
  const config = hardenedConfig(folder, port, provider.issuer)
  change(config)
  let running = await serve(kind, folder, config)
  const { url } = running
  const browser = async (user: string) => {
    const one = new Browser()
    const answer = await one.login(url, user)
    if (answer.status !== 201) throw new Error(`login of ${user} answers ${answer.status}: ${await answer.text()}`)
    return one
  }
  return {
    url,
    provider,
    folder,
    config,
    pid: () => running.pid(),
    output: () => running.output(),
    stop: (signal) => running.stop(signal),
    browser,
    key: async (user) => {
      const answer = await createKey(await browser(user), url, {})
      return basic(user, ((await answer.json()) as { apiKey: string }).apiKey)
    },
    restart: async () => {
      await running.stop()
      running = await serve(kind, folder, config)
    },
    close: async () => {
      await running.stop('SIGKILL')
      await provider.close()
      remove()
    },
  }
}

/** Asks for an API key with the browser's session. */
export function createKey(browser: Browser, url: string, wanted: unknown): Promise<Response> {
  return browser.request(`${url}/zot/auth/apikey`, {
    method: 'POST',
    headers: { ...asUi, 'Content-Type': 'application/json' },
    body: typeof wanted === 'string' ? wanted : JSON.stringify(wanted),
  })
}
