/** Finding and reading frontmatter, with every entry's place: gray-matter finds it, `yaml` reads it. */
import { createRequire } from 'node:module'
import type { Node, Pair, YAMLMap } from 'yaml'
import { inOneLine } from './bounded.ts'
import { type Diagnostic, placesIn, problem } from './diagnostic.ts'
import type { Frontmatter } from './fields.ts'
import { isRead } from './keys.ts'
import { readPlainFrontmatter } from './plain-frontmatter.ts'

/** Loaded when the first document needs them, which most do not. */
const load = createRequire(import.meta.url)
let loaded: { matter: typeof import('gray-matter'); yaml: typeof import('yaml') } | null = null

function library(): NonNullable<typeof loaded> {
  loaded ??= { matter: load('gray-matter'), yaml: load('yaml') }
  return loaded
}

/** Frontmatter, and what is wrong with it. */
export interface Front {
  front: Frontmatter
  faults: readonly Diagnostic[]
}

export function frontOf(path: string, text: string): Front {
  const faults: Diagnostic[] = []
  return { front: readFrontmatter(path, text, faults), faults }
}

/** Reads frontmatter, with every entry's place; `diagnostics` takes what is wrong with it. */
export function readFrontmatter(path: string, text: string, diagnostics: Diagnostic[]): Frontmatter {
  return readPlainFrontmatter(text, text.startsWith('\uFEFF') ? 1 : 0) ?? readAnyFrontmatter(path, text, diagnostics)
}

/** The same for whatever may stand there: gray-matter finds it, `yaml` alone reads it. Nothing in a document is ever evaluated. */
export function readAnyFrontmatter(path: string, text: string, diagnostics: Diagnostic[]): Frontmatter {
  const fields: Frontmatter['fields'] = new Map()
  const place = placesIn(path, text)
  const bom = text.startsWith('\uFEFF') ? 1 : 0
  const keys: Frontmatter['keys'] = new Map()
  const none: Frontmatter = { fields, keys, block: true, span: null, end: bom }
  if (!/^---(?!-)/.test(text.slice(bom, bom + 4))) return none
  const report = (offset: number, code: Diagnostic['code'], message: string, help: string | null = null) => {
    diagnostics.push(problem(code, place(offset), message, { help }))
  }
  const refused = () => ({})
  const engines = Object.fromEntries(
    ['yaml', 'json', 'javascript', 'js', 'coffee', 'coffeescript', 'cson', 'toml'].map((name) => [name, refused]),
  )
  const newline = text.indexOf('\n', bom)
  const unclosed = () =>
    report(bom, 'frontmatter-unreadable', 'frontmatter is not closed', 'End it with a line that is just `---`.')
  if (newline === -1) {
    unclosed()
    return none
  }
  const firstLine = text.slice(bom + 3, newline).replace(/\r$/, '')
  const language = firstLine.trim()
  if (language !== '' && !/^ya?ml$/i.test(language)) {
    report(
      bom,
      'frontmatter-language',
      `frontmatter in \`${language}\` is not read`,
      'Write it in YAML, fenced by plain `---`.',
    )
    return none
  }
  const { matter, yaml } = library()
  // gray-matter looks at a gap of many empty lines from each of them: in a copy, it is one line.
  const gapless = text.slice(0, newline + 1) + text.slice(newline + 1).replace(/[\n\r\u2028\u2029](?=\s\s)/g, ' ')
  const { length } = matter(gapless, { engines }).matter
  // It leaves a named language out of what it finds, but not spaces alone.
  const start = bom + 3 + (language === '' ? 0 : firstLine.length)
  const end = start + length
  const source = text.slice(start, end)
  const closing = /^\n---[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 64))
  if (!closing) {
    unclosed()
    return none
  }
  const front: Frontmatter = { fields, keys, block: true, span: [start, end], end: end + closing[0].length }
  // The carriage return before the closing fence belongs to the line's end, not to the last value.
  const document = yaml.parseDocument(source.replace(/\r$/, ''), { uniqueKeys: false, prettyErrors: false })
  const [error] = document.errors
  if (error) {
    report(start + error.pos[0], 'frontmatter-unreadable', `frontmatter is not YAML: ${inOneLine(error.message)}`)
    return front
  }
  const doubled = doubledKey(yaml, document.contents)
  if (doubled !== null) {
    report(start + doubled, 'frontmatter-unreadable', 'frontmatter is not YAML: Map keys must be unique')
    return front
  }
  if (document.contents === null) return front
  if (!yaml.isMap(document.contents)) {
    report(start + 1, 'frontmatter-unreadable', 'frontmatter must be a list of `key: value` lines')
    return front
  }
  front.block = document.contents.flow !== true
  readFields(yaml, document.contents, source, start, front, report)
  return front
}

function readFields(
  { isAlias, isMap, isNode, isScalar, isSeq }: typeof import('yaml'),
  map: YAMLMap,
  source: string,
  start: number,
  { fields, keys }: Frontmatter,
  report: (offset: number, code: Diagnostic['code'], message: string) => void,
): void {
  for (const pair of map.items as Pair[]) {
    if (!isScalar(pair.key) || typeof pair.key.value !== 'string') continue
    const { value } = pair
    const name = pair.key.value
    const keyStart = start + (pair.key.range?.[0] ?? 0)
    keys.set(name, { offset: keyStart, empty: value === null || (isScalar(value) && (value.value ?? '') === '') })
    if (!isRead(name)) continue
    if (isAlias(value)) {
      report(keyStart, 'frontmatter-value', `\`${name}\` must be written out, not an alias`)
      continue
    }
    const range = isScalar(value) || isSeq(value) || isMap(value) ? value.range : null
    const offset = range ? start + range[0] : keyStart
    const items = isSeq(value)
      ? value.items.map((entry) => ({
          value: isScalar(entry) ? entry.value : undefined,
          offset: isNode(entry) && entry.range ? start + entry.range[0] : offset,
        }))
      : null
    // A block scalar's range takes the line break after it along.
    const end = range ? start + source.slice(0, range[1]).trimEnd().length : keyStart + name.length + 1
    fields.set(name, { value: isScalar(value) ? value.value : undefined, offset, range: [keyStart, end], items })
  }
}

/** Where the first key stands that its map has already; null: none. The library's own look takes time in the square of the keys. */
function doubledKey({ isMap, isNode, isScalar, isSeq }: typeof import('yaml'), contents: Node | null): number | null {
  let first = Number.POSITIVE_INFINITY
  const left: unknown[] = [contents]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (isSeq(node)) for (const entry of node.items) left.push(entry)
    if (!isMap(node)) continue
    const seen = new Set<unknown>()
    for (const { key, value } of node.items) {
      const known = isScalar(key) && seen.size === seen.add(key.value).size
      if (known) first = Math.min(first, key.range?.[0] ?? 0)
      for (const entry of [key, value]) if (isNode(entry) && !isScalar(entry)) left.push(entry)
    }
  }
  return Number.isFinite(first) ? first : null
}
