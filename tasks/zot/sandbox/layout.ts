import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { SandboxError } from './error.ts'
import { isObject, makePrivateDir, readJsonObject, writePrivateJson } from './files.ts'
import { choosePorts, type Ports, SERVER_NAMES } from './ports.ts'
import { isProgramRecord, type ProgramRecord } from './program.ts'

/** What is decided once, when a sandbox is made, and kept in its `sandbox.json`. */
export interface Kept {
  dir: string
  ports: Ports
  program: ProgramRecord
}

/** Where everything in a sandbox folder is. */
export interface Layout {
  dir: string
  lock: string
  kept: string
  provider: string
  registry: { configDir: string; config: string; dataDir: string }
  upstream: { configDir: string; config: string; dataDir: string }
  secrets: string
  /** The registry's client, where the role reads it. */
  credentials: string
  logs: string
  pids: string
}

export function layoutOf(dir: string): Layout {
  const registry = join(dir, 'registry')
  const upstream = join(dir, 'upstream')
  return {
    dir,
    lock: join(dir, 'lock'),
    kept: join(dir, 'sandbox.json'),
    provider: join(dir, 'provider'),
    registry: { configDir: registry, config: join(registry, 'config.json'), dataDir: join(dir, 'registry-data') },
    upstream: { configDir: upstream, config: join(upstream, 'config.json'), dataDir: join(dir, 'upstream-data') },
    secrets: join(dir, 'ci-secrets'),
    credentials: join(dir, 'client', 'oidc-credentials.json'),
    logs: join(dir, 'log'),
    pids: join(dir, 'run'),
  }
}

/** Makes the folders that are missing, all closed to others. Answers the layout by the folder's real path. */
export function makeFolders(dir: string): Layout {
  makePrivateDir(dir)
  const layout = layoutOf(realpathSync(dir))
  const { provider, registry, upstream, secrets, logs, pids } = layout
  for (const folder of [provider, registry.configDir, registry.dataDir, upstream.configDir, upstream.dataDir]) {
    makePrivateDir(folder)
  }
  for (const folder of [secrets, logs, pids]) makePrivateDir(folder)
  return layout
}

/** What was kept when this sandbox was made; `undefined` if there is none. Refuses one that was made in another folder. */
export function readKept(layout: Layout): Kept | undefined {
  const kept = parseKept(layout.kept)
  if (kept && kept.dir !== layout.dir) {
    throw new SandboxError(
      layout.kept,
      `this sandbox was made in ${kept.dir} and has been moved or copied; its settings name that folder`,
      `move it back, or move ${layout.dir} out of the way: the next start makes a new sandbox`,
    )
  }
  return kept
}

export function writeKept(layout: Layout, kept: Kept): void {
  writePrivateJson(layout.kept, kept)
}

/** Chooses the ports of a new sandbox and writes down all that is decided once. */
export async function makeKept(layout: Layout, program: ProgramRecord): Promise<Kept> {
  await choosePorts(layout.dir, portIsKept, (ports) => writeKept(layout, { dir: layout.dir, ports, program }))
  const kept = readKept(layout)
  if (!kept) throw new Error(`${layout.kept} is gone right after it was written`)
  return kept
}

function portIsKept(dir: string, port: number): boolean {
  try {
    return Object.values(parseKept(layoutOf(dir).kept)?.ports ?? {}).includes(port)
  } catch {
    return false
  }
}

function parseKept(file: string): Kept | undefined {
  const value = readJsonObject(file)
  if (!value) return undefined
  const { dir, ports, program } = value
  const sound = isObject(ports) && SERVER_NAMES.every((name) => typeof ports[name] === 'number')
  if (typeof dir === 'string' && sound && isProgramRecord(program)) return { dir, ports: ports as Ports, program }
  throw new SandboxError(
    file,
    'lacks the folder, the ports or the registry program of the sandbox',
    'stop the sandbox and move its folder out of the way; the next start makes a new one',
  )
}
