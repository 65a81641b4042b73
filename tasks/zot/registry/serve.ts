import { readFileSync } from 'node:fs'
import tls from 'node:tls'
import type { Loaded } from './config/load.ts'
import { DiscoveryError } from './identity/provider.ts'
import { type Log, openLog } from './log.ts'
import { openRegistry, type Registry } from './registry.ts'
import { StorageInUse } from './storage/lock.ts'
import { distributionSpec, versionText } from './version.ts'
import { listen, type Port } from './web/listen.ts'
import { answerer } from './web/server.ts'

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
    return failedToOpen(error, log)
  }
  let port: Port
  try {
    port = await listen(loaded.config, answerer(registry))
  } catch (error) {
    log('error', 'failed to start controller, exiting', { error: messageOf(error) })
    return 0
  }
  log('info', 'ready', { address: port.address })
  const signal = await stopSignal()
  log('info', 'stopping', { signal })
  port.close()
  registry.users.flush()
  return 0
}

/** As zot: 1 when another one has the storage, and a panic for a provider or a folder that will not do. */
function failedToOpen(error: unknown, log: Log): number {
  if (error instanceof StorageInUse) {
    log('error', 'failed to init controller', { error: error.message })
    process.stderr.write(`Error: ${error.message}\n`)
    return 1
  }
  const what =
    error instanceof DiscoveryError ? 'failed to initialize new relying party oidc' : 'failed to open storage'
  log('panic', what, { error: messageOf(error) })
  process.stderr.write(`panic: ${what}: ${messageOf(error)}\n`)
  return 2
}

/** What the config asks for and this registry leaves out without harm. */
function warn({ config }: Loaded, log: Log): void {
  if (config.distSpecVersion !== distributionSpec)
    log('warn', 'config dist-spec version differs from version actually used', {
      'config version': config.distSpecVersion,
    })
  if (config.storage?.gc) log('warn', 'garbage collection is not done by the stand-in')
  if (config.extensions?.ui || config.extensions?.search) log('warn', 'there is no search and no UI in the stand-in')
}

/** An identity provider with a private authority: as zot, by the environment. */
function trustExtraAuthorities(): void {
  const file = process.env.SSL_CERT_FILE
  if (file) tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')])
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
