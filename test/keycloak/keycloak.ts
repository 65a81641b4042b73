/** A running Keycloak: a process of its own on loopback, its database in a folder of the caller's. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** The first start on a machine builds for half a minute; on a busy one everything takes three times as long. */
const START_PATIENCE = 300_000
const STOP_PATIENCE = 15_000

export interface Place {
  /** Keycloak's installation. */
  home: string
  /** For database and log; made when it is missing, and found again by the next start. */
  dir: string
  port: number
  /** The administrator that the first start makes. */
  admin: { user: string; password: string }
}

export class Keycloak {
  readonly url: string
  readonly admin: Place['admin']
  readonly log: string
  readonly #place: Place
  #child: ChildProcess | undefined

  constructor(place: Place) {
    this.#place = place
    this.url = `http://127.0.0.1:${place.port}`
    this.admin = place.admin
    this.log = join(place.dir, 'keycloak.log')
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const { home, dir, port, admin } = this.#place
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const args = [
      'start-dev',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      // Without Keycloak's own AUTO_SERVER, by which the database listens on all interfaces.
      `--db-url=jdbc:h2:file:${join(dir, 'database')};NON_KEYWORDS=VALUE`,
    ]
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      JAVA_HOME: process.env.JAVA_HOME,
      JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx384m',
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.user,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    }
    const log = openSync(this.log, 'a', 0o600)
    // A group of its own: kc.sh keeps java as its child.
    const child = spawn('bash', [join(home, 'bin/kc.sh'), ...args], {
      env,
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.#child = child
    process.once('exit', this.#kill)
    const deadline = performance.now() + START_PATIENCE
    while (!(await this.answers())) {
      const ended = child.exitCode ?? child.signalCode
      if (ended === null && performance.now() < deadline) await pause(200)
      else {
        this.#kill()
        const how = ended === null ? `does not answer after ${START_PATIENCE / 1000} s` : `ended at once (${ended})`
        throw new Error(`Keycloak ${how}. The end of its log, ${this.log}:\n${this.#tail()}`)
      }
    }
  }

  async answers(): Promise<boolean> {
    return fetch(`${this.url}/realms/master/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5000),
    }).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  /** Ends it, politely and then not; what it knows stays in its folder. */
  async stop(how: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    send(child.pid, how)
    const deadline = performance.now() + STOP_PATIENCE
    while (isThere(child.pid)) {
      if (performance.now() > deadline) this.#kill()
      await pause(50)
    }
    process.off('exit', this.#kill)
    this.#child = undefined
  }

  readonly #kill = (): void => {
    if (this.#child?.pid !== undefined) send(this.#child.pid, 'SIGKILL')
  }

  #tail(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n').slice(-5).join('\n') : '(nothing)'
  }
}

/** To the whole group. */
function send(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(-pid, how)
  } catch {
    // Gone already.
  }
}

/** Whether any process of the group is there. */
function isThere(pid: number): boolean {
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}
