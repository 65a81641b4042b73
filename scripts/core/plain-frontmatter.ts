/**
 * Frontmatter as nearly everybody writes it, read line by line: loading a YAML library and asking it takes longer than the rest
 * of most commands. What is not of this plain form is left to `frontmatter.ts`; where both can read it they say the same, and
 * test/core/plain-frontmatter.test.ts holds them to it.
 */
import type { Field, Frontmatter } from './fields.ts'
import { isRead } from './keys.ts'

const key = /^[A-Za-z_][\w-]*$/
/** Text without quotes, as long as no ` #` and `: ` is in it. */
const words = /^[A-Za-z][ -~\u00a1-\u1fff\u2010-\u2027\u3001-\ud7ff]*$/
const quoted = /^(?:"[ !#-[\]-~\u00a1-\u1fff]+"|'[ -&(-~\u00a1-\u1fff]+')$/
const row = /^\[[A-Za-z][\w./@-]*(?:, [A-Za-z][\w./@-]*)*\]$/
/** Dates, numbers, versions: of a key that the runner does not read, it only counts that there is a value. */
const figures = /^[0-9][\w.+/-]*$/
/** Words that YAML takes for something else than text. */
const reserved = /^(?:null|Null|NULL|true|True|TRUE|false|False|FALSE)$/

/** Reads plain frontmatter whose opening fence stands at `from`; null: it is not plain, or something is wrong with it. */
export function readPlainFrontmatter(text: string, from: number): Frontmatter | null {
  if (!text.startsWith('---\n', from)) return null
  const fields: Frontmatter['fields'] = new Map()
  const keys: Frontmatter['keys'] = new Map()
  let list: { field: Field; indent: number; read: boolean } | null = null
  for (let at = from + 4, end = text.indexOf('\n', at); ; at = end + 1, end = text.indexOf('\n', at)) {
    const line = end === -1 ? text.slice(at) : text.slice(at, end)
    const indent = list === null ? -1 : indentOfItem(line)
    if (list !== null && indent !== -1) {
      const known = textOf(line.slice(indent + 2), list.read)
      const items = list.field.items ?? []
      if (known === null || (items.length > 0 && indent !== list.indent)) return null
      if (items.length === 0) list.field.offset = at + indent
      list.indent = indent
      items.push({ value: known, offset: at + indent + 2 })
      list.field.range[1] = at + line.length
      continue
    }
    if (list?.field.items?.length === 0) return null
    if (line === '---') {
      if (keys.size === 0) return null
      return { fields, keys, block: true, span: [from + 3, at - 1], end: end === -1 ? text.length : end + 1 }
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    const value = colon + 1 === line.length ? undefined : line.slice(colon + 2)
    if (end === -1 || !key.test(name) || isReserved(name) || keys.has(name)) return null
    if (value !== undefined && line[colon + 1] !== ' ') return null
    const read = isRead(name)
    const field = fieldOf(value, at, name, read)
    if (field === null) return null
    keys.set(name, { offset: at, empty: false })
    if (read) fields.set(name, field)
    list = value === undefined ? { field, indent: 0, read } : null
  }
}

/** Spaces before the dash of a list's item; -1: the line is none. */
function indentOfItem(line: string): number {
  let indent = 0
  while (line[indent] === ' ') indent++
  return line[indent] === '-' && line[indent + 1] === ' ' ? indent : -1
}

/** The entry that begins at `at`; without a value, a list must follow. */
function fieldOf(value: string | undefined, at: number, name: string, read: boolean): Field | null {
  const offset = at + name.length + 2
  const range: Field['range'] = [at, offset + (value ?? '').length]
  if (value === undefined) return { value: undefined, offset, range, items: [] }
  if (value.startsWith('[') && row.test(value)) {
    const items: { value: string; offset: number }[] = []
    for (const { 0: word, index } of value.matchAll(/[^[\], ]+/g)) items.push({ value: word, offset: offset + index })
    return items.some((word) => isReserved(word.value)) ? null : { value: undefined, offset, range, items }
  }
  const known = textOf(value, read)
  return known === null ? null : { value: known, offset, range, items: null }
}

/** The text that a plain value is; null: something else, or more than is read here. */
function textOf(value: string, read: boolean): string | null {
  if (value.startsWith('"') || value.startsWith("'")) return quoted.test(value) ? value.slice(1, -1) : null
  if (!read && figures.test(value)) return value
  if (!words.test(value) || isReserved(value)) return null
  return value.includes(': ') || value.includes(' #') || value.endsWith(':') || value.endsWith(' ') ? null : value
}

function isReserved(value: string): boolean {
  return value.length < 6 && reserved.test(value)
}
