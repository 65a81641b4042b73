/** A file that grows: what was added to it since it was read last. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** What is longer without a line break is passed over, and not held in memory. */
const longestLine = 2 ** 26
const newline = '\n'.charCodeAt(0)

export class Follower {
  readonly #path: string
  /** Which file it was, whatever its name. */
  #identity = ''
  /** Where the next line begins. */
  #at = 0
  /** Whether that lies within a line that is too long. */
  #within = false

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Gives each whole line that was not given before. A file that was replaced or cut is another one: `anew` is called, and it is
   * given from its beginning; one that is not there is empty. @throws when the disk refuses.
   */
  read(give: (line: Buffer) => void, anew: () => void): void {
    const file = openIfThere(this.#path)
    const restart = (identity: string) => {
      this.#identity = identity
      this.#at = 0
      this.#within = false
      anew()
    }
    if (file === null) {
      if (this.#identity !== '') restart('')
      return
    }
    try {
      const { dev, ino, size } = fstatSync(file)
      const identity = `${dev}:${ino}`
      if (identity !== this.#identity || size < this.#at) restart(identity)
      if (size > this.#at) this.#take(file, give)
    } finally {
      closeSync(file)
    }
  }

  #take(file: number, give: (line: Buffer) => void): void {
    const chunk = Buffer.alloc(2 ** 18)
    let begun: Buffer[] = []
    let length = 0
    for (let at = this.#at; ; ) {
      const read = readSync(file, chunk, 0, chunk.length, at)
      if (read === 0) return
      at += read
      let from = 0
      for (let end = chunk.indexOf(newline); end !== -1 && end < read; end = chunk.indexOf(newline, from)) {
        if (!this.#within) give(Buffer.concat([...begun, chunk.subarray(from, end)]))
        this.#within = false
        this.#at = at - read + end + 1
        begun = []
        length = 0
        from = end + 1
      }
      length += read - from
      if (length <= longestLine) {
        begun.push(Buffer.from(chunk.subarray(from, read)))
        continue
      }
      this.#within = true
      this.#at = at
      begun = []
      length = 0
    }
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
