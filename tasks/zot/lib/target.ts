/** Where the chain works: a registry, its identity provider, CI's secret store, and a way to deploy. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { TaskContext } from '../../../scripts/index.ts'
import { openSandbox } from '../sandbox/sandbox.ts'
import { deploy, type Part } from './deploy.ts'
import { sandboxDirectory } from './directory.ts'
import type { Credentials } from './form.ts'
import { type IdentityProvider, registeringProvider } from './provider.ts'
import { fileSecretStore, type SecretStore } from './secret-store.ts'
import { readSettings, type Settings } from './settings.ts'

/** Names that cards, role and workflows agree on. */
export const CI_USER = 'zot-ci'
export const CI_GROUP = 'artifact-workloads'
export const ADMIN_GROUP = 'admins'
export const KEY_NAME = 'ZOT_CI_API_KEY'

export interface Target {
  /** For people. */
  name: string
  /** Another sandbox, or another registry, has another: what was done for one was not done for the other. */
  identity: string
  settings: Settings
  registry: { url: string; kind: 'zot' | 'stand-in'; version: string }
  provider: IdentityProvider
  /** Where the registry's configuration role reads the client's id and secret; mode 0600. */
  credentialsFile: string
  /** Where pull-through takes images from, and one that is known to be there. */
  upstream: { url: string; cachedAs: string; tag: string; digest: string }
  secrets: SecretStore
  /** A person of `admins`, for cleaning up after probes, and one who is in no group. */
  people: { admin: string; outsider: string }
  credentials: (user: string) => Credentials
  /** What must never be shown. */
  confidential: string[]
  /** Deploys the registry with these parts and those deployed before; answers what that changed. */
  deploy: (parts: Part[], context: TaskContext) => Promise<string>
}

export interface Surroundings {
  /** Absolute path of the repository. */
  root: string
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/** The namespace below which the registry keeps what it pulled through. */
const CACHE = 'mirror'

/**
 * Opens the target that the settings name; in the sandbox this starts what should be running.
 *
 * @throws SettingsError with every fault of the settings, before anything is started.
 */
export async function openTarget({ root, env = process.env, signal }: Surroundings): Promise<Target> {
  const settings = readSettings(env)
  const dir = join(root, '.mikado', 'sandbox')
  const { registry, provider, upstream, secrets } = await openSandbox(dir, { env, ...(signal ? { signal } : {}) })
  const clientDir = join(dir, 'client')
  const credentialsFile = join(clientDir, 'oidc-credentials.json')
  const store = fileSecretStore(secrets.dir)
  const identityProvider = registeringProvider({
    issuer: provider.issuer,
    registrationToken: provider.registrationToken,
    registrationFile: join(clientDir, 'registration.json'),
    redirectUri: `${registry.url}/zot/auth/callback/oidc`,
    directory: sandboxDirectory(provider.admin, signal),
    signal,
  })
  const client = await identityProvider.client()
  const key = await store.read(KEY_NAME)
  return {
    name: 'sandbox',
    identity: createHash('sha256').update(`${registry.url} ${provider.registrationToken}`).digest('hex').slice(0, 8),
    settings,
    registry: { url: registry.url, kind: registry.kind, version: registry.version },
    provider: identityProvider,
    credentialsFile,
    upstream: {
      url: upstream.url,
      cachedAs: `${CACHE}/${upstream.image.repository}`,
      tag: upstream.image.tag,
      digest: upstream.image.digest,
    },
    secrets: store,
    people: { admin: 'admin', outsider: 'dev' },
    credentials: (user) => {
      const password = provider.users[user]
      if (password === undefined) throw new Error(`The provider has no user ${user} yet`)
      return { user, password }
    },
    confidential: [
      provider.registrationToken,
      provider.admin.token,
      ...Object.values(provider.users),
      ...(client ? [client.clientSecret] : []),
      ...(key ? [key] : []),
    ],
    deploy: (parts, context) =>
      deploy(context, {
        zot_parts: parts,
        zot_config_dir: registry.configDir,
        zot_data_dir: registry.dataDir,
        zot_address: registry.address,
        zot_port: registry.port,
        zot_external_url: registry.url,
        zot_binary: registry.command,
        zot_oidc_issuer: provider.issuer,
        zot_oidc_credentials_src: credentialsFile,
        zot_upstreams: [{ url: upstream.url, destination: `/${CACHE}`, prefix: '**' }],
        zot_ci_group: CI_GROUP,
        zot_admin_group: ADMIN_GROUP,
        zot_service_manager: 'command',
        zot_restart_command: [
          process.execPath,
          join(root, 'tasks/zot/sandbox/main.ts'),
          'restart-registry',
          '--dir',
          dir,
        ],
      }),
  }
}

/** "a real zot (2.1.20)" or "the stand-in, not a real zot": every report says which of the two it was. */
export function describeRegistry({ registry }: Target): string {
  return registry.kind === 'zot' ? `a real zot (${registry.version})` : 'the stand-in, not a real zot'
}
