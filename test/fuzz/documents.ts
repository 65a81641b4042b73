/** Documents that nobody writes by accident: built like cards, of parts that a reader may stumble over, and then cut about. */
import fc from 'fast-check'
import { marks, names, signs } from './stumbling-blocks.ts'

const pick = (...of: readonly string[]) => fc.constantFrom(...of)
const noise = fc.oneof(
  { weight: 4, arbitrary: pick(...marks) },
  { weight: 3, arbitrary: pick(...signs) },
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const name = fc.oneof({ weight: 3, arbitrary: pick('a', 'b', 'c', 'd', 'base', 'goal') }, pick(...names))
const words = fc.oneof(
  { weight: 4, arbitrary: pick('A page', 'works', 'It is done', 'a: b', 'a # b', 'ünïcode 😀', 'é', '', ' ') },
  fc.array(fc.oneof(noise, name), { maxLength: 3 }).map((parts) => parts.join('')),
)

/** A value as YAML may write it. */
const written = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat(9)).map(([value, how]) => {
    if (how < 3) return value
    if (how < 5) return JSON.stringify(value)
    if (how === 5) return `'${value.replaceAll("'", "''")}'`
    if (how === 6) return `|\n  ${value.replaceAll('\n', '\n  ')}`
    if (how === 7) return `>-\n  ${value.replaceAll('\n', '\n  ')}\n`
    return how === 8 ? `&a ${value}` : `!!str ${value}`
  })

const list = fc.tuple(fc.array(written(name), { maxLength: 4 }), fc.nat(7)).map(([items, how]) => {
  if (how < 4) return items.map((item) => `\n  - ${item}`).join('')
  if (how === 4) return items.map((item) => `\n- ${item} # why`).join('')
  if (how === 5) return ` [${items.join(', ')}]`
  if (how === 6) return ` [\n${items.map((item) => `  ${item},\n`).join('')}]`
  return ` ${items[0] ?? ''}`
})

const foreign: readonly string[] = [
  ...[
    '# status: active',
    '',
    ' ',
    'tags: [a, b]',
    'modified: 2026-01-01',
    'more:\n- x',
    'nested:\n  status: active',
    'empty:',
  ],
  ...[
    'text: |\n  status: active\n\n  - [ ] no box',
    'x: &a [b]\ny: *a',
    '<<: {status: active}',
    'base: &b {requires: [a]}\n<<: *b',
  ],
  ...[
    '__proto__: {status: active}',
    '"status" : active',
    '? status\n: active',
    '? [a]\n: b',
    'huge: 1e400',
    'n: 123456789012345678901234567890',
  ],
  ...[
    'o: 0o17',
    'date: 2026-02-30',
    '"quoted \\" key": x',
    'k: !!js/function "function () {}"',
    'k: !!python/object:os.system x',
    'run: ../../etc/passwd',
  ],
  ...[
    'run: data:text/javascript,0',
    'run: /dev/zero',
    'confirm: "sure?\\u001b[2J"',
    'needs: [sh]',
    'branch: "mikado/a\\nb"',
    '\tx: y',
    '--- # no end',
    '...',
  ],
]

const active = pick(
  'status: active',
  'status: active',
  'status: active',
  'status:   active # until June',
  'status: "active"',
  "'status': active",
  'status:\n  active',
)
const entry = fc.oneof(
  { weight: 1, arbitrary: written(pick('active', 'Active', 'done', '')).map((value) => `status: ${value}`) },
  { weight: 5, arbitrary: list.map((value) => `requires:${value}`) },
  { weight: 3, arbitrary: written(words).map((value) => `title: ${value}`) },
  { weight: 4, arbitrary: pick(...foreign) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(pick('timeout', 'retries', 'branch', 'run', 'confirm', 'needs'), written(words))
      .map(([key, value]) => `${key}: ${value}`),
  },
  { weight: 1, arbitrary: fc.tuple(name, written(words)).map(([key, value]) => `${key}: ${value}`) },
)

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        pick('- ', '* ', '1. ', '-\t', '  - ', '-', '> - '),
        pick('[ ] ', '[ ] ', '[x] ', '[X]\t', '[ ]', '[] '),
        words,
        pick('', '', ' (detail)', ' (a (b) c)', '\n  goes on'),
      )
      .map((parts) => parts.join('')),
  },
  {
    weight: 3,
    arbitrary: pick(
      '## Verification',
      '## Verification',
      '# verification #',
      'Verification\n---',
      '## Other',
      '# Title',
      '### Deeper',
    ),
  },
  {
    weight: 2,
    arbitrary: pick(
      '',
      'words',
      '```',
      '~~~ sh',
      '<!-- x',
      '-->',
      '<pre>',
      '| a | b |',
      '    code',
      '> quoted',
      '***',
      '\\',
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(pick('[[', '![[', '[x](', '[x]: ', '['), name, pick(']]', '|b]]', '#h]]', '.md)', '.md#h)', ')', '](', ''))
      .map((parts) => parts.join('')),
  },
  { weight: 2, arbitrary: words },
)

/** Something cut out, put in, or doubled. Places count in thousandths of the text. */
const cut = fc.record({ at: fc.nat(999), length: fc.nat(12), put: noise, how: fc.nat(2) })
type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never

function applied(text: string, { at, length, put, how }: Cut): string {
  const start = Math.floor((text.length * at) / 1000)
  if (how === 0) return text.slice(0, start) + text.slice(start + length)
  if (how === 1) return text.slice(0, start) + put + text.slice(start)
  return text.slice(0, start + length) + text.slice(start)
}

/** One document. About a third of them are cards in order, so that there is something to lose. */
export const hostileDocument: fc.Arbitrary<string> = fc
  .record({
    bom: fc.nat(9),
    eol: pick('\n', '\n', '\n', '\r\n', '\r'),
    fence: fc.oneof(
      { weight: 9, arbitrary: fc.constant('---') },
      pick('---yaml', '--- ', '---js', '---json', '---coffee', '----', ' ---', '--- yml', '---\t'),
    ),
    above: fc.array(entry, { maxLength: 3 }),
    status: fc.oneof({ weight: 2, arbitrary: active.map((text) => [text]) }, fc.constant<string[]>([])),
    below: fc.array(entry, { maxLength: 3 }),
    closing: fc.oneof({ weight: 9, arbitrary: fc.constant('---') }, pick('--- ', '----', '...', '', '---\n---')),
    body: fc.array(line, { maxLength: 8 }),
    last: fc.boolean(),
    cuts: fc.oneof({ weight: 2, arbitrary: fc.constant<Cut[]>([]) }, fc.array(cut, { maxLength: 4 })),
  })
  .map(({ bom, eol, fence, above, status, below, closing, body, last, cuts }) => {
    const lines = [fence, ...above, ...status, ...below, closing, ...body].join('\n').split('\n')
    const whole = `${bom === 0 ? '\uFEFF' : ''}${lines.join(eol)}${last ? eol : ''}`
    return cuts.reduce((text, each) => applied(text, each), whole)
  })

/** Documents of one folder, by path. What they require is mostly among them. */
export const hostileFolder: fc.Arbitrary<Record<string, string>> = fc
  .array(fc.tuple(pick('docs', 'docs', 'docs/how-to'), name, hostileDocument), { minLength: 1, maxLength: 6 })
  .map((entries) =>
    Object.fromEntries(entries.map(([folder, id, text]) => [`${folder}/${id.replaceAll(/[/\0]/g, '_')}.md`, text])),
  )

/** As a test or a person can paste it: nothing in it draws. */
export function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
