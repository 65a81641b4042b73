/** A folder of files that we have made, and may make anew: nothing else in it is touched. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { exit, Refusal } from '../core/exit.ts'

/** Says which files are ours. */
const list = 'mikado-export.json'

export class ExportFolder {
  readonly path: string
  /** Of the export that was there before. */
  readonly #before: readonly string[]
  readonly #files: string[] = []

  private constructor(path: string, before: readonly string[]) {
    this.path = path
    this.#before = before
  }

  /** `folder`: as it was named. @throws Refusal when something is there that we have not made. */
  static open(folder: string, cwd: string): ExportFolder {
    const path = resolve(cwd, folder)
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found && !found.isDirectory())
      throw new Refusal(exit.usage, `${folder} is no folder`, 'Name a new one, or an empty one.')
    const names = found ? readdirSync(path) : []
    const before = names.length === 0 ? [] : listIn(join(path, list))
    if (before === null)
      throw new Refusal(
        exit.usage,
        `${folder} is not empty, and no earlier export`,
        'Name a new folder, or an empty one: what others have made is left alone.',
      )
    return new ExportFolder(path, before)
  }

  /** Writes a file, in the place of one of an earlier export. */
  write(name: string, content: string | Uint8Array): void {
    const path = join(this.path, name)
    this.#makeFolder(dirname(path))
    // Not through a link that somebody put there.
    rmSync(path, { force: true })
    writeFileSync(path, content, { flag: 'wx' })
    this.#files.push(name)
  }

  /** Takes away what is left of the earlier export. Answers how many files there are. */
  close(): number {
    const files = [...this.#files].sort()
    this.write(list, `${JSON.stringify({ schemaVersion: 1, files }, null, 1)}\n`)
    const written = new Set(files)
    for (const name of this.#before) if (!written.has(name)) this.#remove(name)
    return files.length
  }

  #remove(name: string): void {
    const path = join(this.path, name)
    if (this.#isFolder(dirname(path))) rmSync(path, { force: true })
    try {
      if (dirname(path) !== this.path) rmdirSync(dirname(path))
    } catch {
      // Something else is in it.
    }
  }

  /** A link to another folder is none. */
  #isFolder(path: string): boolean {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  }

  #makeFolder(path: string): void {
    mkdirSync(path, { recursive: true })
    if (!this.#isFolder(path) && path !== this.path)
      throw new Refusal(exit.usage, `${path} is no folder of its own`, 'Take it away, or name another folder.')
  }
}

/** The files of an earlier export; null: it is none. */
function listIn(path: string): string[] | null {
  try {
    const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files?: unknown }
    if (!Array.isArray(files)) return null
    return files.filter(
      (name) => typeof name === 'string' && /^(?:[a-z]+\/)?[\w.-]+$/.test(name) && !name.startsWith('.'),
    )
  } catch {
    return null
  }
}
