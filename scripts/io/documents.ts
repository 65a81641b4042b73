/** The documents as they are on disk. */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Card, idOf, parseCard } from '../core/card.ts'
import { compare, type Diagnostic, problem } from '../core/diagnostic.ts'
import { CardGraph } from '../core/graph.ts'
import { type Packed, pack, type ReadCard, unpack } from '../core/packed.ts'
import { Cache } from './cache.ts'
import type { Repository } from './repository.ts'

/** Reads every Markdown file of the documents folder and builds the graph of them. `now`: milliseconds since the epoch. */
export function readGraph(repository: Repository, now: number): CardGraph {
  const cards: Card[] = []
  const diagnostics: Diagnostic[] = []
  const cache = new Cache<Packed>(repository, 'documents', readers(), now)
  for (const path of markdownFiles(repository.root, repository.settings.docs, diagnostics)) {
    const read = readCard(path, join(repository.root, path), cache)
    cards.push(read.card)
    if (read.diagnostics.length > 0) diagnostics.push(...read.diagnostics)
  }
  cache.save()
  return CardGraph.of(cards, diagnostics)
}

function readCard(path: string, file: string, cache: Cache<Packed>): ReadCard {
  const look = statSync(file, { throwIfNoEntry: false })
  const known = look && cache.get(path, look)
  if (known) return unpack(path, idOf(path), known)
  const { text, refused } = readDocument(file)
  const read = parseCard(path, text ?? '')
  if (text !== null) {
    if (look) cache.keep(path, look, pack(read))
    return read
  }
  const message = refused === null ? 'the file cannot be read as UTF-8 text' : `the file cannot be read: ${refused}`
  const fault = problem('not-utf8', { file: path, line: 1, column: 1 }, message)
  return { card: { ...read.card, sound: false }, diagnostics: [fault, ...read.diagnostics] }
}

/** Names the code that reads a document: what other code made of it counts for nothing. */
function readers(): string {
  const files = ['card', 'checklist', 'diagnostic', 'duration', 'frontmatter', 'packed', 'plain-frontmatter'].map(
    (name) => {
      return new URL(`../core/${name}${extname(import.meta.url)}`, import.meta.url)
    },
  )
  return files
    .map((file) => statSync(file))
    .map(({ size, mtimeMs }) => `${size}:${mtimeMs}`)
    .join(' ')
}

/** Every document with its text; null: it cannot be read as UTF-8. */
export function readTexts({ root, settings }: Repository): [path: string, text: string | null][] {
  return markdownFiles(root, settings.docs, []).map((path) => [path, readText(join(root, path))])
}

/** The document whose file name is `<id>.md`, whatever its case; null when there is none. */
export function documentNamed(repository: Repository, id: string): string | null {
  const name = `/${id}.md`.toLowerCase()
  const paths = markdownFiles(repository.root, repository.settings.docs, [])
  return paths.find((path) => path.toLowerCase().endsWith(name)) ?? null
}

/** A file's text with every byte kept (a byte order mark too); null when it is not UTF-8 or cannot be read. */
export function readText(path: string): string | null {
  return readDocument(path).text
}

/** The same. `refused`: what the system said against reading it; null: it is gone, no file, or not UTF-8. */
export function readDocument(path: string): { text: string | null; refused: string | null } {
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path)),
      refused: null,
    }
  } catch (error) {
    const { syscall, code, message } = error as NodeJS.ErrnoException
    const absent = syscall === undefined || code === 'ENOENT' || code === 'EISDIR'
    return { text: null, refused: absent ? null : message }
  }
}

/** Folders that cannot be read are told, and the rest is read. */
function markdownFiles(root: string, folder: string, diagnostics: Diagnostic[]): string[] {
  const found: string[] = []
  const folders = [folder]
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    let entries: Dirent[]
    try {
      entries = readdirSync(join(root, path), { withFileTypes: true })
    } catch (error) {
      const place = { file: path, line: 1, column: 1 }
      diagnostics.push(problem('unreadable-folder', place, `the folder cannot be read: ${(error as Error).message}`))
      continue
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const inside = `${path}/${entry.name}`
      if (entry.isDirectory()) folders.push(inside)
      else if (/\.md$/i.test(entry.name)) found.push(inside)
    }
  }
  return found.sort(compare)
}
