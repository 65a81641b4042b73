/** A repository of its own for a test: files in, the real command line run in it, everything it printed out. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const program = resolve(import.meta.dirname, '../../scripts/mikado.ts')

export interface Ran {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Started {
  child: ChildProcess
  /** Resolves when the process has ended and all it printed has come. */
  ended: Promise<Ran>
}

export class TestRepository implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-test-')))

  constructor(files: Record<string, string> = {}) {
    this.write(files)
  }

  /** Writes files; a name that ends in `*` is made executable, without the star. */
  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.root, name.replace(/\*$/, ''))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { mode: name.endsWith('*') ? 0o755 : 0o644 })
    }
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), 'utf8')
  }

  /** Names in a folder, sorted; empty when it is not there. */
  names(folder: string): string[] {
    try {
      return readdirSync(join(this.root, folder)).sort()
    } catch {
      return []
    }
  }

  /** Every event in the journal. */
  journal(): { event: string; card?: string; [key: string]: unknown }[] {
    const lines = this.read('.mikado/journal.jsonl').split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
  }

  /** Runs the command line to its end, without a terminal and without the environment of whoever runs the tests. */
  async mikado(...args: string[]): Promise<Ran> {
    return await this.start(args).ended
  }

  start(args: string[], env: NodeJS.ProcessEnv = {}): Started {
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.root,
      env: { PATH, HOME, GIT_CONFIG_GLOBAL: '/dev/null', USER: 'tester', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const ended = new Promise<Ran>((done) =>
      child.on('close', (code, signal) => done({ code, signal, stdout, stderr })),
    )
    return { child, ended }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** A card as a document. */
export function card(
  options: { title?: string; requires?: string[]; front?: string; checks?: string[]; complete?: boolean } = {},
): string {
  const { title = 'A card', requires = [], front = '', checks = ['It is done'], complete = false } = options
  const list = requires.length === 0 ? '' : `requires:\n${requires.map((id) => `  - ${id}\n`).join('')}`
  const boxes = checks.map((line) => `- [ ] ${line}\n`).join('')
  return `---\ntitle: ${title}\n${complete ? '' : 'status: active\n'}${list}${front}---\n\n# ${title}\n\n## Verification\n\n${boxes}`
}

/** A task module whose work makes the file `<name>.done`, and whose check sees it. `work` comes before. */
export function task(name: string, work = ''): string {
  return `import { existsSync, writeFileSync } from 'node:fs'
export default {
  apply: async ({ $, step, log, note, inputs, secret, exclusive, signal }) => {
    ${work}
    writeFileSync('${name}.done', '')
  },
  verify: {
    'It is done': () => {
      if (!existsSync('${name}.done')) throw new Error('${name}.done is not there')
    },
  },
}
`
}

/** What changes from run to run, replaced: times, durations, run names, the place of the runner. */
export function steady(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, 'RUN')
    .replace(/\b\d+(?:\.\d)? s\b/g, 'N s')
    .replace(/node \S*scripts\/mikado\.ts/g, 'mikado')
}

/** Waits until something is so, asking often; fails after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what}: not so after ten seconds`)
    await new Promise((done) => setTimeout(done, 10))
  }
}
