/** What a task's error says to a person: the words that matter, without the stack. */
import { pathToFileURL } from 'node:url'
import { clip } from '../core/bounded.ts'
import { NeedsPerson } from '../index.ts'

/** Characters of a message that are sent. */
const longest = 1024 * 1024

/** What was thrown, if it can be looked at at all; some objects refuse. */
export function tamed(thrown: unknown): unknown {
  try {
    describe(thrown)
    textOf(thrown)
    placeOf(thrown, '')
    isForPerson(thrown)
    return thrown
  } catch {
    return new Error('what was thrown cannot be told')
  }
}

/** By name too: a task may have got `needsPerson` from another copy of this package. */
export function isForPerson(error: unknown): boolean {
  return error instanceof NeedsPerson || (error as Error | null)?.name === 'NeedsPerson'
}

/** Its message, whole: what is shortened before it is masked could keep half a secret. A failed zx command is named by its exit code and the last thing it said. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return clip(String(error), longest)
  if ('exitCode' in error && 'stderr' in error) {
    const { exitCode, stderr } = error as { exitCode: number | null; stderr: unknown }
    const said = String(stderr).trim().split('\n').at(-1)?.trim() ?? ''
    return clip(`a command ended with exit code ${exitCode}${said === '' ? '' : `: ${said}`}`, longest)
  }
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message) ? ` (${error.cause.message})` : ''
  return clip(`${error.message || error.name}${cause}`, longest)
}

/** The error for the card's log, with the frames that are the task's own. */
export function trace(error: unknown): void {
  const foreign = /^\s+at .*(?:\(?node:|node_modules\/|\/worker\/main\.)/
  const own = textOf(error)
    .split('\n')
    .filter((line) => line.trim() !== '' && !foreign.test(line))
  console.error(own.join('\n'))
}

/** A module that was imported more than once has a query behind its name (`importTask`), which says nothing to a person. */
function textOf(error: unknown): string {
  const text = String(error instanceof Error ? (error.stack ?? error.message) : error)
  return text.replaceAll(/(file:\/\/[^\s?]+)\?\w+(?=:\d)/g, '$1')
}

/** Where in the file it happened, as far as the error knows. */
export function placeOf(error: unknown, file: string): { line: number | null; column: number | null } {
  const stack = error instanceof Error ? `${error.message}\n${textOf(error)}` : ''
  for (const name of [pathToFileURL(file).href, file]) {
    const at = stack.indexOf(`${name}:`)
    const found = at === -1 ? null : /^:(\d+)(?::(\d+))?/.exec(stack.slice(at + name.length))
    if (found) return { line: Number(found[1]), column: found[2] === undefined ? null : Number(found[2]) }
  }
  return { line: null, column: null }
}

/** Whether it is more likely to be a fault of the task's code than of what it looked at. */
export function isProgramming(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
}
