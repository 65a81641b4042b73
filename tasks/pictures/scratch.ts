/** A folder for a recording: nothing of this machine is in what is seen there. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, hostname, tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Recording } from './recording.ts'

const here = resolve(import.meta.dirname, '../..')

export class Scratch implements Disposable {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-picture-')))
  readonly root = join(this.#folder, 'work')

  constructor() {
    mkdirSync(join(this.#folder, 'bin'), { recursive: true })
    mkdirSync(join(this.#folder, 'home'))
    mkdirSync(this.root)
    // `mikado`, as it is called where it is installed for all.
    const program = join(this.#folder, 'mikado')
    symlinkSync(join(here, 'scripts/mikado.mjs'), program)
    const shell = `#!/bin/sh\nexec node '${program}' "$@"\n`
    writeFileSync(join(this.#folder, 'bin/mikado'), shell, { mode: 0o755 })
  }

  /** Whoever is recorded is called Ada, and has nothing but this on her PATH beside what every machine has. */
  get env(): NodeJS.ProcessEnv {
    const folders = [join(this.#folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin']
    return {
      PATH: folders.join(':'),
      HOME: join(this.#folder, 'home'),
      USER: 'ada',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    }
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true })
      writeFileSync(join(this.root, name), text)
    }
  }

  remove(...names: string[]): void {
    for (const name of names) rmSync(join(this.root, name), { recursive: true, force: true })
  }

  /** Calls the runner where nobody sees it. From then on it starts as quickly as it does the second time. */
  mikado(...words: string[]): void {
    execFileSync(join(this.#folder, 'bin/mikado'), words, {
      cwd: this.root,
      env: { ...this.env, CI: 'true' },
      stdio: 'ignore',
    })
  }

  /** What git knows of this repository, or would add, with the packages and Ansible of this one. */
  copyRepository(): void {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: here, encoding: 'utf8' })
    for (const name of listed.split('\0').filter((name) => name !== '' && existsSync(join(here, name)))) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true })
      cpSync(join(here, name), join(this.root, name), { verbatimSymlinks: true })
    }
    for (const name of ['node_modules', '.venv']) symlinkSync(join(here, name), join(this.root, name))
    execFileSync('git', ['init', '-q'], { cwd: this.root, env: this.env })
  }

  /** @throws when a recording tells of this machine: its folders, its name, its user. */
  refuseTraces({ came }: Recording): void {
    const text = came.map(([, part]) => part).join('')
    const { username } = userInfo()
    const words = [this.#folder, here, tmpdir(), homedir(), hostname(), ...(username === 'root' ? [] : [username])]
    const found = words.filter((word) => text.includes(word))
    if (found.length > 0) throw new Error(`the recording tells of this machine: ${found.join(', ')}\n${text}`)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 })
  }
}
