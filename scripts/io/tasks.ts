/** The task scripts: which file does a card's work, and of what kind it is. */
import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { init, parse } from 'es-module-lexer'
import type { Card } from '../core/card.ts'
import { compare, type Diagnostic, problem } from '../core/diagnostic.ts'
import type { Stray } from '../core/lint/card-rules.ts'
import type { TaskKind } from '../core/protocol.ts'
import { readText } from './documents.ts'
import type { Repository } from './repository.ts'
import { sha256 } from './sha256.ts'

export interface TaskFile {
  /** Relative to the repository. */
  path: string
  /** Absolute. */
  file: string
  kind: TaskKind
  /** Of the file's content: a finished step counts only for the text that did it. */
  digest: string
  /** It imports nothing in which tasks could leave something for one another: further cards may be worked in its process. */
  selfContained: boolean
}

/** The tasks folder as it is, read once. */
export class TaskFolder {
  readonly #repository: Repository
  readonly #byStem: Map<string, string[]>
  readonly #root: string

  constructor(repository: Repository) {
    this.#repository = repository
    this.#root = realpathSync(repository.root)
    this.#byStem = Map.groupBy(filesIn(repository), stemOf)
  }

  /** Files of the folder that are called like no document and are the task of no card; helpers are not among them. */
  strays(used: ReadonlySet<string>, isDocument: (stem: string) => boolean): Stray[] {
    const { root, settings, looked } = this.#repository
    return [...this.#byStem].flatMap(([stem, paths]) => {
      if (isDocument(stem)) return []
      const strays = paths.filter((path) => !used.has(path) && !helpers.test(path.slice(settings.tasks.length)))
      for (const path of strays) looked?.add(path)
      return strays.map((path) => ({ path, stem, shaped: isShaped(join(root, path)) }))
    })
  }

  /** The card's task; null: it has none, a person does it. A diagnostic: it should have one, but it cannot be used. */
  of(card: Pick<Card, 'id' | 'run' | 'place'>): TaskFile | Diagnostic | null {
    const read = this.read(card)
    return read !== null && 'task' in read ? read.task : read
  }

  /** The same, with its text; null: it is no script. */
  read(card: Pick<Card, 'id' | 'run' | 'place'>): { task: TaskFile; text: string | null } | Diagnostic | null {
    const found = this.#byStem.get(card.id) ?? []
    const named = card.run === null || card.run === 'manual' ? null : card.run
    if (named === null && found.length > 1) {
      const help = 'Rename one of them, or name the right one in the card: `run: path`.'
      return problem('doubled-task', card.place, `\`${card.id}\` has more than one task: ${found.join(', ')}`, { help })
    }
    const path = named ?? found[0]
    if (path === undefined) return null
    this.#repository.looked?.add(path)
    const file = join(this.#repository.root, path)
    const fault = (message: string, help: string) => problem('missing-task', card.place, message, { help })
    const there = lookAt(file)
    if (there === 'none')
      return named === null
        ? fault(`${path} is no file`, 'Write it, or take it away.')
        : fault(`\`run\` names ${path}, which is no file`, 'Write it, or take `run:` away.')
    if (there !== 'file')
      return fault(`${path} cannot be looked at: ${there.message}`, 'Mend that, then run this again.')
    if (relative(this.#root, realpathSync.native(file)).startsWith('..'))
      return fault(`${path} lies outside the repository`, 'Move it into the repository.')
    const content = readFileSync(file)
    const text = scripts.has(extname(file)) ? content.toString('utf8') : null
    const { kind, selfContained } =
      text === null ? { kind: 'executable' as const, selfContained: false } : formOf(file, text)
    if (kind === 'executable' && !isExecutable(file))
      return fault(`${path} is not executable`, `Make it so: \`chmod +x ${path}\`.`)
    const digest = sha256(content).slice(0, 16)
    return { task: { path, file, kind, digest, selfContained }, text }
  }
}

const scripts = new Set(['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'])
/** Not tasks: what stands beside them. */
const companions = /\.(?:md|json|ya?ml|toml|txt|lock|d\.ts)$|~$/

/** What the tasks share, and their tests. */
const helpers = /(?:^|\/)(?:lib|libs|helpers|test|tests|__tests__|fixtures)\/|(?:^|\/)_[^/]*$|\.(?:test|spec)\.\w+$/
/** A member of a task module; `f.apply(…)` is none. */
const member = /(?:^|[{,\s])(?:apply|verify)\s*[:(,}]/m

/** Whether it has the form of a task: a default export with the work or the checks. Looked up without running it. */
function isShaped(file: string): boolean {
  if (!scripts.has(extname(file))) return false
  const text = readText(file) ?? ''
  try {
    return member.test(text) && parse(text)[1].some((entry) => 'name' in entry && entry.name === 'default')
  } catch {
    return false
  }
}

/** What a script is, looked up without running it: one with top-level code must not be run just to see that. */
function formOf(file: string, text: string): { kind: TaskKind; selfContained: boolean } {
  try {
    const [imports, exports] = parse(text)
    // `apply` or `module.exports` without a default export is meant as a task: importing it says what is missing.
    const meant = ['default', 'apply', 'verify']
    const isModule =
      exports.some((entry) => 'name' in entry && meant.includes(entry.name ?? '')) ||
      /^\s*module\.exports\b/m.test(text)
    return { kind: isModule ? 'module' : 'node', selfContained: isModule && isSelfContained(file, text, imports) }
  } catch {
    // Not even its tokens can be read: importing it will say what is wrong, and runs nothing.
    return { kind: 'module', selfContained: false }
  }
}
await init

/** Parts of Node that keep nothing for whoever asks next. */
const plainParts =
  /^(?:node:)?(?:assert|buffer|crypto|events|fs|os|path|querystring|stream|string_decoder|timers|url|util|zlib)(?:\/\w+)?$/
const entry = fileURLToPath(new URL(`../index${extname(import.meta.url)}`, import.meta.url))

function isSelfContained(file: string, text: string, imports: ReturnType<typeof parse>[0]): boolean {
  // What is required is loaded once for all that are worked in a process.
  if (/\brequire\b|\bmodule\.exports\b/.test(text)) return false
  return imports.every((found) => {
    if (found.type === 'import-meta' || ('typeOnly' in found && found.typeOnly)) return true
    if (found.type !== 'static' && found.type !== 'reexport-star') return false
    const { specifier } = found
    return plainParts.test(specifier) || specifier === 'mikado-runner' || resolve(dirname(file), specifier) === entry
  })
}

function filesIn({ root, settings, looked }: Repository): string[] {
  const found: string[] = []
  const folders = [settings.tasks]
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    looked?.add(path)
    const full = join(root, path)
    if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) continue
    for (const entry of readdirSync(full, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const inside = `${path}/${entry.name}`
      if (entry.isDirectory()) folders.push(inside)
      else if (!companions.test(entry.name)) found.push(inside)
    }
  }
  return found.sort(compare)
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.replace(/\.[^.]+$/, '')
}

/** A file, none, or why nobody can say; a name that is too long and links that lead to each other are none. */
function lookAt(path: string): 'file' | 'none' | Error {
  try {
    return statSync(path).isFile() ? 'file' : 'none'
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code) ? 'none' : (error as Error)
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
