/**
 * Mounts that nobody else sees: a mount namespace of its own, held by a process that ends with the tests. Needs Linux, root and
 * util-linux (`unshare`, `nsenter`); where they are not, tests that need mounts are skipped.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { Place, TestRepository } from '../rig/repository.ts'

/** Whether this machine lets the tests mount. */
export const canMount =
  process.platform === 'linux' && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

export class Mounts implements Disposable {
  readonly #holder: ChildProcess
  readonly #root: string

  private constructor(holder: ChildProcess, root: string) {
    this.#holder = holder
    this.#root = root
  }

  static async open(repository: TestRepository): Promise<Mounts> {
    const holder = spawn('unshare', ['-m', 'sh', '-c', 'echo; exec cat'], { stdio: 'pipe' })
    await once(holder.stdout, 'data')
    return new Mounts(holder, repository.root)
  }

  /** For `start`: the program among these mounts. It is called in the folder as it is mounted now. */
  get place(): Place {
    return { through: this.#enter }
  }

  /** Runs a script in the repository, among these mounts; answers what it prints. */
  sh(script: string): string {
    const [file, ...words] = this.#enter as [string, ...string[]]
    return execFileSync(file, [...words, 'sh', '-ec', script], { encoding: 'utf8' })
  }

  get #enter(): string[] {
    const inside = ['sh', '-c', 'cd "$0" && exec "$@"', this.#root]
    return ['nsenter', `--target=${this.#holder.pid}`, '--mount', ...inside]
  }

  [Symbol.dispose](): void {
    this.#holder.kill('SIGKILL')
  }
}
