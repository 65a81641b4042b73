/**
 * What was made of files, kept for as long as each is the same. A cache that is old, wrong in form or gone costs time, and
 * changes no answer.
 */
import { readFileSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from './folder.ts'
import { makeDataFolder, scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

/** How a file looked: size, inode, times of its content and of its last change of any kind, which no program can set. */
type Look = [size: number, inode: number, mtimeMs: number, ctimeMs: number]

/** Some file systems tell times in steps of up to two seconds: a file that young may change and look the same. */
const settledMs = 2500

export class Cache<T> {
  readonly #repository: Repository
  readonly #path: string
  readonly #made: string
  readonly #now: number
  readonly #kept: Record<string, [Look, T]>
  readonly #next: Record<string, [Look, T]> = Object.create(null)
  #news = 0

  /** `made`: names the program that makes the entries; those of another are none. `now`: milliseconds since the epoch. */
  constructor(repository: Repository, name: string, made: string, now: number) {
    this.#repository = repository
    this.#path = join(repository.data, 'cache', `${name}.json`)
    this.#made = made
    this.#now = now
    this.#kept = read(this.#path, made)
  }

  /** What was made of the file when it looked as it does now; null: it is not known. */
  get(name: string, look: Stats): T | null {
    const known = Object.hasOwn(this.#kept, name) ? (this.#kept[name] as [Look, T]) : null
    if (!known || !isSame(known[0], look)) return null
    this.#next[name] = known
    return known[1]
  }

  /** Keeps what was made of the file; `look` is from before it was read. */
  keep(name: string, look: Stats, value: T): void {
    if (look.ctimeMs >= this.#now - settledMs) return
    this.#next[name] = [[look.size, look.ino, look.mtimeMs, look.ctimeMs], value]
    this.#news++
  }

  /** Writes down what was asked for and kept, where there is enough of it. A disk that refuses is no trouble. */
  save(): void {
    if (this.#news < worthIt && this.#news * 10 < Object.keys(this.#next).length) return
    if (Object.keys(this.#next).length < worthIt) return
    try {
      makeDataFolder(this.#repository)
      makeFolder(dirname(this.#path))
      const text = JSON.stringify({ made: this.#made, entries: this.#next })
      replaceFile(this.#path, text, scratch(this.#repository), 0o600)
    } catch {
      // The next call reads all files again.
    }
  }
}

/** Of fewer files, the cache itself would take longer than what it spares. */
const worthIt = 300

function isSame([size, inode, mtimeMs, ctimeMs]: Look, look: Stats): boolean {
  return size === look.size && inode === look.ino && ctimeMs === look.ctimeMs && mtimeMs === look.mtimeMs
}

function read<T>(path: string, made: string): Record<string, [Look, T]> {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as { made: string; entries: Record<string, [Look, T]> }
    return found.made === made ? found.entries : {}
  } catch {
    return {}
  }
}
