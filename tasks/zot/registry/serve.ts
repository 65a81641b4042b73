import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import tls from 'node:tls'
import type { Loaded } from './config/load.ts'
import { DiscoveryError } from './identity/provider.ts'
import { type Log, openLog } from './log.ts'
import { openRegistry, type Registry } from './registry.ts'
import { distributionSpec, versionText } from './version.ts'
import { serverFor } from './web/server.ts'

/** Runs a registry until a signal ends it, and answers the exit code. */
export async function serve(loaded: Loaded): Promise<number> {
  const log = openLog(loaded.config.log?.level || 'info', loaded.config.log?.output)
  log('info', versionText, { 'distribution-spec': distributionSpec, 'binary-type': 'stand-in' })
  warn(loaded, log)
  trustExtraAuthorities()
  let registry: Registry
  try {
    registry = await openRegistry(loaded, log)
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error
    log('panic', 'failed to initialize new relying party oidc', { error: error.message })
    process.stderr.write(`panic: failed to initialize new relying party oidc: ${error.message}\n`)
    return 2
  }
  const server = serverFor(registry)
  try {
    await listen(server, loaded)
  } catch (error) {
    log('error', 'failed to start controller, exiting', {
      error: error instanceof Error ? error.message : String(error),
    })
    return 0
  }
  const address = server.address()
  log('info', 'ready', { address: typeof address === 'string' ? address : `${address?.address}:${address?.port}` })
  const signal = await stopSignal()
  log('info', 'stopping', { signal })
  server.close()
  server.closeAllConnections()
  registry.users.flush()
  return 0
}

/** What the config asks for and this registry leaves out without harm. */
function warn({ config }: Loaded, log: Log): void {
  if (config.distSpecVersion !== distributionSpec)
    log('warn', 'config dist-spec version differs from version actually used', {
      'config version': config.distSpecVersion,
    })
  if (config.storage?.gc) log('warn', 'garbage collection is not done by the stand-in')
  if (config.extensions?.ui || config.extensions?.search) log('warn', 'there is no search and no UI in the stand-in')
  if (config.http?.allowOrigin) log('warn', 'allowOrigin has no effect in the stand-in')
}

/** An identity provider with a private authority: as zot, by the environment. */
function trustExtraAuthorities(): void {
  const file = process.env.SSL_CERT_FILE
  if (file) tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')])
}

function listen(server: Server, { config }: Loaded): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(config.http?.port ?? 0), config.http?.address || '127.0.0.1', () => resolve())
  })
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
  })
}
