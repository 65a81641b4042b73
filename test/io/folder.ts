/** A folder of its own for a test of the edges, and processes that meet a disk that refuses. */
import { spawnSync } from 'node:child_process'
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Repository } from '../../scripts/io/repository.ts'

const nobody = 65534
const isRoot = process.getuid?.() === 0

export class Folder implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-io-')))

  constructor(files: Record<string, string | Uint8Array> = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content)
  }

  get repository(): Repository {
    const settings = {
      docs: 'docs',
      tasks: 'tasks',
      timeoutMs: null,
      target: [],
      lint: undefined,
      main: null,
    }
    return { root: this.root, settings, data: this.path('.mikado') }
  }

  path(name: string): string {
    return join(this.root, name)
  }

  write(name: string, content: string | Uint8Array, mode = 0o644): string {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content, { mode })
    return path
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Names in a folder, sorted; none when it is not there. */
  names(folder = '.'): string[] {
    try {
      return readdirSync(this.path(folder)).sort()
    } catch {
      return []
    }
  }

  /** Gives it all to the user that `asNobody` runs as. */
  giveAway(): void {
    if (!isRoot) return
    for (const name of ['', ...(readdirSync(this.root, { recursive: true }) as string[])]) {
      chownSync(this.path(name), nobody, nobody)
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** The absolute path of a module of the runner, as a literal for a script. */
export function moduleOf(name: string): string {
  return JSON.stringify(resolve(import.meta.dirname, '../../scripts', name))
}

/** Runs an ES module, since permissions say nothing to root as another user where that is needed; answers what it printed. */
export function asNobody(script: string): string {
  const user = isRoot ? { uid: nobody, gid: nobody } : {}
  return finished(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', ...user }))
}

/** Runs an ES module that can write no file beyond a few kilobytes, as on a full disk. */
export function onFullDisk(script: string): string {
  const shell = 'trap \'\' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"'
  return finished(spawnSync('sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' }))
}

function finished({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): string {
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`)
  return stdout
}
