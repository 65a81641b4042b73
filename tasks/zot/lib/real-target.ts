/** A registry that people use, as the settings describe it. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { directoryByHand } from '../identity/by-hand.ts'
import { dynamicProvider } from '../identity/dynamic.ts'
import type { IdentityProvider } from '../identity/provider.ts'
import { staticProvider } from '../identity/static.ts'
import { openSecretStore } from '../secrets/open.ts'
import { deploy } from './deploy.ts'
import { bringCredentials, handed } from './handed.ts'
import { exchange } from './http.ts'
import type { RealSettings } from './real-settings.ts'
import type { Settings } from './settings.ts'
import { CI_GROUP, CI_USER, type Target } from './target.ts'

export async function openRealTarget(
  root: string,
  settings: Settings,
  real: RealSettings,
  signal: AbortSignal | undefined,
): Promise<Target> {
  const { registryUrl, issuer, admin, outsider, cached, ci } = real
  const identity = createHash('sha256').update(`${registryUrl} ${issuer}`).digest('hex').slice(0, 8)
  const dir = join(root, '.mikado', 'zot', identity)
  const credentialsFile = join(dir, 'oidc-credentials.json')
  const passwords = passwordsOf(real)
  const provider = await providerOf(real, dir, passwords, signal)
  const keys: Record<string, string | null> = { [CI_USER]: ci.key, ...(admin ? { [admin.user]: admin.key } : {}) }
  const store = openSecretStore(real.store, signal)
  return {
    name: registryUrl,
    identity,
    settings,
    registry: { url: registryUrl, describe: () => describeByMetrics(registryUrl, signal) },
    provider,
    access: { ciUser: CI_USER, ciGroup: CI_GROUP, adminGroup: real.adminGroup },
    credentialsFile,
    cached: cached && { ...cached, upstream: null, disposable: false },
    secrets: store,
    admin: admin?.user ?? null,
    outsider: outsider?.user ?? null,
    credentials: async (user) => {
      const password = passwords[user] ?? (await provider.password(user))
      return password ? { user, password } : undefined
    },
    givenKey: (user) => keys[user] ?? undefined,
    confidential: secretsIn(real),
    deploy: async (parts, context) => {
      await bringCredentials(credentialsFile, provider, handed(context.inputs))
      return deploy(
        context,
        { inventory: real.inventory, local: false },
        {
          zot_parts: parts,
          ...(real.hosts ? { zot_hosts: real.hosts } : {}),
          zot_external_url: registryUrl,
          zot_oidc_issuer: issuer,
          zot_oidc_credentials_src: credentialsFile,
          zot_ci_group: CI_GROUP,
          zot_admin_group: real.adminGroup,
        },
      )
    },
  }
}

async function providerOf(
  { provider, issuer, registryUrl }: RealSettings,
  dir: string,
  passwords: Record<string, string | null>,
  signal: AbortSignal | undefined,
): Promise<IdentityProvider> {
  const redirectUri = `${registryUrl}/zot/auth/callback/oidc`
  const directory = directoryByHand(issuer, passwords, signal)
  switch (provider.kind) {
    case 'authentik': {
      const { authentikProvider } = await import('../identity/authentik/provider.ts')
      return authentikProvider({
        url: provider.url,
        token: provider.token,
        issuer,
        redirectUri,
        ciUser: CI_USER,
        signal,
      })
    }
    case 'dcr': {
      const registrationFile = join(dir, 'registration.json')
      return dynamicProvider({
        issuer,
        registrationToken: provider.token,
        registrationFile,
        redirectUri,
        directory,
        signal,
      })
    }
    case 'static': {
      const { clientId, clientSecret } = provider
      return staticProvider({ issuer, client: { clientId, clientSecret, redirectUri }, directory, signal })
    }
  }
}

/** What the registry says of itself where everybody may read it: zot_info in its metrics. */
async function describeByMetrics(url: string, signal: AbortSignal | undefined): Promise<string> {
  const { status, body } = await exchange(`${url}/metrics`, { signal })
  const info = status === 200 ? /^zot_info\{(.*)\}/m.exec(body.toString('utf8'))?.[1] : undefined
  if (info === undefined) return `${url}, which does not tell its version`
  if (info.includes('binaryType="stand-in"')) return 'the stand-in, not a real zot'
  // The release stands in `commit`; `version` is that of the distribution specification.
  const release = /\bcommit="v?([^"]+)"/.exec(info)?.[1]?.replace(/-0-g[0-9a-f]+$/, '')
  return `a real zot (${release ?? 'of a version that it does not tell'}) at ${url}`
}

function passwordsOf({ ci, admin, outsider }: RealSettings): Record<string, string | null> {
  return {
    [CI_USER]: ci.password,
    ...(admin ? { [admin.user]: admin.password } : {}),
    ...(outsider ? { [outsider.user]: outsider.password } : {}),
  }
}

/** Every secret that the settings gave. */
function secretsIn({ provider, store, ci, admin, outsider }: RealSettings): string[] {
  const given = [
    provider.kind === 'static' ? provider.clientSecret : provider.token,
    store.kind === 'file' ? null : store.token,
    ...[ci.password, ci.key, admin?.password, admin?.key, outsider?.password],
  ]
  return given.filter((value): value is string => typeof value === 'string' && value !== '')
}
