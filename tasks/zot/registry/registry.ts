import { AccessPolicy } from './access/policy.ts'
import { hasTls } from './config/checks.ts'
import type { Loaded } from './config/load.ts'
import type { Config } from './config/shape.ts'
import { Seal } from './identity/cookies.ts'
import { Provider } from './identity/provider.ts'
import { Sessions } from './identity/sessions.ts'
import { Users } from './identity/users.ts'
import type { Log } from './log.ts'
import { BlobStore } from './storage/blobs.ts'
import { lockStorage } from './storage/lock.ts'
import { Repositories } from './storage/repositories.ts'
import { Uploads } from './storage/uploads.ts'
import { OnDemand } from './sync/on-demand.ts'

/** Everything a running registry consists of, handed to every handler. */
export interface Registry {
  config: Config
  log: Log
  /** Undefined when there is no accessControl: then whoever got in may do everything. */
  policy: AccessPolicy | undefined
  repositories: Repositories
  blobs: BlobStore
  uploads: Uploads
  users: Users
  sessions: Sessions
  seal: Seal
  providers: Map<string, Provider>
  sync: OnDemand
  /** Held for as long as the process lives. */
  lock: unknown
  /** Scheme, host and port that browsers use, without a slash at the end. */
  origin: string
}

/**
 * Finds the providers and opens the storage. Throws `StorageInUse` when another registry has it, `DiscoveryError` when a
 * provider does not answer as configured, and what the file system says.
 */
export async function openRegistry({ config, sessionKeys }: Loaded, log: Log): Promise<Registry> {
  const origin = originOf(config)
  const providers = new Map<string, Provider>()
  for (const [name, settings] of config.http?.auth?.openid?.providers ?? []) {
    const scopes = settings.scopes ?? []
    const provider = await Provider.discover({
      issuer: settings.issuer ?? '',
      clientId: settings.clientid ?? '',
      clientSecret: settings.clientsecret ?? '',
      redirectUri: `${origin}/zot/auth/callback/${name}`,
      scopes: scopes.includes('openid') ? scopes : ['openid', ...scopes],
    })
    providers.set(name, provider)
  }
  const root = config.storage?.rootDirectory || '/var/lib/registry'
  const lock = lockStorage(root)
  const repositories = new Repositories(root)
  const blobs = new BlobStore(root)
  const access = config.http?.accessControl
  return {
    config,
    log,
    policy: access ? new AccessPolicy(access) : undefined,
    repositories,
    blobs,
    uploads: new Uploads(root, blobs),
    users: new Users(root),
    sessions: new Sessions(root),
    seal: new Seal(sessionKeys),
    providers,
    sync: new OnDemand(config, repositories, blobs, log),
    lock,
    origin,
  }
}

function originOf(config: Config): string {
  const http = config.http
  if (http?.externalUrl) return http.externalUrl.replace(/\/$/, '')
  const host = http?.address?.includes(':') ? `[${http.address}]` : (http?.address ?? '')
  return `${hasTls(config) ? 'https' : 'http'}://${host}:${http?.port ?? ''}`
}
