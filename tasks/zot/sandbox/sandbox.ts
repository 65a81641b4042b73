import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureUp, isUp, stop } from './daemon.ts'
import { daemonsOf } from './daemons.ts'
import { explainDiskTrouble, SandboxError } from './error.ts'
import { readJsonObject, writePrivateJson } from './files.ts'
import { type Kept, type Layout, layoutOf, makeFolders, makeKept, readKept, writeKept } from './layout.ts'
import { withLock } from './lock.ts'
import { commandOf, findProgram, isCurrent, refreshProgram } from './program.ts'
import { readPasswords } from './provider/directory.ts'
import { issuerOf, newSecret, readSettings, writeSettings } from './provider/settings.ts'
import { firstRegistryConfig, upstreamConfig } from './registry-config.ts'
import { SEEDED_IMAGE, type SeededImage, seedUpstream } from './seed.ts'

/** Where everything of a running sandbox is. Holds secrets: not for printing. */
export interface Sandbox {
  dir: string
  registry: {
    url: string
    kind: 'zot' | 'stand-in'
    version: string
    /** The program; `serve <config>` and `verify <config>` are added to it. */
    command: string[]
    /** Stops it and starts it again, on the sandbox's machine. */
    restart: string[]
    configDir: string
    dataDir: string
    address: string
    port: number
    log: string
  }
  provider: {
    issuer: string
    /** Initial access token for dynamic client registration. */
    registrationToken: string
    admin: { url: string; token: string }
    /** User name → password. */
    users: Record<string, string>
  }
  /** The registry that is pulled through, with the image it holds. */
  upstream: { url: string; image: SeededImage }
  /** The CI's secret store: one 0600 file for each secret. */
  secrets: { dir: string }
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

export interface OpenOptions {
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/**
 * Brings up what should be running, as a service manager would after a reboot, and answers where everything is. Makes the
 * sandbox if there is none. Idempotent; safe to call from two processes at once. Throws SandboxError.
 */
export async function openSandbox(dir: string, options: OpenOptions = {}): Promise<Sandbox> {
  const env = options.env ?? process.env
  const { signal } = options
  return explainDiskTrouble(dir, async () => {
    const open = existsSync(dir) ? await lookAt(realpathSync(dir), env) : undefined
    if (open) return open
    const layout = makeFolders(dir)
    return withLock(layout.lock, () => bringUp(layout, env, signal), { signal })
  })
}

/** Stops the registry and starts it again with its present configuration; waits until it is ready. */
export async function restartRegistry(dir: string, options: { signal?: AbortSignal } = {}): Promise<void> {
  const layout = existingLayout(dir)
  await withLock(
    layout.lock,
    async () => {
      const { provider, registry } = daemonsOf(layout, needKept(layout))
      // A registry with OpenID asks the provider while it starts, and ends if there is no answer.
      await ensureUp(provider, options.signal)
      await stop(registry)
      await ensureUp(registry, options.signal)
    },
    options,
  )
}

/** Ends all processes of the sandbox and keeps its state. */
export async function stopSandbox(dir: string): Promise<void> {
  if (!existsSync(layoutOf(dir).kept)) return
  const layout = existingLayout(dir)
  await withLock(layout.lock, async () => {
    const kept = readKept(layout)
    if (kept) await settleAll(Object.values(daemonsOf(layout, kept)).map(stop))
  })
}

/** What a person wants to know about a sandbox; asks, and starts nothing. */
export async function sandboxStatus(dir: string): Promise<{
  program: string
  servers: { name: string; up: boolean; url: string; log: string }[]
}> {
  const layout = existingLayout(dir)
  const kept = needKept(layout)
  const servers = await Promise.all(
    Object.values(daemonsOf(layout, kept)).map(async (daemon) => ({
      name: daemon.name,
      up: await isUp(daemon),
      url: `http://127.0.0.1:${daemon.port}`,
      log: daemon.log,
    })),
  )
  return { program: `${kept.program.kind} ${kept.program.version}`, servers }
}

/** What another machine must know to work with this sandbox, and the registry's client there once it was registered. Holds secrets. */
export function tellSandbox(dir: string): { sandbox: Sandbox; client: Record<string, unknown> | null } {
  const layout = existingLayout(dir)
  return { sandbox: describe(layout, needKept(layout)), client: readJsonObject(layout.credentials) ?? null }
}

/** The sandbox, if all of it is up: without the lock, and without starting anything. */
async function lookAt(dir: string, env: NodeJS.ProcessEnv): Promise<Sandbox | undefined> {
  const layout = layoutOf(dir)
  const kept = readKept(layout)
  if (!kept) return undefined
  if (!isCurrent(kept.program, env)) return undefined
  const up = await Promise.all(Object.values(daemonsOf(layout, kept)).map(isUp))
  return up.every(Boolean) ? describe(layout, kept) : undefined
}

async function bringUp(layout: Layout, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<Sandbox> {
  const kept = await keep(layout, env)
  const { ports } = kept
  const settings = readSettings(layout.provider)
  if (settings && settings.port !== ports.provider) {
    throw new SandboxError(
      layout.kept,
      `names port ${ports.provider} for the provider, which was set up with port ${settings.port}; was the file edited or lost?`,
      `stop the sandbox and move ${layout.dir} out of the way: the next start makes a new one`,
    )
  }
  if (!settings) {
    writeSettings(layout.provider, { port: ports.provider, registrationToken: newSecret(), adminToken: newSecret() })
  }
  if (!existsSync(layout.upstream.config)) writePrivateJson(layout.upstream.config, upstreamConfig(layout, ports))
  const first = !existsSync(layout.registry.config)
  if (first) writePrivateJson(layout.registry.config, firstRegistryConfig(layout, ports))
  const daemons = daemonsOf(layout, kept)
  const upstreamUp = async () => {
    await ensureUp(daemons.upstream, signal)
    await seedUpstream(`http://127.0.0.1:${ports.upstream}`)
  }
  const providerUp = ensureUp(daemons.provider, signal)
  const registryUp = async () => {
    // It asks the provider while it starts, so the provider answers first; its first configuration knows of none.
    if (!first) await providerUp
    await ensureUp(daemons.registry, signal)
  }
  await settleAll([upstreamUp(), providerUp, registryUp()])
  return describe(layout, kept)
}

async function keep(layout: Layout, env: NodeJS.ProcessEnv): Promise<Kept> {
  const kept = readKept(layout)
  if (!kept) return makeKept(layout, await findProgram(env))
  const program = await refreshProgram(kept.program, env, layout.dir)
  if (program === kept.program) return kept
  const changed = { ...kept, program }
  writeKept(layout, changed)
  return changed
}

function describe(layout: Layout, kept: Kept): Sandbox {
  const settings = readSettings(layout.provider)
  if (!settings) throw new Error(`${layout.provider}: the provider runs without its settings.json`)
  const issuer = issuerOf(kept.ports.provider)
  return {
    dir: layout.dir,
    registry: {
      url: `http://127.0.0.1:${kept.ports.registry}`,
      kind: kept.program.kind,
      version: kept.program.version,
      command: commandOf(kept.program),
      restart: [process.execPath, MAIN, 'restart-registry', '--dir', layout.dir],
      configDir: layout.registry.configDir,
      dataDir: layout.registry.dataDir,
      address: '127.0.0.1',
      port: kept.ports.registry,
      log: join(layout.logs, 'registry.log'),
    },
    provider: {
      issuer,
      registrationToken: settings.registrationToken,
      admin: { url: `${issuer}/admin`, token: settings.adminToken },
      users: readPasswords(layout.provider),
    },
    upstream: { url: `http://127.0.0.1:${kept.ports.upstream}`, image: { ...SEEDED_IMAGE } },
    secrets: { dir: layout.secrets },
  }
}

function existingLayout(dir: string): Layout {
  if (existsSync(layoutOf(dir).kept)) return layoutOf(realpathSync(dir))
  throw new SandboxError(dir, 'there is no sandbox here', 'start one: `node tasks/zot/sandbox/main.ts start`')
}

function needKept(layout: Layout): Kept {
  const kept = readKept(layout)
  if (!kept) throw new Error(`${layout.kept} is gone`)
  return kept
}

/** Waits for all, so that nothing goes on in the background, then throws the first failure. */
async function settleAll(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
