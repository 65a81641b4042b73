/** A copy of this repository with its cards active, the real runner called in it, and what others could see meanwhile. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { plainEnvironment } from '../rig/repository.ts'

const here = resolve(import.meta.dirname, '../..')
const cards = 'docs/how-to/zot'

/** The cards that the main job works. */
export const worked = [
  'enforce-tag-immutability',
  'harden-zot-registry',
  'register-zot-oidc-client',
  'wire-ci-registry-auth',
]

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export class Copy {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-chain-')))
  readonly #env: NodeJS.ProcessEnv
  /** Command lines of all processes of this machine that were seen while a call ran. */
  readonly processes = new Set<string>()

  /** @param env what is set beside PATH and HOME. */
  constructor(env: NodeJS.ProcessEnv = {}) {
    const { root } = this
    this.#env = {
      ...plainEnvironment(),
      PATH: `${join(here, 'node_modules/.bin')}:${process.env.PATH}`,
      CI: 'true',
      ...env,
    }
    const parts = ['ansible', 'docs', 'scripts', 'tasks', '.forgejo', 'package.json', 'mise.toml']
    for (const part of parts) cpSync(join(here, part), join(root, part), { recursive: true })
    for (const part of ['node_modules', '.venv']) symlinkSync(join(here, part), join(root, part))
    this.#git('init', '-q')
    // Whoever works in this repository may have completed the cards: the test starts with them active.
    for (const id of worked) if (!/^status: active$/m.test(this.card(id))) this.mikado('reopen', id, '--only')
    rmSync(join(root, '.mikado'), { recursive: true, force: true })
    this.#git('add', 'docs')
    this.#git('commit', '-qm', 'before')
  }

  #git(...args: string[]): string {
    const names = ['-c', 'user.name=t', '-c', 'user.email=t@t']
    return execFileSync('git', ['-C', this.root, ...names, ...args], { encoding: 'utf8' })
  }

  card(id: string): string {
    return readFileSync(join(this.root, cards, `${id}.md`), 'utf8')
  }

  /** Lines that git says changed in a card. */
  changed(id: string): string[] {
    const diff = this.#git('diff', '-U0', '--', `${cards}/${id}.md`)
    return diff.split('\n').filter((line) => /^[-+](?![-+]{2})/.test(line))
  }

  /** Calls the runner and waits; throws when it does not end with 0. */
  mikado(...args: string[]): void {
    execFileSync(process.execPath, ['scripts/mikado.mjs', ...args], { cwd: this.root, env: this.#env })
  }

  start(...args: string[]) {
    const child = spawn(process.execPath, ['scripts/mikado.mjs', ...args], {
      cwd: this.root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const watch = setInterval(() => this.#look(), 15)
    const ended = new Promise<Ended>((done) => {
      child.on('close', (code) => {
        clearInterval(watch)
        done({ code, stdout, stderr })
      })
    })
    return { child, ended, said: () => stderr }
  }

  /** What `ps` would show. */
  #look(): void {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        this.processes.add(readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch {
        // Gone between two looks.
      }
    }
  }

  /** Everything that a call left to read: logs, journal, documents. */
  texts(): Map<string, string> {
    const folders = ['.mikado/log', 'docs'].map((folder) => join(this.root, folder))
    const files = [...folders.flatMap(filesIn), join(this.root, '.mikado/journal.jsonl')]
    return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
  }

  remove(): void {
    execFileSync(process.execPath, ['tasks/zot/sandbox/main.ts', 'stop'], { cwd: this.root })
    rmSync(this.root, { recursive: true, force: true })
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    )
  } catch {
    return []
  }
}

/** A secret as it could show itself: plain, URL-encoded, and in Basic authentication beside any user name. */
export function formsOf(secret: string, users: readonly string[] = []): string[] {
  const encoded = users.map((user) => Buffer.from(`${user}:${secret}`).toString('base64'))
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), ...encoded]
}
