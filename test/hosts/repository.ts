/** Copies of this repository for hosts, with the cards of the main job active and told where they belong. */
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Checkout } from './checkout.ts'

const here = resolve(import.meta.dirname, '../..')
const folder = 'docs/how-to/zot'

/** The cards of the main job, in an order that they can be worked in, and the host of each: the registry's, or CI's. */
export const places = {
  'register-zot-oidc-client': 'indri',
  'enforce-tag-immutability': 'indri',
  'wire-ci-registry-auth': 'ringtail',
  'harden-zot-registry': 'indri',
} as const
export const mainJob = 'harden-zot-registry'

export class Repository extends Checkout {
  constructor() {
    super({})
    const parts = ['ansible', 'docs', 'scripts', 'tasks', '.forgejo', 'package.json', 'mise.toml']
    for (const part of parts) cpSync(join(here, part), join(this.root, part), { recursive: true })
    for (const part of ['node_modules', '.venv']) symlinkSync(join(here, part), join(this.root, part))
    for (const [id, host] of Object.entries(places)) {
      const path = this.#path(id)
      // Whoever works in this repository may have completed the cards.
      const text = readFileSync(path, 'utf8')
        .replace(/^status: active\n/m, '')
        .replaceAll('- [x] ', '- [ ] ')
      writeFileSync(path, text.replace(/^requires:/m, `status: active\non: ${host}\nrequires:`))
    }
  }

  #path(id: string): string {
    return join(this.root, folder, `${id}.md`)
  }

  override active(): string[] {
    return Object.keys(places).filter((id) => /^status: active$/m.test(readFileSync(this.#path(id), 'utf8')))
  }

  /** All that a run leaves to read: documents, journal, logs, outputs. */
  texts(): string[] {
    return ['docs', '.mikado/log', '.mikado/outputs']
      .flatMap((name) => filesIn(join(this.root, name)))
      .concat(JSON.stringify(this.journal()))
  }
}

/** What stands in the files below a folder; a run that handed nothing on has none for that. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return found.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
}
