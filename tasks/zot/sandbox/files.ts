import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { SandboxError } from './error.ts'

/** Makes the folder, and closes it to others even if it was there already. */
export function makePrivateDir(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
}

/**
 * Writes JSON that only its owner may read: to a file beside it, synced and renamed, so that no crash leaves half of it.
 * Each file has one writer at a time: the provider, or whoever holds the sandbox's lock.
 */
export function writePrivateJson(path: string, value: unknown): void {
  const beside = `${path}.new`
  writeFileSync(beside, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(beside, path)
}

/** The parsed file, or `undefined` if there is none. Throws a SandboxError if it is there and is not a JSON object. */
export function readJsonObject(path: string): Record<string, unknown> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new SandboxError(
      path,
      `cannot be read (${errorText(error)})`,
      'make it readable for this user, then try again',
    )
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {}
  throw new SandboxError(
    path,
    'is not a JSON object, although the sandbox wrote one',
    'stop the sandbox and move its folder out of the way; the next start makes a new one',
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The system's code of an error, such as `ENOENT`, if it has one. */
export function errorCode(error: unknown): string | undefined {
  return isObject(error) && typeof error.code === 'string' ? error.code : undefined
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
