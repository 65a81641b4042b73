/** A way in to a host of the network, as Ansible and tunnels want it: an ssh server with keys of its own. */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host, Net } from './net.ts'

const server = '/usr/sbin/sshd'

export class Way {
  /** How others call ssh: knows the host's key, and has one of its own. */
  readonly config: string
  readonly #host: Host

  /** Opens it. `folder`: for keys and settings, which nobody else uses. */
  constructor(net: Net, host: Host, folder: string) {
    this.#host = host
    this.config = join(folder, 'ssh_config')
    const [own, theirs] = ['host', 'user'].map((name) => keyIn(folder, name)) as [string, string]
    writeFileSync(join(folder, 'known_hosts'), `${host.address} ${readFileSync(`${own}.pub`, 'utf8')}`)
    const client = [
      'Host *',
      'User root',
      `IdentityFile ${theirs}`,
      'IdentitiesOnly yes',
      'BatchMode yes',
      'StrictHostKeyChecking yes',
      `UserKnownHostsFile ${join(folder, 'known_hosts')}`,
      'ServerAliveInterval 2',
      'ServerAliveCountMax 3',
    ]
    writeFileSync(this.config, `${client.join('\n')}\n`)
    const settings = [
      `ListenAddress ${host.address}`,
      `HostKey ${own}`,
      `AuthorizedKeysFile ${theirs}.pub`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      'Subsystem sftp internal-sftp',
    ]
    writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`)
    // Where it gives up its rights; a service manager would make it.
    mkdirSync('/run/sshd', { recursive: true })
    net.start(host, folder, [server, '-D', '-e', '-f', join(folder, 'sshd_config')], {})
  }

  /** Ansible's inventory of the host. */
  get inventory(): string {
    const { name, address } = this.#host
    const host = {
      ansible_host: address,
      ansible_ssh_common_args: `-F ${this.config}`,
      ansible_python_interpreter: '/usr/bin/python3',
    }
    return `${JSON.stringify({ all: { hosts: { [name]: host } } }, null, 2)}\n`
  }

  /** Brings these ports of the host's loopback to another's. */
  tunnel(net: Net, from: Host, folder: string, ports: readonly number[]): ChildProcess {
    const each = ports.flatMap((port) => ['-L', `127.0.0.1:${port}:127.0.0.1:${port}`])
    const words = ['ssh', '-F', this.config, '-N', '-o', 'ExitOnForwardFailure=yes', ...each, this.#host.address]
    return net.start(from, folder, words, {})
  }
}

function keyIn(folder: string, name: string): string {
  const path = join(folder, name)
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path])
  return path
}

/** Why there can be none here; null: there can. */
export function noWay(): string | null {
  if (spawnSync(server, ['-V']).error) return `there is no ${server} (Debian: openssh-server)`
  if (spawnSync('ssh', ['-V']).error) return 'there is no ssh (Debian: openssh-client)'
  return null
}
