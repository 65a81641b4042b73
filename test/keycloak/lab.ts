/** All that the chain needs for a real target of the provider kind `dcr`, on this machine: Keycloak, two zots, an inventory, a folder for secrets. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adminOf, type Send } from './admin.ts'
import { findZot, installKeycloak } from './install.ts'
import { Keycloak } from './keycloak.ts'
import { makeRealm } from './realm.ts'
import { cachedImage, startRegistries, stopRegistries, urlOf, writeInventory, type Zot } from './registry.ts'

export const REALM = 'lab'
export const GROUPS = ['artifact-workloads', 'admins']

export interface Lab {
  dir: string
  /** What to set for the chain. Thrown away with the lab. */
  settings: Record<string, string>
  keycloak: Keycloak
  /** Keycloak's administrator at work. */
  send: Send
  registry: Zot
  close: () => Promise<void>
}

export async function openLab(): Promise<Lab> {
  const program = await findZot()
  if (program === null) throw new Error('No real zot here: let ZOT_BIN name one, or put it on PATH.')
  const home = await installKeycloak()
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-keycloak-')))
  const [keycloakPort = 0, registryPort = 0, upstreamPort = 0] = await freePorts(3)
  const admin = { user: 'root', password: newPassword() }
  const keycloak = new Keycloak({ home, dir: join(dir, 'keycloak'), port: keycloakPort, admin })
  const registry = { program, dir: join(dir, 'registry'), port: registryPort }
  const upstream = { program, dir: join(dir, 'upstream'), port: upstreamPort }
  const close = async (): Promise<void> => {
    await Promise.all([keycloak.stop(), stopRegistries(registry, upstream)])
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await Promise.all([keycloak.start(), startRegistries(registry, upstream)])
    const inventory = join(dir, 'inventory.yml')
    writeInventory(inventory, registry, upstream)
    const people = {
      ci: { user: 'zot-ci', password: newPassword(), group: 'artifact-workloads' },
      admin: { user: 'boss', password: newPassword(), group: 'admins' },
      outsider: { user: 'visitor', password: newPassword(), group: null },
    }
    const send = adminOf(keycloak)
    const settings = {
      ZOT_REGISTRY_URL: urlOf(registry),
      ZOT_INVENTORY: inventory,
      ZOT_PROVIDER: 'dcr',
      ZOT_ISSUER: `${keycloak.url}/realms/${REALM}`,
      ZOT_REGISTRATION_TOKEN: await makeRealm(send, REALM, GROUPS, Object.values(people)),
      ZOT_SECRET_STORE: 'file',
      ZOT_SECRETS_DIR: join(dir, 'ci-secrets'),
      ZOT_CACHED_IMAGE: cachedImage,
      ZOT_CI_PASSWORD: people.ci.password,
      ZOT_ADMIN_USER: people.admin.user,
      ZOT_ADMIN_PASSWORD: people.admin.password,
      ZOT_OUTSIDER_USER: people.outsider.user,
      ZOT_OUTSIDER_PASSWORD: people.outsider.password,
    }
    return { dir, settings, keycloak, send, registry, close }
  } catch (error) {
    await close()
    throw error
  }
}

const newPassword = (): string => randomBytes(12).toString('base64url')

/** Ports that nobody listens on now, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((ready) => server.once('listening', ready))))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  return ports
}
