/** Where we are: the repository's root and its settings. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseDuration } from '../core/duration.ts'
import { exit, Refusal } from '../core/exit.ts'
import { didYouMean } from '../core/suggest.ts'
import { Looked } from './looked.ts'

export interface Settings {
  /** Folder of the documents, relative to the root. */
  docs: string
  /** Folder of the task scripts. */
  tasks: string
  /** Limit for a card that names none, in milliseconds. */
  timeoutMs: number | null
  /** Environment variables whose values say what the cards are proved against. */
  target: string[]
  /** As it is written; `lint` alone reads it. Undefined: nothing is. */
  lint: unknown
  /** The branch that `mikado/<goal>` leaves; null: what the remote calls its HEAD, else main, else master. */
  main: string | null
}

export interface Repository {
  /** Absolute path. */
  root: string
  settings: Settings
  /** Absolute path of the run data, `.mikado` in the root. */
  data: string
  /** What an answer rests on. */
  looked?: Looked
}

const settingNames = ['docs', 'tasks', 'timeout', 'target', 'lint', 'main']

/**
 * The nearest folder upwards from `start` that has settings (`mikado` in package.json) or a documents folder.
 * @throws Refusal when there is none, or its settings are wrong.
 */
export function findRepository(start: string): Repository {
  const from = resolve(start)
  if (!statSync(from, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Refusal(exit.usage, `${start} is not a folder`, 'Name the repository, or a folder in it, with -C.')
  }
  const looked = new Set<string>()
  for (let root = from; ; root = dirname(root)) {
    looked.add(join(root, 'package.json'))
    const settings = readSettings(root)
    if (settings || isFolder(join(root, 'docs'))) {
      const known = settings ?? defaults()
      if (!isFolder(join(root, known.docs))) {
        throw new Refusal(
          exit.documents,
          `${join(root, known.docs)}: no such folder`,
          'Make it, or set `mikado.docs` in package.json.',
        )
      }
      return { root, settings: known, data: join(root, '.mikado'), looked: new Looked(root, looked) }
    }
    if (existsSync(join(root, '.git')) || dirname(root) === root) {
      const help = 'Make a docs folder there, name another repository with -C, or set `mikado.docs` in package.json.'
      throw new Refusal(
        exit.documents,
        `no docs folder in ${from}${root === from ? '' : ` or above, up to ${root}`}`,
        help,
      )
    }
    looked.add(join(root, 'docs')).add(join(root, '.git'))
  }
}

function defaults(): Settings {
  return { docs: 'docs', tasks: 'tasks', timeoutMs: null, target: [], lint: undefined, main: null }
}

function readSettings(root: string): Settings | null {
  const path = join(root, 'package.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
  let found: unknown
  try {
    found = (JSON.parse(text) as { mikado?: unknown } | null)?.mikado
  } catch (error) {
    if (!text.includes('"mikado"')) return null
    throw new Refusal(exit.documents, `${path} is not JSON: ${(error as Error).message}`)
  }
  if (found === undefined) return null
  const wrong = (what: string, help: string) => new Refusal(exit.documents, `${path}: ${what}`, help)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    throw wrong('`mikado` must be an object', `It may hold ${settingNames.join(', ')}.`)
  }
  const settings = defaults()
  for (const [name, value] of Object.entries(found)) {
    if (name === 'docs' || name === 'tasks') {
      if (typeof value !== 'string' || relative(root, join(root, value)).startsWith('..')) {
        throw wrong(`\`mikado.${name}\` must be a folder of the repository`, 'Write its path relative to package.json.')
      }
      settings[name] = value.replace(/\/+$/, '')
    } else if (name === 'timeout') {
      settings.timeoutMs = parseDuration(value)
      if (settings.timeoutMs === null) throw wrong('`mikado.timeout` must be a duration', 'For instance "5m".')
    } else if (name === 'target') {
      if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
        throw wrong('`mikado.target` must be a list of environment variables', 'For instance ["ZOT_URL"].')
      }
      settings.target = value
    } else if (name === 'main') {
      if (typeof value !== 'string' || value === '')
        throw wrong('`mikado.main` must be the name of a branch', 'For instance "main".')
      settings.main = value
    } else if (name === 'lint') {
      settings.lint = value
    } else {
      throw wrong(
        `\`mikado.${name}\` is no setting`,
        didYouMean(name, settingNames) ?? `There are ${settingNames.join(', ')}.`,
      )
    }
  }
  return settings
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
