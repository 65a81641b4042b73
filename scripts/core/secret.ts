/** Secrets: masked wherever text goes out, and kept apart from what may be read. */
import type { Json } from '../index.ts'

const mask = '•••'
/** Shorter values would mask ordinary words. */
const shortest = 4

/** The values that must not be seen. */
export class Secrets {
  readonly #values = new Set<string>()
  #pattern: RegExp | null = null

  add(value: string): void {
    if (value.length < shortest) return
    const text = value.toWellFormed()
    const lines = value.includes('\n') ? value.split(/\r?\n/).filter((line) => line.length >= shortest) : []
    for (const form of [
      value,
      encodeURIComponent(text),
      ...inBase64(value),
      JSON.stringify(value).slice(1, -1),
      ...lines,
    ])
      this.#values.add(form)
    const longestFirst = [...this.#values].sort((a, b) => b.length - a.length)
    this.#pattern = new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  }

  /** The length that text must be held back by, so that no secret is cut in two. */
  get reach(): number {
    return Math.max(0, ...[...this.#values].map((value) => value.length - 1))
  }

  /** The text with every secret replaced. */
  mask(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, mask) : text
  }

  /** Whether the text holds a secret. */
  touches(text: string): boolean {
    return this.mask(text) !== text
  }
}

/** The value inside base64, wherever in it it begins: `user:value` of Basic authentication, a JSON in a token. Only what it alone decides. */
function inBase64(value: string): string[] {
  const ending = Buffer.from(value).toString('base64').replace(/=+$/, '')
  const within = [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
    const certain = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
    return certain.length >= shortest ? [certain] : []
  })
  return [ending, ...within]
}

/** A JSON value cut in two: what may be read, and what holds a secret, by its place in it (a JSON pointer). */
export interface Divided {
  open: Json
  closed: Record<string, Json>
}

/** Takes everything that holds a secret out of a value; `{"$secret": "/its/place"}` stands there instead. */
export function divide(value: Json, secrets: Secrets, place = ''): Divided {
  const whole = { open: { $secret: place }, closed: { [place]: value } }
  if (typeof value === 'string') return secrets.touches(value) ? whole : { open: value, closed: {} }
  if (typeof value !== 'object' || value === null) return { open: value, closed: {} }
  const names = Array.isArray(value) ? [] : Object.keys(value)
  // A name cannot be taken out alone; and what looks like the mark must not be taken for one.
  if (names.some((name) => name === '$secret' || secrets.touches(name))) return whole
  const closed: Record<string, Json> = {}
  const part = (entry: Json, name: string | number): Json => {
    const inner = divide(entry, secrets, `${place}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    Object.assign(closed, inner.closed)
    return inner.open
  }
  const open = Array.isArray(value)
    ? value.map(part)
    : Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, part(entry, name)]))
  return { open, closed }
}

/** Puts a divided value together again; undefined when one of its secrets is lost. */
export function unite({ open, closed }: Divided): Json | undefined {
  if (typeof open !== 'object' || open === null) return open
  const path = Array.isArray(open) ? undefined : open.$secret
  if (typeof path === 'string' && Object.keys(open).length === 1) return closed[path]
  const whole: [string, Json][] = []
  for (const [name, entry] of Object.entries(open)) {
    const value = unite({ open: entry, closed })
    if (value === undefined) return undefined
    whole.push([name, value])
  }
  return Array.isArray(open) ? whole.map(([, value]) => value) : Object.fromEntries(whole)
}
