/** What tells whether two checkouts hold the same card: digests of its document and of the code that works it. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { init, parse } from 'es-module-lexer'
import { sha256 } from './sha256.ts'
import type { TaskFile } from './tasks.ts'

/** A checklist's box, and the status of a card: what a run changes in a document. */
const box = /^([ \t]*[-*+] \[)[ xX](?=\])/gm
const status = /^status:.*\n/m

/** Of all in a document but its status and its boxes. */
export function documentDigest(text: string): string {
  const end = /\n---[ \t]*\r?\n/.exec(text)?.index ?? 0
  return sha256(`${text.slice(0, end + 1).replace(status, '')}${text.slice(end + 1)}`.replace(box, '$1 '))
}

interface Source {
  /** Size, time of change. */
  look: string
  digest: string
  /** Files of the repository that it imports, absolute. */
  imports: string[]
}

/** The code in a checkout: each file is read once for as long as it looks the same. */
export class Code {
  readonly #root: string
  readonly #sources = new Map<string, Source>()

  constructor(root: string) {
    this.#root = root
  }

  /** Of a task and of all that it imports from the repository, directly or not. @throws when a file cannot be read. */
  digest({ file: first, digest, selfContained }: TaskFile): string {
    if (selfContained) return digest
    const seen = new Map<string, string>()
    const open = [first]
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue
      const source = this.#source(file)
      seen.set(file, source.digest)
      open.push(...source.imports)
    }
    const parts = [...seen].map(([file, digest]) => `${relative(this.#root, file)} ${digest}`)
    return sha256(parts.sort().join('\n'))
  }

  #source(file: string): Source {
    const { size, mtimeMs } = statSync(file)
    const look = `${size} ${mtimeMs}`
    const known = this.#sources.get(file)
    if (known?.look === look) return known
    const text = readFileSync(file)
    const found = /\.[cm]?[jt]s$/.test(file) ? importsOf(text.toString('utf8')) : []
    const imports = found
      .flatMap((name) => endings.map((ending) => resolve(dirname(file), name) + ending).find(isFile) ?? [])
      .filter((name) => !relative(this.#root, name).startsWith('..'))
    const source = { look, digest: sha256(text), imports }
    this.#sources.set(file, source)
    return source
  }
}
await init

/** What `require` may leave out of a name. */
const endings = ['', '.js', '.cjs', '.json', '/index.js']

/** What it names relative to itself; of a text that cannot be read, only what it requires. */
function importsOf(text: string): string[] {
  const required = [...text.matchAll(/\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/g)].map(([, name = '']) => name)
  const names = [...required, ...importedIn(text)]
  return names.filter((name) => /^\.\.?(?:\/|$)/.test(name))
}

function importedIn(text: string): string[] {
  try {
    return parse(text)[0].flatMap((found) => ('specifier' in found && found.specifier ? [found.specifier] : []))
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
