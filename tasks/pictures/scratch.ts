/** A folder for a recording: nothing of this machine is in what is seen there. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, hostname, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Recording } from './recording.ts'

const here = resolve(import.meta.dirname, '../..')
/** The same on every machine, and each time: what is recorded may tell of it. */
const folder = '/tmp/mikado'

export class Scratch implements Disposable {
  readonly root = join(folder, 'work')

  /** @throws when somebody else records at this moment. */
  constructor() {
    mkdirSync(folder)
    for (const name of ['bin', 'home', 'work']) mkdirSync(join(folder, name))
    cpSync(process.execPath, join(folder, 'bin/node'))
    // As it is called where it is installed for all.
    symlinkSync(join(here, 'scripts/mikado.mjs'), join(folder, 'mikado'))
    writeFileSync(join(folder, 'bin/mikado'), `#!/bin/sh\nexec node ${folder}/mikado "$@"\n`, { mode: 0o755 })
  }

  /** Whoever is recorded is called Ada, and has nothing on her PATH but this and what every machine has. */
  get env(): NodeJS.ProcessEnv {
    return {
      PATH: `${folder}/bin:/usr/bin:/bin`,
      HOME: join(folder, 'home'),
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
    execFileSync(join(folder, 'bin/mikado'), words, {
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
    const packages = dirname(realpathSync(join(here, 'node_modules')))
    const folders = [here, packages, process.execPath, homedir()].filter((path) => text.includes(path))
    const words = new Set(text.match(/[\w.-]+/g))
    const names = [hostname(), userInfo().username].filter((name) => name !== 'root' && words.has(name))
    const found = [...folders, ...names]
    if (found.length > 0) throw new Error(`the recording tells of this machine: ${found.join(', ')}\n${text}`)
  }

  [Symbol.dispose](): void {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}
