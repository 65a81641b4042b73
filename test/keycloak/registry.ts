/** Two real zots: a registry without any access control, as it is before the chain, and the one that it pulls through. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Daemon, ensureUp, stop } from '../../tasks/zot/sandbox/daemon.ts'
import { SEEDED_IMAGE, seedUpstream } from '../../tasks/zot/sandbox/seed.ts'

/** What names one zot: enough for another process to find it again. */
export interface Zot {
  program: string
  /** Holds `config.json`; log, data and pid file are beside it. */
  dir: string
  port: number
}

const configDir = ({ dir }: Zot): string => join(dir, 'config')
const dataDir = ({ dir }: Zot): string => join(dir, 'data')
export const urlOf = ({ port }: Zot): string => `http://127.0.0.1:${port}`

export function daemonOf(zot: Zot): Daemon {
  const mark = ['serve', join(configDir(zot), 'config.json')]
  return {
    name: 'zot',
    command: [zot.program, ...mark],
    mark,
    cwd: zot.dir,
    pidFile: join(zot.dir, 'pid.json'),
    log: join(zot.dir, 'zot.log'),
    port: zot.port,
    healthPath: '/readyz',
    version: '1',
  }
}

/** Starts a zot that lets everybody do everything. */
async function startOpen(zot: Zot): Promise<void> {
  mkdirSync(configDir(zot), { recursive: true, mode: 0o700 })
  const config = {
    storage: { rootDirectory: dataDir(zot) },
    http: { address: '127.0.0.1', port: String(zot.port) },
  }
  writeFileSync(join(configDir(zot), 'config.json'), JSON.stringify(config))
  await ensureUp(daemonOf(zot))
}

export async function startRegistries(registry: Zot, upstream: Zot): Promise<void> {
  await Promise.all([startOpen(registry), startOpen(upstream)])
  await seedUpstream(urlOf(upstream))
}

export async function stopRegistries(...zots: Zot[]): Promise<void> {
  await Promise.all(zots.map((zot) => stop(daemonOf(zot))))
}

/** What is pulled through, as the registry names it. */
export const cachedImage = `mirror/${SEEDED_IMAGE.repository}:${SEEDED_IMAGE.tag}@${SEEDED_IMAGE.digest}`

/** Ansible's inventory with the registry's host and the role's variables, as people keep it. */
export function writeInventory(file: string, registry: Zot, upstream: Zot): void {
  const restart = join(import.meta.dirname, 'restart-zot.ts')
  const host = {
    ansible_connection: 'local',
    ansible_python_interpreter: '{{ ansible_playbook_python }}',
    ansible_remote_tmp: join(registry.dir, 'ansible'),
    zot_config_dir: configDir(registry),
    zot_data_dir: dataDir(registry),
    zot_port: registry.port,
    zot_binary: [registry.program],
    zot_upstreams: [{ url: urlOf(upstream), destination: '/mirror', prefix: '**' }],
    zot_service_manager: 'command',
    zot_restart_command: [process.execPath, restart, registry.program, registry.dir, String(registry.port)],
  }
  writeFileSync(file, stringify({ registries: { hosts: { 'zot-lab': host } } }))
}
