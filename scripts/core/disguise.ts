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

/** What stands for a blank in forms, and for a quote in what a shell reads. */
function escapedForms(text: string): string[] {
  const inShell = [`'\\''`, `'"'"'`].map((quote) => text.replaceAll("'", quote))
  return [...inShell, text.replaceAll(' ', '+')]
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

/** A text without escapes, and where each of its characters stood: from, and up to. */
export interface Unescaped {
  text: string
  placeOf: (index: number) => [from: number, to: number]
}

/** A way to write characters with others. */
interface Kind {
  /** Stands in each of its escapes. */
  sign: string
  escapes: RegExp
  meaningOf: (token: string) => string
}

const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const escapeSign = '\u001b'

const kinds: Kind[] = [
  {
    // In addresses: one character in UTF-8.
    sign: '%',
    escapes: /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-4](?:%[89ab][\da-f]){3}/gi,
    meaningOf: (token) => Buffer.from(token.replaceAll('%', ''), 'hex').toString(),
  },
  {
    // In the strings of JSON, of programs and of shells.
    sign: '\\',
    escapes: /\\(?:u[\da-f]{4}|x[\da-f]{2}|[\s\S])/gi,
    meaningOf: (token) =>
      token.length > 2
        ? String.fromCharCode(Number.parseInt(token.slice(2), 16))
        : (controls[token.slice(1)] ?? token.slice(1)),
  },
  {
    // In HTML.
    sign: '&',
    escapes: /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);/gi,
    meaningOf: (token) => {
      const name = token.slice(1, -1)
      if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? token
      const number = Number(name.slice(1).replace(/^x/i, '0x'))
      return number <= 0x10ffff ? String.fromCodePoint(number) : token
    },
  },
  // A colour on a terminal.
  { sign: escapeSign, escapes: new RegExp(`${escapeSign}\\[[\\d;]*m`, 'g'), meaningOf: () => '' },
]

/** The text with its escapes undone, one kind at a time, so many times over. */
export function* unescaped(text: string, times: number): Generator<Unescaped> {
  if (times === 0) return
  for (const kind of kinds) {
    const once = undo(text, kind)
    if (once === null) continue
    yield once
    for (const more of unescaped(once.text, times - 1)) {
      const placeOf = (index: number): [number, number] => {
        const [from, to] = more.placeOf(index)
        return [once.placeOf(from)[0], once.placeOf(to - 1)[1]]
      }
      yield { text: more.text, placeOf }
    }
  }
}

/** Null: there are none of this kind. */
function undo(text: string, { sign, escapes, meaningOf }: Kind): Unescaped | null {
  if (!text.includes(sign)) return null
  let plain = ''
  let read = 0
  /** Where the new text has a run that is as it was, or what an escape meant; and where that stood. */
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
