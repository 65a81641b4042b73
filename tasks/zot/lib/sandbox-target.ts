/** The sandbox as a target: everything on this machine, made when it is first asked for; or on another, which the cards before tell of. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { dynamicProvider } from '../identity/dynamic.ts'
import { sandboxDirectory } from '../identity/sandbox.ts'
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { fileSecretStore } from '../secrets/file.ts'
import { sandboxSecretStore } from '../secrets/sandbox.ts'
import { deploy } from './deploy.ts'
import { bringCredentials, sandboxElsewhere } from './handed.ts'
import type { Settings } from './settings.ts'
import { CI_GROUP, CI_USER, KEY_NAME, type Surroundings, type Target } from './target.ts'

const ADMIN_GROUP = 'admins'
/** The namespace below which the registry keeps what it pulled through. */
const CACHE = 'mirror'

export async function openSandboxTarget(
  root: string,
  settings: Settings,
  { env, inputs, signal }: Required<Pick<Surroundings, 'env' | 'inputs'>> & { signal: AbortSignal | undefined },
): Promise<Target> {
  const { sandboxInventory } = settings
  const dir = join(root, '.mikado', sandboxInventory === null ? 'sandbox' : 'sandbox-elsewhere')
  const sandbox = (): Promise<Sandbox> => openSandbox(dir, { env, ...(signal ? { signal } : {}) })
  const opened = sandboxInventory === null ? await sandbox() : sandboxElsewhere(inputs)
  const { registry, provider, upstream, secrets } = opened
  const clientDir = join(dir, 'client')
  const credentialsFile = join(clientDir, 'oidc-credentials.json')
  const store = sandboxInventory === null ? fileSecretStore(secrets.dir) : sandboxSecretStore(provider.admin, signal)
  const key = await store.read?.(KEY_NAME)
  const identityProvider = dynamicProvider({
    issuer: provider.issuer,
    registrationToken: provider.registrationToken,
    registrationFile: join(clientDir, 'registration.json'),
    redirectUri: `${registry.url}/zot/auth/callback/oidc`,
    directory: sandboxDirectory(provider.admin, provider.users, signal),
    signal,
  })
  return {
    name: 'sandbox',
    identity: createHash('sha256').update(`${registry.url} ${provider.registrationToken}`).digest('hex').slice(0, 8),
    settings,
    registry: {
      url: registry.url,
      describe: async () =>
        registry.kind === 'zot' ? `a real zot (${registry.version})` : 'the stand-in, not a real zot',
    },
    provider: identityProvider,
    access: { ciUser: CI_USER, ciGroup: CI_GROUP, adminGroup: ADMIN_GROUP },
    credentialsFile,
    cached: {
      repository: `${CACHE}/${upstream.image.repository}`,
      tag: upstream.image.tag,
      digest: upstream.image.digest,
      upstream: upstream.url,
      disposable: true,
    },
    secrets: store,
    admin: 'admin',
    outsider: 'dev',
    credentials: async (user) => {
      const password = provider.users[user]
      return password === undefined ? undefined : { user, password }
    },
    givenKey: () => undefined,
    sandbox: async () => (sandboxInventory === null ? sandbox() : opened),
    confidential: [
      provider.admin.token,
      provider.registrationToken,
      ...Object.values(provider.users),
      ...(key ? [key] : []),
    ],
    deploy: async (parts, context) => {
      await bringCredentials(credentialsFile, identityProvider, context.inputs)
      return deploy(
        context,
        sandboxInventory === null
          ? { inventory: 'localhost,', local: true }
          : { inventory: sandboxInventory, local: false },
        {
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
          zot_restart_command: registry.restart,
        },
      )
    },
  }
}
