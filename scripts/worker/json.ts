/** What a task hands on, as it is kept. */
import type { Json } from '../index.ts'
import { describe, tamed } from './errors.ts'

/** Characters that are kept of one value; all that later cards get goes through the memory of each. */
const most = 16 * 1024 * 1024

/** The value as JSON has it; nothing is null. @throws when it cannot be kept; `what` names it. */
export function jsonOf(value: unknown, what: string): Json {
  const text = value === undefined ? 'null' : textOf(value, what)
  if (text === undefined) throw new TypeError(`${what} is a ${typeof value}: only JSON can be kept`)
  if (text.length > most) {
    const size = Math.round(text.length / 1024 / 1024)
    throw new RangeError(`${what} has ${size} MB, more than can be kept: write it to a file, and hand on where that is`)
  }
  return JSON.parse(text) as Json
}

function textOf(value: unknown, what: string): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined
  } catch (error) {
    throw new TypeError(`${what} cannot be kept as JSON: ${describe(tamed(error))}`)
  }
}
