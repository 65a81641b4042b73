/** The end of a file, or what was added to it, in bounded memory. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Excerpt } from '../core/bounded.ts'

/** The last `most` bytes of a file, from a line's beginning on. Null: it is not there, or is no file. */
export function endOf(path: string, most: number): Excerpt | null {
  return read(path, (size) => Math.max(0, size - most), true)
}

/** What stands behind the first `from` bytes, at most `most` of it; a file that is shorter is read from its beginning. */
export function addedTo(path: string, from: number, most: number): Excerpt | null {
  return read(path, (size) => (from > size ? 0 : Math.max(from, size - most)), false)
}

function read(path: string, startOf: (size: number) => number, atLine: boolean): Excerpt | null {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return null
  }
  try {
    const found = fstatSync(file)
    if (!found.isFile()) return null
    let before = startOf(found.size)
    const room = Buffer.alloc(found.size - before)
    const length = readSync(file, room, 0, room.length, before)
    let bytes = room.subarray(0, length)
    if (atLine && before > 0) {
      const line = bytes.indexOf('\n') + 1
      bytes = bytes.subarray(line)
      before += line
    }
    // A character of which only a part is there yet comes with the rest.
    const whole = atLine ? bytes : bytes.subarray(0, lastWhole(bytes))
    return { text: whole.toString('utf8'), before, size: before + whole.length }
  } finally {
    closeSync(file)
  }
}

/** Where the last character that is whole ends. */
function lastWhole(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
