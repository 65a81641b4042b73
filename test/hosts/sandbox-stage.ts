/**
 * The main job's sandbox chain on three hosts: the run on one, the registry and its sandbox on another, CI on the third. Ansible comes to the registry from
 * CI's host over ssh, and CI to the sandbox through a tunnel: the sandbox listens on its own loopback only.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { Net, type Program } from './net.ts'
import { filesIn, Repository } from './repository.ts'
import { key, until } from './scene.ts'
import { Way } from './ssh.ts'

export class Stage implements Disposable {
  readonly #net: Net
  readonly #folder = mkdtempSync(join(tmpdir(), 'mikado-hosts-'))
  readonly #hosts
  /** The checkouts: of the run, of the registry's worker, of CI's. */
  readonly #desk = new Repository()
  readonly #indri = new Repository()
  readonly #ringtail = new Repository()
  #ports: Record<string, number> = {}
  /** By which CI's host works with the sandbox. */
  #elsewhere: NodeJS.Dict<string> = {}

  /** `number`: which of 200 networks. */
  constructor(number: number) {
    this.#net = new Net(number)
    const [desk, indri, ringtail, queue] = ['desk', 'indri', 'ringtail', 'queue'].map((name) => this.#net.host(name))
    if (!desk || !indri || !ringtail || !queue) throw new Error('a host is missing')
    this.#hosts = { desk, indri, ringtail, queue }
  }

  /** What an operator does once: the engine, the sandbox, a way to its host, a tunnel to it. */
  async set(): Promise<void> {
    const { indri, ringtail, queue } = this.#hosts
    const words = ['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--appendonly', 'yes']
    mkdirSync(this.#queue)
    this.#net.start(queue, this.#queue, words, {})
    await until(() => this.#net.call(queue, 'redis-cli', 'PING') === 'PONG', 10_000)
    const settings = this.#net.call(
      indri,
      process.execPath,
      join(this.#indri.root, 'tasks/zot/sandbox/main.ts'),
      'settings',
    )
    this.#elsewhere = parseEnv(settings)
    this.#ports = JSON.parse(readFileSync(join(this.#sandbox, 'sandbox.json'), 'utf8')).ports
    const way = new Way(this.#net, indri, this.#folder)
    writeFileSync(join(this.#ringtail.root, 'sandbox-inventory.yml'), way.inventory)
    await until(() => this.beyond().includes('ssh'), 10_000)
    const ports = Object.values(this.#ports)
    way.tunnel(this.#net, ringtail, this.#folder, ports)
    await until(() => this.#listening('ringtail').length === ports.length, 10_000)
  }

  run(goal: string): Program {
    return this.#mikado('desk', ['run', goal, '--output', 'quiet', ...this.#engine])
  }

  worker(name: 'indri' | 'ringtail'): Program {
    return this.#mikado(name, ['worker', '--label', name, '--name', name, '-j', '2', ...this.#engine])
  }

  /** Asks on CI's host whether all is there that the chain needs. */
  doctor(): Program {
    return this.#mikado('ringtail', ['doctor'])
  }

  get desk(): Repository {
    return this.#desk
  }

  /** How the registry's host can be reached from others: `ssh`, when the sandbox is where it should be. */
  beyond(): string {
    const { address } = this.#hosts.indri
    const open = this.#listening('indri').filter((place) => !place.startsWith('127.'))
    return open.map((place) => (place === `${address}:22` ? 'ssh' : place)).join(', ')
  }

  /** The registry as CI's host sees it: read by anybody, pushed to by nobody without a key, and not there without the tunnel. */
  seen(): string {
    const [near, far] = ['127.0.0.1', this.#hosts.indri.address].map((host) => `http://${host}:${this.#ports.registry}`)
    const look = `const status = (url, how) => fetch(url, how).then((answer) => answer.status, () => 'nothing')
      console.log('read', await status('${near}/v2/_catalog'))
      console.log('push', await status('${near}/v2/mikado/probe/blobs/uploads/', { method: 'POST' }))
      console.log('without the tunnel', await status('${far}/v2/'))`
    const words = [process.execPath, '--input-type=module', '-e', look]
    return this.#net.call(this.#hosts.ringtail, ...words).replaceAll('\n', ', ')
  }

  /** Which of the sandbox's secrets can be read in what the run has left, in the engine's files, or in what was said. */
  leaks(said: string): string[] {
    const texts = [...this.#desk.texts(), ...filesIn(this.#queue), said]
    const secrets = secretsOf(this.#sandbox)
    if (secrets.size < 10) throw new Error(`only ${secrets.size} secrets are known`)
    return [...secrets].flatMap(([name, value]) => (texts.some((text) => text.includes(value)) ? [name] : []))
  }

  [Symbol.dispose](): void {
    this.#net[Symbol.dispose]()
    for (const checkout of [this.#desk, this.#indri, this.#ringtail]) checkout[Symbol.dispose]()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 })
  }

  get #queue(): string {
    return join(this.#folder, 'redis')
  }

  get #sandbox(): string {
    return join(this.#indri.root, '.mikado/sandbox')
  }

  get #engine(): string[] {
    return ['--engine', `redis://${this.#hosts.queue.address}`]
  }

  #mikado(name: 'desk' | 'indri' | 'ringtail', words: readonly string[]): Program {
    const { root } = { desk: this.#desk, indri: this.#indri, ringtail: this.#ringtail }[name]
    const env = { MIKADO_KEY: key, CI: 'true' }
    const elsewhere = name === 'ringtail' ? { ...this.#elsewhere, ZOT_SANDBOX_INVENTORY: 'sandbox-inventory.yml' } : {}
    const command = [process.execPath, join(root, 'scripts/mikado.mjs'), ...words]
    return this.#net.program(this.#hosts[name], root, command, { ...env, ...elsewhere })
  }

  /** Where programs of a host listen. */
  #listening(name: 'indri' | 'ringtail'): string[] {
    const lines = this.#net.call(this.#hosts[name], 'ss', '-ltnH').split('\n').filter(Boolean)
    return lines.map((line) => line.split(/\s+/)[3] ?? '')
  }
}

/** The secrets that a sandbox holds after the chain, by what they are. */
function secretsOf(sandbox: string): Map<string, string> {
  const read = (path: string) => JSON.parse(readFileSync(join(sandbox, path), 'utf8'))
  const { clientsecret } = read('client/oidc-credentials.json')
  const { token } = read('client/registration.json')
  const { registrationToken, adminToken } = read('provider/settings.json')
  const { hashKey, encryptKey } = read('registry/session-keys.json')
  const apiKey = readFileSync(join(sandbox, 'ci-secrets/ZOT_CI_API_KEY'), 'utf8').trim()
  const known = { clientsecret, token, registrationToken, adminToken, hashKey, encryptKey, apiKey }
  const users = Object.entries(read('provider/directory.json').users as Record<string, { password: string }>)
  return new Map([...Object.entries(known), ...users.map(([name, { password }]) => [name, password] as const)])
}
