/** A checkout of the chain on a host, outside of the tests' own runner. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const program = resolve(import.meta.dirname, '../../scripts/mikado.mjs')

export interface Event {
  event: string
  card?: string
  worker?: string
  time: string
}

export class Checkout implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'mikado-host-'))

  constructor(files: Record<string, string>) {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.root, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
  }

  /** The documents that say `status: active`, by id. */
  active(): string[] {
    const names = readdirSync(join(this.root, 'docs'))
    const active = names.filter((name) => /^status: active$/m.test(readFileSync(join(this.root, 'docs', name), 'utf8')))
    return active.map((name) => name.replace(/\.md$/, ''))
  }

  journal(): Event[] {
    const path = join(this.root, '.mikado/journal.jsonl')
    if (!existsSync(path)) return []
    // The last line may be on its way.
    const whole = readFileSync(path, 'utf8').replace(/[^\n]*$/, '')
    return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]))
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 })
  }
}
