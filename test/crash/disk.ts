/**
 * A disk that may lose power. Fed with what a process did, it tells in which states a file system may be found afterwards: bytes
 * that were not synced may be there, in part, as zeros or not at all; a new name, a rename or a removal stays for certain only when
 * its folder was synced.
 */
import { dirname } from 'node:path'
import type { Effect } from '../rig/watch-files.ts'

interface File {
  bytes: Buffer
  /** How many of them are on the disk for certain. */
  synced: number
}

/** Folders are names with a null. */
type Names = Map<string, File | null>

/** A change of names that its folder does not hold for certain. */
interface Change {
  folder: string
  make: (names: Names) => void
}

/** What may be found: contents by path. */
export type Found = ReadonlyMap<string, Buffer>

/** Which of the things that are not certain did reach the disk. */
export interface Luck {
  /** The bytes of a file that were not synced. */
  bytes: (certain: Buffer, rest: Buffer) => Buffer
  /** Whether a change of names is there. */
  name: () => boolean
}

export const lost: Luck['bytes'] = (certain) => certain
export const whole: Luck['bytes'] = (certain, rest) => Buffer.concat([certain, rest])
export const half: Luck['bytes'] = (certain, rest) =>
  Buffer.concat([certain, rest.subarray(0, Math.ceil(rest.length / 2))])
/** As journaling file systems leave what they had made room for only. */
export const zeros: Luck['bytes'] = (certain, rest) => Buffer.concat([certain, Buffer.alloc(rest.length)])

export class Disk {
  readonly #now: Names = new Map([['.', null]])
  readonly #certain: Names = new Map([['.', null]])
  #changes: Change[] = []

  /** What is there from the start is on the disk. */
  constructor(files: Record<string, string>) {
    for (const [path, text] of Object.entries(files)) {
      const bytes = Buffer.from(text)
      const file = { bytes, synced: bytes.length }
      for (const names of [this.#now, this.#certain]) {
        for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) names.set(folder, null)
        names.set(path, file)
      }
    }
  }

  apply({ op, path, to = '', flag = '', data = '' }: Effect): void {
    const file = this.#now.get(path)
    switch (op) {
      case 'mkdir':
        for (const folder of above(path))
          if (!this.#now.has(folder)) this.#change(folder, (names) => names.set(folder, null))
        break
      case 'open':
        if (flag.startsWith('w') || flag.startsWith('a')) this.#open(path, flag.startsWith('w'))
        break
      case 'write':
        if (file) file.bytes = Buffer.concat([file.bytes, Buffer.from(data, 'base64')])
        break
      case 'writeFile':
        this.#open(path, true).bytes = Buffer.from(data, 'base64')
        break
      case 'fsync':
        if (file) file.synced = file.bytes.length
        else this.#syncFolder(path)
        break
      case 'rename':
        if (!file) throw new Error(`${path} is renamed, and is not there`)
        this.#change(to, (names) => names.set(to, file))
        this.#change(path, (names) => names.delete(path))
        break
      case 'rm':
        for (const name of [...this.#now.keys()])
          if (name === path || name.startsWith(`${path}/`)) this.#change(name, (names) => names.delete(name))
        break
      case 'chmod':
      case 'fchmod':
      case 'close':
        break
      default:
        throw new Error(`the disk does not know ${op}`)
    }
  }

  /** What may be found after a power cut now. */
  found({ bytes, name }: Luck): Found {
    const names: Names = new Map(this.#certain)
    for (const { make } of this.#changes) if (name()) make(names)
    const found = new Map<string, Buffer>()
    for (const [path, file] of names) {
      if (file === null || !above(dirname(path)).every((folder) => names.has(folder))) continue
      found.set(path, bytes(file.bytes.subarray(0, file.synced), file.bytes.subarray(file.synced)))
    }
    return found
  }

  /** Whether all bytes of a file are on the disk for certain. */
  synced(path: string): boolean {
    const file = this.#now.get(path)
    return file ? file.synced === file.bytes.length : false
  }

  #open(path: string, empty: boolean): File {
    const known = this.#now.get(path)
    if (known && !empty) return known
    if (known) return Object.assign(known, { bytes: Buffer.alloc(0), synced: 0 })
    const file = { bytes: Buffer.alloc(0), synced: 0 }
    this.#change(path, (names) => names.set(path, file))
    return file
  }

  #change(path: string, make: Change['make']): void {
    make(this.#now)
    this.#changes.push({ folder: dirname(path), make })
  }

  #syncFolder(path: string): void {
    for (const { folder, make } of this.#changes) if (folder === path) make(this.#certain)
    this.#changes = this.#changes.filter(({ folder }) => folder !== path)
  }
}

/** A folder and those above it, the topmost first. */
function above(path: string): string[] {
  const folders: string[] = []
  for (let folder = path; folder !== '.'; folder = dirname(folder)) folders.unshift(folder)
  return ['.', ...folders]
}
