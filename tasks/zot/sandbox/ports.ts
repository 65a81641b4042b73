import { lstatSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode, readJsonObject, writePrivateJson } from './files.ts'
import { withLock } from './lock.ts'

/** First port that is tried for each of the sandbox's servers. */
export const FIRST_PORTS = { provider: 14000, registry: 15050, upstream: 15060 } as const

export type ServerName = keyof typeof FIRST_PORTS
export type Ports = Record<ServerName, number>

export const SERVER_NAMES = Object.keys(FIRST_PORTS) as ServerName[]

/** Whether a server could listen there right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => (errorCode(error) === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/**
 * Chooses ports for a new sandbox and has `keep` write them down. Sandboxes of one user keep out of each other's way even
 * while they are stopped: each port is claimed for a sandbox folder, as long as `stillKept` finds it written down there.
 */
export async function choosePorts(
  dir: string,
  stillKept: (dir: string, port: number) => boolean,
  keep: (ports: Ports) => void,
): Promise<void> {
  const desk = claimsDir()
  if (!desk) return keep(await pick(new Set()))
  await withLock(join(desk, 'lock'), async () => {
    const file = join(desk, 'ports.json')
    const claims = Object.entries(readClaims(file)).filter(
      ([port, owner]) => typeof owner === 'string' && owner !== dir && stillKept(owner, Number(port)),
    )
    const ports = await pick(new Set(claims.map(([port]) => Number(port))))
    keep(ports)
    const mine = Object.values(ports).map((port) => [String(port), dir])
    writePrivateJson(file, Object.fromEntries([...claims, ...mine]))
  })
}

async function pick(taken: Set<number>): Promise<Ports> {
  const ports: Ports = { ...FIRST_PORTS }
  for (const name of SERVER_NAMES) {
    let port: number = FIRST_PORTS[name]
    while (taken.has(port) || !(await isPortFree(port))) port++
    taken.add(port)
    ports[name] = port
  }
  return ports
}

function readClaims(file: string): Record<string, unknown> {
  try {
    return readJsonObject(file) ?? {}
  } catch {
    return {}
  }
}

/** Where this user's sandboxes claim ports; `undefined` if that folder cannot be had, then only ports in use are avoided. */
function claimsDir(): string | undefined {
  const uid = process.getuid?.()
  const dir = join(tmpdir(), `mikado-sandboxes-${uid ?? 'user'}`)
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return undefined
  }
  const found = lstatSync(dir)
  return found.isDirectory() && (uid === undefined || found.uid === uid) ? dir : undefined
}
