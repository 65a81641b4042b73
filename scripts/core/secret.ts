/** Secrets: masked wherever text goes out, and kept apart from what may be read. */
import type { Json } from '../index.ts'
import { endingsOf, type Form, formsOf, shortest, unescaped } from './disguise.ts'

const mask = '•••'

export const tooShort = `a secret of fewer than ${shortest} characters is not masked: that would hide ordinary words`

/** How many times over escapes are undone: JSON in JSON, an address in HTML. */
const times = 2

/** How many times longer escapes make a secret, at most. */
const stretch = 10

/** Forms that begin alike: many secrets of one kind do. */
interface Alike {
  /** The longest first. */
  lengths: number[]
  forms: Map<string, Form>
}

/** Where a secret stands in a text. */
interface Span {
  start: number
  end: number
  value: string
}

/** A text that goes on: what may be told of it now, masked, and what is kept until more has come. */
export interface Parted {
  told: string
  kept: string
}

/** The values that must not be seen. */
export class Secrets {
  readonly #values = new Set<string>()
  /** By their first four characters. */
  readonly #forms = new Map<string, Alike>()
  /** What four characters come to, for each form: most places of a text are ruled out by this. */
  readonly #beginnings = new Uint8Array(2 ** 16)
  /** The values of several lines. */
  readonly #blocks: string[] = []
  #longest = 0

  /** Blanks around a value are no part of it. False: it is too short to be masked. */
  add(given: string): boolean {
    const value = given.trim()
    if (value.length < shortest) return false
    if (this.#values.has(value)) return true
    this.#values.add(value)
    this.#blocks.push(...endingsOf(value))
    for (const form of formsOf(value)) {
      const beginning = form.text.slice(0, shortest)
      const alike: Alike = this.#forms.get(beginning) ?? { lengths: [], forms: new Map() }
      this.#forms.set(beginning, alike)
      alike.forms.set(form.text, form)
      if (!alike.lengths.includes(form.text.length)) alike.lengths.push(form.text.length)
      alike.lengths.sort((one, other) => other - one)
      let sum = 0
      for (let at = 0; at < shortest; at++) sum = mixed(sum, form.text.charCodeAt(at))
      this.#beginnings[sum] = 1
      this.#longest = Math.max(this.#longest, form.text.length)
    }
    return true
  }

  /** How much at the end of a text that goes on may belong to a secret that has only begun. */
  get reach(): number {
    return stretch * this.#longest
  }

  /** The text with every secret replaced. */
  mask(text: string): string {
    return masked(text, this.#find(text), text.length)
  }

  /** Whether the text holds a secret. */
  touches(text: string): boolean {
    return this.#find(text).length > 0
  }

  /** The secrets that the text holds. */
  within(text: string): string[] {
    return [...new Set(this.#find(text).map(({ value }) => value))]
  }

  /** The whole lines of a text that goes on, but for those in which a secret of several lines may have begun. */
  lines(text: string): Parted {
    const lines = text.slice(0, text.lastIndexOf('\n') + 1)
    return this.#parted(text, this.#find(lines), lines.lastIndexOf('\n', lines.length - 1 - this.#begun(lines)) + 1)
  }

  /** The same of a line without end: what is kept may belong to a secret that has only begun. */
  part(text: string): Parted {
    return this.#parted(text, this.#find(text), wholeCharacters(text, text.length - this.reach))
  }

  /** Cut there, or where the secret begins that goes over this place and furthest beyond: it is found again in what follows. */
  #parted(text: string, spans: readonly Span[], edge: number): Parted {
    let [cut, end] = [edge, edge]
    for (const span of spans) if (span.start < edge && span.end > end) [cut, end] = [span.start, span.end]
    return { told: masked(text, spans, cut), kept: text.slice(cut) }
  }

  /** How much at the end of these lines may be the beginning of a secret of several lines. */
  #begun(lines: string): number {
    let longest = 0
    for (const block of this.#blocks) {
      let length = block.lastIndexOf('\n') + 1
      while (length > longest && !lines.endsWith(block.slice(0, length)))
        length = block.lastIndexOf('\n', length - 2) + 1
      longest = Math.max(longest, length)
    }
    return longest
  }

  /** By their beginning; of two that begin together the longer first. */
  #find(text: string): Span[] {
    if (this.#values.size === 0) return []
    const spans = this.#findIn(text)
    for (const view of unescaped(text, times)) {
      for (const { start, end, value } of this.#findIn(view.text))
        spans.push({ start: view.placeOf(start)[0], end: view.placeOf(end - 1)[1], value })
    }
    return spans.sort((a, b) => a.start - b.start || b.end - a.end)
  }

  #findIn(text: string): Span[] {
    const spans: Span[] = []
    let sum = 0
    for (let at = 0; at < text.length; at++) {
      sum = mixed(sum, text.charCodeAt(at))
      if (this.#beginnings[sum] === 0) continue
      const begin = at - shortest + 1
      const form = longestAt(text, begin, this.#forms.get(text.slice(Math.max(0, begin), at + 1)))
      if (!form) continue
      let [start, end] = [begin, begin + form.text.length]
      for (let left = form.before; left > 0 && isBase64(text[start - 1]); left--) start--
      for (let left = form.after; left > 0 && isBase64(text[end]); left--) end++
      spans.push({ start, end, value: form.value })
    }
    return spans
  }
}

function longestAt(text: string, begin: number, alike: Alike | undefined): Form | undefined {
  for (const length of alike?.lengths ?? []) {
    const form = alike?.forms.get(text.slice(begin, begin + length))
    if (form) return form
  }
  return undefined
}

/** Four characters, and no more, decide what this comes to. */
function mixed(sum: number, unit: number): number {
  return ((sum << 4) ^ unit) & 0xffff
}

function isBase64(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z\d+/_-]/.test(character)
}

/** The text up to `cut` with these spans replaced. */
function masked(text: string, spans: readonly Span[], cut: number): string {
  let told = ''
  let at = 0
  for (const { start, end } of spans) {
    if (start >= cut) break
    if (start >= at) told += text.slice(at, start) + mask
    at = Math.max(at, end)
  }
  return told + text.slice(at, cut)
}

/** The cut, or one before it where it would part a character of two units. */
function wholeCharacters(text: string, cut: number): number {
  const unit = text.charCodeAt(cut - 1)
  return Math.max(0, unit >= 0xd800 && unit <= 0xdbff ? cut - 1 : cut)
}

/** A JSON value cut in two: what may be read, and what holds a secret, by its place in it (a JSON pointer). */
export interface Divided {
  open: Json
  closed: Record<string, Json>
}

/** Takes everything that holds a secret out of a value; `{"$secret": "/its/place"}` stands there instead. */
export function divide(value: Json, secrets: Secrets, place = ''): Divided {
  const whole = { open: { $secret: place }, closed: { [place]: value } }
  if (typeof value === 'string' || typeof value === 'number')
    return secrets.touches(String(value)) ? whole : { open: value, closed: {} }
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
