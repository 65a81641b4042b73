/** The sandbox as a target: everything on this machine, made when it is first asked for; or on another, which is asked what it is. */
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { dynamicProvider } from '../identity/dynamic.ts'
import { sandboxDirectory } from '../identity/sandbox.ts'
import { layoutOf } from '../sandbox/layout.ts'
import { openSandbox } from '../sandbox/sandbox.ts'
import { fileSecretStore } from '../secrets/file.ts'
import { sandboxSecretStore } from '../secrets/sandbox.ts'
import { deploy } from './deploy.ts'
import { askSandbox } from './elsewhere.ts'
import { bringCredentials } from './handed.ts'
import type { Settings } from './settings.ts'
import { CI_GROUP, CI_USER, KEY_NAME, type Target } from './target.ts'

const ADMIN_GROUP = 'admins'
/** The namespace below which the registry keeps what it pulled through. */
const CACHE = 'mirror'

export async function openSandboxTarget(
  root: string,
  settings: Settings,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Target> {
  const { elsewhere } = settings
  const dir = join(root, '.mikado', elsewhere ? 'sandbox-elsewhere' : 'sandbox')
  const { sandbox, client } = elsewhere
    ? await askSandbox(elsewhere, signal)
    : { sandbox: await openSandbox(dir, { env, ...(signal ? { signal } : {}) }), client: null }
  const { registry, provider, upstream, secrets } = sandbox
  const { credentials: credentialsFile } = layoutOf(dir)
  const store = elsewhere ? sandboxSecretStore(provider.admin, signal) : fileSecretStore(secrets.dir)
  const key = await store.read?.(KEY_NAME)
  const identityProvider = dynamicProvider({
    issuer: provider.issuer,
    registrationToken: provider.registrationToken,
    registrationFile: join(dirname(credentialsFile), 'registration.json'),
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
    confidential: [
      provider.admin.token,
      provider.registrationToken,
      ...Object.values(provider.users),
      ...(key ? [key] : []),
    ],
    deploy: async (parts, context) => {
      await bringCredentials(credentialsFile, identityProvider, client)
      return deploy(
        context,
        elsewhere ? { inventory: elsewhere.inventory, local: false } : { inventory: 'localhost,', local: true },
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
