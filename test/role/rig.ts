/** Plays of the role against folders of this machine, with stand-ins where a service manager would be. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ran, root, run } from '../sandbox/rig.ts'

const ansible = join(root, '.venv', 'bin', 'ansible-playbook')
/** Why the tests of the role cannot run here, for their titles; empty if they can. */
export const missing = existsSync(ansible) ? '' : ' (skipped: no .venv with Ansible; npm run setup makes it)'
export const zot = process.env.ZOT_BIN
  ? [process.env.ZOT_BIN]
  : [process.execPath, join(root, 'tasks/zot/registry/main.ts')]

export type Variables = Record<string, unknown>
export type PlayOptions = { playbook?: string; arguments?: string[]; env?: NodeJS.ProcessEnv }

/** Runs a playbook, by default the deployment, on hosts that are all this machine; each has variables of its own. */
export function play(scratch: string, hosts: Record<string, Variables>, options: PlayOptions = {}): Promise<Ran> {
  const local = { ansible_connection: 'local', ansible_python_interpreter: '{{ ansible_playbook_python }}' }
  const inventory = join(scratch, 'inventory.json')
  const all = Object.fromEntries(Object.entries(hosts).map(([name, variables]) => [name, { ...local, ...variables }]))
  writeFileSync(inventory, JSON.stringify({ all: { hosts: all } }), { mode: 0o600 })
  const { playbook = join(root, 'ansible', 'deploy-zot.yml'), arguments: more = [] } = options
  const env = {
    ...process.env,
    LC_ALL: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    ANSIBLE_CONFIG: join(root, 'ansible', 'ansible.cfg'),
    ANSIBLE_HOME: join(scratch, 'ansible'),
    ANSIBLE_REMOTE_TMP: join(scratch, 'ansible', 'tmp'),
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_FORKS: '4',
    ...options.env,
  }
  return run(ansible, ['-i', inventory, ...more, playbook], env)
}

/** How many tasks changed something, of a play that must go well. */
export function changesOf({ code, output }: Ran): number {
  if (code !== 0) throw new Error(output)
  return Number(/changed=(\d+)/.exec(output)?.[1])
}

/** The message of the task that failed on a host. */
export function complaintOf({ output }: Ran, host: string): string {
  const fatal = output.split('\n').findLast((line) => line.startsWith(`fatal: [${host}]: `))
  return fatal ? String(JSON.parse(fatal.slice(fatal.indexOf('=> ') + 3)).msg) : `${host} did not fail:\n${output}`
}

export interface Scratch {
  dir: string
  /** A zot of its own, with no part on, by the manager `none`: what a test changes is what it is about. */
  variables: (name: string, change?: Variables) => Variables & { zot_config_dir: string; zot_data_dir: string }
  env: NodeJS.ProcessEnv
  /** What the stand-ins were asked, in order. */
  calls: () => string[]
  remove: () => void
}

let port = 24_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 40) * 100

export function openScratch(): Scratch {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'role-')))
  const bin = join(dir, 'bin')
  const state = join(dir, 'service-manager')
  for (const folder of [bin, state, join(dir, 'home')]) mkdirSync(folder)
  for (const name of ['systemctl', 'launchctl']) {
    const program = join(import.meta.dirname, 'service-manager.ts')
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${program}' ${name} "$@"\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: join(dir, 'home'), STAND_IN_STATE: state }
  return {
    dir,
    env,
    variables: (name, change = {}) => {
      const own = ++port
      return {
        zot_config_dir: join(dir, name, 'config'),
        zot_data_dir: join(dir, name, 'data'),
        zot_port: own,
        zot_external_url: `http://127.0.0.1:${own}`,
        zot_binary: zot,
        zot_service_manager: 'none',
        zot_service_name: name,
        ...change,
      }
    },
    calls: () =>
      existsSync(join(state, 'calls')) ? readFileSync(join(state, 'calls'), 'utf8').trim().split('\n') : [],
    remove: () => {
      for (const file of readdirSync(state)) {
        if (file.endsWith('.pid')) end(Number(readFileSync(join(state, file), 'utf8')))
      }
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function end(pid: number): void {
  try {
    process.kill(pid)
  } catch {}
}

/** A provider that only says who it is. */
export interface Discovery {
  issuer: string
  /** How many questions of others than the role it still answers with 503. */
  refusals: number
  close: () => void
}

export async function openDiscovery(): Promise<Discovery> {
  const server: Server = createServer((request, response) => {
    if (discovery.refusals > 0 && !request.headers['user-agent']?.startsWith('ansible')) {
      discovery.refusals--
      response.writeHead(503).end()
      return
    }
    const { issuer } = discovery
    const endpoint = (name: string) => `${issuer}/${name}`
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        issuer,
        authorization_endpoint: endpoint('auth'),
        token_endpoint: endpoint('token'),
        userinfo_endpoint: endpoint('me'),
        jwks_uri: endpoint('jwks'),
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const discovery: Discovery = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refusals: 0,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return discovery
}

/** Whether a program can be run here. */
export function available(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
