/** What tells whether two checkouts hold the same card: digests of its document and of the code that works it. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { init, parse } from 'es-module-lexer'
import type { TaskFile } from './tasks.ts'

/** A checklist's box, and the status of a card: what a run changes in a document. */
const box = /^([ \t]*[-*+] \[)[ xX](?=\])/gm
const status = /^status:.*\n/m

/** Of all in a document but its status and its boxes. */
export function documentDigest(text: string): string {
  const end = /\n---[ \t]*\r?\n/.exec(text)?.index ?? 0
  return digestOf(`${text.slice(0, end + 1).replace(status, '')}${text.slice(end + 1)}`.replace(box, '$1 '))
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
    return digestOf(parts.sort().join('\n'))
  }

  #source(file: string): Source {
    const { size, mtimeMs } = statSync(file)
    const look = `${size} ${mtimeMs}`
    const known = this.#sources.get(file)
    if (known?.look === look) return known
    const text = readFileSync(file)
    const found = /\.[cm]?[jt]s$/.test(file) ? importsOf(text.toString('utf8')) : []
    const imports = found
      .map((name) => resolve(dirname(file), name))
      .filter((name) => !relative(this.#root, name).startsWith('..') && isFile(name))
    const source = { look, digest: digestOf(text), imports }
    this.#sources.set(file, source)
    return source
  }
}
await init

/** What it names relative to itself; nothing of a text that cannot be read. */
function importsOf(text: string): string[] {
  try {
    return parse(text)[0].flatMap((found) => {
      const name = 'specifier' in found ? found.specifier : undefined
      return typeof name === 'string' && /^\.\.?\//.test(name) ? [name] : []
    })
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
