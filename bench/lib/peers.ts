/** The programs that are measured beside ours, and how each is had. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { docsMikadoVersion } from './docs-mikado.ts'

export const peerNames = ['ninja', 'make', 'just', 'mise', 'task', 'wireit', 'turbo', 'docs-mikado'] as const
export type PeerName = (typeof peerNames)[number]

export interface Peer {
  name: PeerName
  /** The words that start it. */
  argv: readonly [string, ...string[]]
  version: string
  /** Set while it runs. */
  env: Record<string, string>
}

/** Where a registry has it. The versions are those that the figures of bench/README.md are of. */
interface Source {
  from: 'npm' | 'pypi' | 'go' | 'path'
  packages: readonly string[]
  program: string
}

const sources: Record<PeerName, Source> = {
  ninja: { from: 'pypi', packages: ['ninja==1.13.2'], program: 'ninja' },
  make: { from: 'path', packages: [], program: 'make' },
  just: { from: 'pypi', packages: ['rust-just==1.59.0'], program: 'just' },
  mise: { from: 'npm', packages: [`@jdxcode/mise-${process.platform}-${process.arch}@2026.9.15`], program: 'mise' },
  task: { from: 'go', packages: ['github.com/go-task/task/v3/cmd/task@v3.54.0'], program: 'task' },
  wireit: { from: 'npm', packages: ['wireit@0.14.13'], program: 'wireit' },
  turbo: { from: 'npm', packages: ['turbo@2.11.11'], program: 'turbo' },
  // The Python that it needs; the script itself is in a clone that BLUMEOPS names.
  'docs-mikado': {
    from: 'pypi',
    packages: ['pyyaml==6.0.3', 'rich==15.0.0', 'typer==0.29.2', 'httpx==0.28.1'],
    program: 'python',
  },
}

/** Installs peers into a folder, each once, from the registries that npm, pip and Go are set up with. */
export class Peers {
  readonly #folder: string
  readonly #found = new Map<PeerName, Peer | string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The peer, ready to run; a string says why it cannot be had. */
  get(name: PeerName): Peer | string {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const found = this.#find(name)
    this.#found.set(name, found)
    return found
  }

  #find(name: PeerName): Peer | string {
    try {
      const program = this.#install(name)
      if (name === 'docs-mikado') {
        return { name, argv: [program, '-B'], version: docsMikadoVersion(), env: { COLUMNS: '80' } }
      }
      const env = this.#environment(name)
      const word = { wireit: [process.execPath, '--run'], turbo: [program, 'run'] }[name as string] ?? [program]
      const version = versionOf(program, name, env)
      return { name, argv: word as [string, ...string[]], version, env }
    } catch (error) {
      return firstLine(error)
    }
  }

  /** Answers the path of the program. @throws when it cannot be had. */
  #install(name: PeerName): string {
    const { from, packages, program } = sources[name]
    const folder = join(this.#folder, name)
    if (from === 'path') return onPath(program)
    const bin = { npm: 'node_modules/.bin', pypi: 'bin', go: '' }[from]
    const path = join(folder, bin, program)
    const done = join(folder, 'installed')
    if (existsSync(done)) return path
    console.error(`bench: installing ${name}${from === 'go' ? ' (built by Go: some minutes)' : ''}`)
    mkdirSync(folder, { recursive: true })
    if (from === 'npm') {
      writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
      call('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], folder)
    } else if (from === 'go') {
      call('go', ['install', ...packages], folder, { GOBIN: folder })
    } else {
      call('python3', ['-m', 'venv', folder], folder)
      call(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...packages], folder)
    }
    writeFileSync(done, '')
    return path
  }

  #environment(name: PeerName): Record<string, string> {
    const { PATH = '' } = process.env
    const first = (...folders: string[]) => [...folders, PATH].join(delimiter)
    const place = (what: string) => join(this.#folder, name, what)
    switch (name) {
      case 'mise':
        return {
          MISE_DATA_DIR: place('data'),
          MISE_CACHE_DIR: place('cache'),
          MISE_STATE_DIR: place('state'),
          MISE_CONFIG_DIR: place('config'),
          MISE_TRUSTED_CONFIG_PATHS: '/',
          MISE_CEILING_PATHS: this.#folder,
          MISE_OFFLINE: '1',
        }
      case 'wireit':
      case 'turbo':
        // Both start the scripts of package.json through what they find on PATH.
        return {
          PATH: first(place('node_modules/.bin'), dirname(process.execPath)),
          WIREIT_PARALLEL: '2',
          TURBO_TELEMETRY_DISABLED: '1',
          DO_NOT_TRACK: '1',
        }
      default:
        return {}
    }
  }
}

function onPath(program: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`no ${program} on PATH`)
  return found
}

function call(program: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): void {
  const { status, error, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (error) throw new Error(`${program} cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`)
}

function versionOf(program: string, name: PeerName, env: Record<string, string>): string {
  if (name === 'wireit') return sources.wireit.packages[0]?.split('@').at(-1) ?? ''
  const told = execFileSync(program, ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } })
  return /\d+(?:\.\d+)+/.exec(told)?.[0] ?? 'unknown'
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
