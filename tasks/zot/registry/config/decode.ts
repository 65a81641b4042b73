import { parseDuration } from './duration.ts'

/** Turns a parsed JSON value into a typed one. `place` names the value in errors, as zot writes it: `HTTP.Auth`. */
export type Decode<T> = (value: unknown, place: string) => T

/*
 * zot is generous with types: a number is as good as a word, a word as good as a list of one, `true` as good as 1.
 * What it takes is taken here too, or a config that one of the two refuses would be valid for the other.
 */

/** The config cannot be used; the message says where and why. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

export const text: Decode<string> = (value, place) => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(Number(value))
  throw new ConfigError(`'${place}' expected type 'string', got ${kind(value)}`)
}

export const flag: Decode<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (value === '' || value === 'false' || value === '0') return false
  if (value === 'true' || value === '1') return true
  throw new ConfigError(`'${place}' expected type 'bool', got ${kind(value)}`)
}

export const integer: Decode<number> = (value, place) => {
  if (typeof value === 'number' || typeof value === 'boolean') return Math.trunc(Number(value))
  if (typeof value === 'string' && /^([-+]?\d+)?$/.test(value)) return Number(value)
  throw new ConfigError(`'${place}' expected type 'int', got ${kind(value)}`)
}

/** Go's notation as a string, or nanoseconds as a number; the answer is in milliseconds. */
export const duration: Decode<number> = (value, place) => {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value) / 1e6
  const parsed = typeof value === 'string' ? parseDuration(value) : undefined
  if (parsed !== undefined) return parsed
  throw new ConfigError(`'${place}' time: invalid duration ${JSON.stringify(value)}`)
}

/** Any value at all: for options that zot knows and that this registry only has to accept. */
export const anything: Decode<unknown> = (value) => value

export function list<T>(item: Decode<T>): Decode<T[]> {
  return (value, place) => {
    const isEmpty = value === null || (isPlain(value) && Object.keys(value).length === 0)
    // An empty word is an empty list of words, and no list of anything else.
    if (isEmpty || (value === '' && (item as Decode<unknown>) === text)) return []
    return (Array.isArray(value) ? value : [value]).map((entry, at) => item(entry, `${place}[${at}]`))
  }
}

export function record<T>(item: Decode<T>): Decode<Map<string, T>> {
  return (value, place) => {
    if (value === null || (Array.isArray(value) && value.length === 0)) return new Map()
    if (!isPlain(value)) throw new ConfigError(`'${place}' expected a map, got ${kind(value)}`)
    return new Map(Object.entries(value).map(([key, entry]) => [key, item(entry, `${place}[${key}]`)]))
  }
}

type Fields = Record<string, Decode<unknown>>
type Decoded<F extends Fields> = { [K in keyof F]: ReturnType<F[K]> | undefined }

/** An object with these keys and no others; upper and lower case of keys are the same, as in zot. */
export function object<F extends Fields>(fields: F): Decode<Decoded<F>> {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]))
  return (value, place) => {
    if (!isPlain(value)) throw new ConfigError(`'${place}' expected a map, got ${kind(value)}`)
    const out: Record<string, unknown> = Object.fromEntries(Object.keys(fields).map((name) => [name, undefined]))
    const unknown: string[] = []
    for (const [key, entry] of Object.entries(value)) {
      const name = names.get(key.toLowerCase())
      const decode = name === undefined ? undefined : fields[name]
      if (name === undefined || decode === undefined) unknown.push(key.toLowerCase())
      else if (entry !== null) out[name] = decode(entry, place === '' ? title(name) : `${place}.${title(name)}`)
    }
    if (unknown.length > 0) throw new ConfigError(`'${place}' has invalid keys: ${unknown.sort().join(', ')}`)
    return out as Decoded<F>
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function title(name: string): string {
  return name === 'http' ? 'HTTP' : name.charAt(0).toUpperCase() + name.slice(1)
}

function kind(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `'${typeof value}'`
}
