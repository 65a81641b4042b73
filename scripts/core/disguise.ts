/** The forms in which a secret stands in a text: as it is, encoded, or escaped. */

/** A text that gives a secret away. */
export interface Form {
  text: string
  /** How many base64 characters before and after it carry a part of the secret too. */
  before: number
  after: number
  /** The secret. */
  value: string
}

/** Shorter forms would hide ordinary words. */
export const shortest = 4

/** The line widths of `base64` and `openssl base64`. */
const widths = [76, 64]

/** The forms of a value. */
export function formsOf(value: string): Form[] {
  const spellings = new Set([
    ...[value, value.normalize('NFC'), value.normalize('NFD'), value.toWellFormed()],
    ...endingsOf(value),
  ])
  const forms = [...spellings].flatMap((text) => {
    const escaped = JSON.stringify(text).slice(1, -1)
    return [
      ...[text, ...linesOf(text), ...escapedForms(text)].map(plainForm),
      ...(escaped === text ? [text] : [text, escaped]).flatMap(encodedForms),
    ]
  })
  const seen = new Set<string>()
  return forms
    .filter(({ text }) => text.length >= shortest && !seen.has(text) && seen.add(text))
    .map((form) => ({ ...form, value }))
}

/** A text of several lines, with each kind of line ends; of one line: nothing. */
export function endingsOf(text: string): string[] {
  if (!text.includes('\n')) return []
  const unix = text.replaceAll('\r\n', '\n')
  return [unix, unix.replaceAll('\n', '\r\n')]
}

type Anonymous = Omit<Form, 'value'>

function plainForm(text: string): Anonymous {
  return { text, before: 0, after: 0 }
}

function linesOf(text: string): string[] {
  return text.includes('\n') ? text.split('\n').map((line) => line.trim()) : []
}

/** Escapes are undone, but a secret may look like one itself; and what stands for a blank or a quote elsewhere is none. */
function escapedForms(text: string): string[] {
  const inHtml = text.replace(/[&<>"']/g, (sign) => `&${sign === "'" ? '#39' : nameOf[sign]};`)
  const inAddress = encodeURIComponent(text.toWellFormed())
  const inShell = [`'\\''`, `'"'"'`].map((quote) => text.replaceAll("'", quote))
  return [JSON.stringify(text).slice(1, -1), inAddress, inHtml, ...inShell, text.replaceAll(' ', '+')]
}

function encodedForms(text: string): Anonymous[] {
  const hex = Buffer.from(text).toString('hex')
  const once = inBase64(text)
  const twice = once.flatMap((inner) =>
    inBase64(inner.text).map((form) => ({
      ...form,
      before: 3 * inner.before + form.before,
      after: 3 * inner.after + form.after,
    })),
  )
  const wrapped = widths.flatMap((width) => {
    const [whole] = once
    const pieces = whole?.text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
    return pieces.map((piece, index) => ({ text: piece, before: 0, after: index === pieces.length - 1 ? 1 : 0 }))
  })
  const both = [...once, ...twice, ...wrapped]
  const inAddresses = both.map((form) => ({ ...form, text: form.text.replaceAll('+', '-').replaceAll('/', '_') }))
  return [...both, ...inAddresses, plainForm(hex), plainForm(hex.toUpperCase())]
}

/** A text inside base64, wherever in it it begins: `user:value` of Basic authentication, a JSON in a token. Only what it alone decides. */
function inBase64(text: string): Anonymous[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const certain = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
    return { text: certain, before: before === 0 ? 0 : 1, after: bytes.length % 3 === 0 ? 0 : 1 }
  })
}

/** A text without its escapes, and where each of its characters stood. */
export interface Unescaped {
  text: string
  /** The place that this character took before: from, and up to. */
  placeOf: (index: number) => [from: number, to: number]
}

const escapes = new RegExp(
  [
    // One character in UTF-8, as in an address.
    '%[0-7][\\da-f]|%[cd][\\da-f]%[89ab][\\da-f]|%e[\\da-f](?:%[89ab][\\da-f]){2}|%f[0-4](?:%[89ab][\\da-f]){3}',
    // In the strings of JSON, of programs and of shells.
    '\\\\(?:u[\\da-f]{4}|x[\\da-f]{2}|[\\s\\S])',
    '&(?:#\\d{1,7}|#x[\\da-f]{1,6}|amp|lt|gt|quot|apos);',
    // A colour.
    '\u001b\\[[\\d;]*m',
  ].join('|'),
  'gi',
)

/** Undoes the escapes of addresses, of strings in programs and JSON, of HTML, and colours; null when there are none. */
export function unescaped(text: string): Unescaped | null {
  let plain = ''
  let read = 0
  /** Where runs begin: in the new text, and in the old one. A run is as long as in the old text, or one escape. */
  const runs: { at: number; from: number; to: number; escaped: boolean }[] = []
  const add = (run: string, from: number, to: number, escaped: boolean) => {
    if (run !== '') runs.push({ at: plain.length, from, to, escaped })
    plain += run
  }
  for (const { 0: token, index } of text.matchAll(escapes)) {
    add(text.slice(read, index), read, index, false)
    read = index + token.length
    add(meaningOf(token), index, read, true)
  }
  if (read === 0) return null
  add(text.slice(read), read, text.length, false)
  const placeOf = (index: number): [number, number] => {
    let [low, high] = [0, runs.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((runs[middle]?.at ?? 0) <= index) low = middle
      else high = middle
    }
    const { at, from, to, escaped } = runs[low] ?? { at: 0, from: 0, to: 0, escaped: true }
    return escaped ? [from, to] : [from + index - at, from + index - at + 1]
  }
  return { text: plain, placeOf }
}

const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const nameOf = Object.fromEntries(Object.entries(entities).map(([name, sign]) => [sign, name]))

function meaningOf(token: string): string {
  const rest = token.slice(1)
  switch (token[0]) {
    case '%':
      try {
        return decodeURIComponent(token)
      } catch {
        return token
      }
    case '\\':
      return rest.length > 1 ? String.fromCharCode(Number.parseInt(rest.slice(1), 16)) : (controls[rest] ?? rest)
    case '&': {
      const name = rest.slice(0, -1)
      const number = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
      return name.startsWith('#') ? codePoint(number) : (entities[name.toLowerCase()] ?? token)
    }
    default:
      return ''
  }
}

function codePoint(number: number): string {
  return number <= 0x10ffff ? String.fromCodePoint(number) : ''
}
