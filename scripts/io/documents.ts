/** The documents as they are on disk. */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Card, parseCard } from '../core/card.ts'
import { compare, type Diagnostic, problem } from '../core/diagnostic.ts'
import { type Front, frontOf } from '../core/frontmatter.ts'
import { CardGraph } from '../core/graph.ts'
import { isName } from '../core/plain.ts'
import type { Repository } from './repository.ts'

/** Reads every Markdown file of the documents folder and builds the graph of them. */
export function readGraph(repository: Repository): CardGraph {
  return readDocuments(repository, () => null).graph
}

/** The same, with what `make` makes of each document, by path. A text that is null cannot be read as UTF-8. */
export function readDocuments<T>(
  repository: Repository,
  make: (path: string, text: string | null, front: Front, card: Card | null) => T,
): { graph: CardGraph; made: T[] } {
  const cards: Card[] = []
  const made: T[] = []
  const diagnostics: Diagnostic[] = []
  const all = readAll(repository, diagnostics, (path, content, among) => {
    const front = frontOf(path, content.text ?? '')
    const card = cardOf(path, content, front)
    if (card && among > few) apart(card.card)
    return { card, made: make(path, content.text, front, card?.card ?? null) }
  })
  for (const read of all) {
    made.push(read.made)
    if (read.card === null) continue
    cards.push(read.card.card)
    if (read.card.diagnostics.length > 0) diagnostics.push(...read.card.diagnostics)
  }
  return { graph: CardGraph.of(cards, diagnostics), made }
}

/** A document as a card; null: there is nothing in it. Cut off, or being saved by an editor, it would be taken for complete. */
function cardOf(path: string, { text, why }: Content, front: Front): ReturnType<typeof parseCard> | null {
  if (text !== null && !/\S/.test(text)) return null
  const read = parseCard(path, text ?? '', front)
  if (text !== null) return read
  const fault = problem('not-utf8', { file: path, line: 1, column: 1 }, `the document ${why}`)
  return { card: { ...read.card, sound: false }, diagnostics: [fault, ...read.diagnostics] }
}

/** So many documents may stay in memory whole. */
const few = 20_000

/**
 * Has V8 collect what is not needed any more sooner. From the first documents it learns that much of what is made of one lives on, and
 * would then put all of it where it is seldom looked at: with a hundred thousand documents, half of the memory is such garbage.
 */
function spareMemory(): void {
  // Loaded only then: it takes as long as reading some documents.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString('--no-allocation-site-pretenuring')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=30')
}

/** A part of a string keeps all of it in memory: of a hundred thousand documents, what a card is, and not what it was read from. */
function apart(card: Card): void {
  card.title = copy(card.title)
  for (const required of card.requires) required.id = copy(required.id)
  for (const line of card.checklist) {
    const text = copy(line.text)
    line.key = line.key === line.text ? text : copy(line.key)
    line.text = text
  }
}

function copy(text: string): string {
  // Shorter ones are copied already.
  return text.length < 13 ? text : Buffer.from(text).toString()
}

/** The document whose file name is `<id>.md`, whatever its case; null when there is none. */
export function documentNamed(repository: Repository, id: string): string | null {
  const name = `/${id}.md`.toLowerCase()
  const { paths } = markdownFiles(repository.root, repository.settings.docs)
  return paths.find((path) => path.toLowerCase().endsWith(name)) ?? null
}

/** A file's text with every byte kept (a byte order mark too); null when it is not UTF-8 or cannot be read. */
export function readText(path: string): string | null {
  return (readPlain(path) ?? readDocument(path)).text
}

interface Content {
  text: string | null
  /** Without a text, the reason, in words that follow the file's name. */
  why: string | null
  /** How the file looked before it was read, where that is known. */
  look?: Stats
}

/** The same of a plain file of usual size, which is opened at once: to ask a path first takes as long as reading. Null: a closer look is needed. */
function readPlain(path: string): Content | null {
  let file: number | null = null
  try {
    file = openSync(path, atOnce)
    const look = fstatSync(file)
    const length = readSync(file, room, 0, room.length, null)
    const text = length === look.size ? room.toString('utf8', 0, length) : ''
    // What is not UTF-8 is read so, and so is a pipe that took the file's place: as nothing.
    return text === '' || text.includes('\uFFFD') ? null : { text, why: null, look }
  } catch {
    return null
  } finally {
    if (file !== null) closeSync(file)
  }
}

/** Nothing is waited for. */
const atOnce = constants.O_RDONLY | constants.O_NONBLOCK
/** For one document after the other. */
const room = Buffer.allocUnsafe(2 ** 17)

/** The same, with the reason. */
export function readDocument(path: string): Content {
  try {
    const found = statSync(path)
    // A pipe would be waited for, and a device has no end.
    if (!found.isFile()) return { text: null, why: found.isDirectory() ? 'is a folder' : 'is no file' }
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
    return { text, why: null }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { text: null, why: 'is not UTF-8 text' }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return { text: null, why: `cannot be read: ${message}` }
    return { text: null, why: code === 'ENOENT' && isLink(path) ? 'is a link that leads nowhere' : 'is gone' }
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

/** How often documents that change while they are read are read again. */
const rounds = 50

/**
 * All documents as they stood at one moment, without waiting for whoever writes them: a run, `reopen` and git replace files, and
 * that changes the folder. Then what was replaced is read again, until nothing changes meanwhile. In order of their paths.
 */
function readAll<T>(
  { root, settings, looked }: Repository,
  diagnostics: Diagnostic[],
  read: (path: string, content: Content, among: number) => T,
): T[] {
  let known = new Map<string, { stamp: string | null; content: T }>()
  for (let round = 0; ; round++) {
    const { paths, links, folders, unreadable } = markdownFiles(root, settings.docs)
    if (paths.length > few) spareMemory()
    const all = paths.map((path) => {
      const file = `${root}/${path}`
      const stamp = round === 0 ? null : stampOf(file)
      const before = known.get(path)
      if (before && stamp !== null && before.stamp === stamp) return before
      const content = (links.has(path) ? null : readPlain(file)) ?? readDocument(file)
      looked?.add(path, content.look)
      return { stamp, content: read(path, content, paths.length) }
    })
    const still = [...folders].every(([folder, stamp]) => stampOf(join(root, folder)) === stamp)
    if (still || round >= rounds) {
      for (const folder of folders.keys()) looked?.add(folder)
      diagnostics.push(...unreadable)
      return all.map(({ content }) => content)
    }
    known = new Map(all.map((one, at) => [paths[at] ?? '', one]))
  }
}

/** Another one when a file was replaced, or a folder has other files. Null: it cannot be looked at. */
function stampOf(path: string): string | null {
  try {
    const { ino, mtimeNs } = statSync(path, { bigint: true })
    return `${ino}:${mtimeNs}`
  } catch {
    return null
  }
}

interface Found {
  paths: string[]
  /** Those that were no plain files. */
  links: Set<string>
  /** With their stamps from before they were read. */
  folders: Map<string, string | null>
  unreadable: Diagnostic[]
}

/** Folders that cannot be read are told, and the rest is read. */
function markdownFiles(root: string, folder: string): Found {
  const found: Found = { paths: [], links: new Set(), folders: new Map(), unreadable: [] }
  const folders = [folder]
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    let entries: Dirent[]
    try {
      found.folders.set(path, stampOf(join(root, path)))
      entries = readdirSync(join(root, path), { withFileTypes: true })
    } catch (error) {
      const place = { file: path, line: 1, column: 1 }
      const message = `the folder cannot be read: ${(error as Error).message}`
      found.unreadable.push(problem('unreadable-folder', place, message))
      continue
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const inside = `${path}/${entry.name}`
      if (!entry.isDirectory() && !/\.md$/i.test(entry.name)) continue
      if (!isName(entry.name)) found.unreadable.push(unnamed(inside, entry.isDirectory()))
      else if (entry.isDirectory()) folders.push(inside)
      else {
        found.paths.push(inside)
        if (!entry.isFile()) found.links.add(inside)
      }
    }
  }
  found.paths.sort(compare)
  return found
}

/** What a person cannot read cannot be meant: such a name could forge a line of what is told, or pass for another one. */
function unnamed(path: string, folder: boolean): Diagnostic {
  const code = folder ? 'unreadable-folder' : 'not-utf8'
  const help = 'Give it a name of characters that can be seen.'
  const message = 'its name has control characters or unseen ones in it, so it is not read'
  return problem(code, { file: path, line: 1, column: 1 }, message, { help })
}
