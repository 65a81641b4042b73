/** What tells whether two checkouts hold the same card: digests of its document and of the code that works it. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { init, parse } from 'es-module-lexer'
import type { Card } from '../core/card.ts'
import { complete } from '../core/edit.ts'

/** Of all in a document but what a run changes there: its status and the boxes of its checklist. */
export function documentDigest(card: Card, text: string): string {
  const edited = complete(
    card.path,
    text,
    card.checklist.map(({ key }) => key),
  )
  return digestOf(edited.ok ? edited.text : text)
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

  /** Of a file and of all that it imports from the repository, directly or not. @throws when the file cannot be read. */
  digest(path: string): string {
    const seen = new Map<string, string>()
    const open = [join(this.#root, path)]
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
