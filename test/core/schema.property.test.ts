/** The JSON Schema of the frontmatter against `lint`: what one says of the keys of any frontmatter, the other says too. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { parseCard } from '../../scripts/core/card.ts'
import { isRead, keys } from '../../scripts/core/keys.ts'
import { cardSchema } from '../../scripts/core/schema.ts'
import { TestRepository } from '../rig/repository.ts'
import { page } from './documents.ts'

const schema = cardSchema()
const judge = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
const reference = resolve(import.meta.dirname, '../../docs/reference')

/** The keys that the schema finds wrong. */
function bySchema(front: string): string[] {
  judge(parseDocument(front).toJS())
  return sorted((judge.errors ?? []).map(({ instancePath }) => instancePath.split('/')[1] ?? ''))
}

/** The keys that were found wrong, of diagnostics. */
function named(diagnostics: readonly { code: string; message: string }[]): string[] {
  return sorted(
    diagnostics.flatMap(({ code, message }) => {
      if (code === 'unknown-status') return ['status']
      return code === 'frontmatter-value' ? [/^`(\w+)`/.exec(message)?.[1] ?? message] : []
    }),
  )
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}

const time = fc.oneof(
  fc.stringMatching(/^-?\d{0,3}\.?\d{0,3} {0,2}(?:ms|s|secs?|[mM]in(ute)?s?|H|hrs|days?|w|weeks|y|parsecs|mo)?$/),
  fc.constantFrom(
    '5m',
    '1h',
    '90',
    '0',
    '0.0h',
    '.5s',
    '5.',
    '5.s',
    '9'.repeat(40),
    '9'.repeat(41),
    '1e3',
    ' 5m',
    '5m ',
    '5\n',
  ),
)
const words = fc.oneof(
  fc.constantFrom(
    'active',
    'Active',
    'manual',
    'a',
    '',
    ' ',
    'größe',
    'tab\there',
    'a\nb',
    '\u0000',
    '\u200b',
    'a\ufeff',
    '𝒳',
    '-1',
    '3',
  ),
  fc.string({ maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const plain = fc.constantFrom(
  ...['0', '1', '-1', '3', '3.0', '100', '101', '1.5', '1e2', '1e400', '-0', '0x10', '0o7', '.inf', '-.inf', '.nan'],
  ...[
    'true',
    'False',
    'null',
    '~',
    'yes',
    '2026-02-20',
    'active',
    '!!str 3',
    '!!int "3"',
    '|\n    5m',
    '>-\n    a\n    b',
  ],
)
const text = fc
  .oneof(words, time)
  .map((word) =>
    JSON.stringify(word).replace(
      /\u007f|\u0085|\u2028|\u2029|\ufeff/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )
const scalar = fc.oneof(text, plain)
const flat = fc.oneof(
  text,
  plain.filter((word) => !/[|>]/.test(word)),
)
const value = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 4, arbitrary: fc.array(flat, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`) },
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((items) => items.map((item) => `\n  - ${item}`).join('')),
  fc.array(flat, { maxLength: 2 }).map((items) => `[[${items.join(', ')}]]`),
  flat.map((item) => `{a: ${item}}`),
  fc.constant(''),
)
const key = fc.constantFrom<string>(...Object.keys(keys), 'mine', '"quoted"')
const entry = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, value) },
  fc.constantFrom(...Object.entries(keys).map(([name, { examples }]) => [name, JSON.stringify(examples[0])] as const)),
)
const front = fc
  .uniqueArray(entry, { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => entries.map(([name, held]) => `${name}: ${held}\n`).join(''))

describe('the schema', () => {
  it('finds wrong the keys that lint finds wrong, and no others', () => {
    const wrong = new Map<string, number>()
    const right = new Map<string, number>()
    fc.assert(
      fc.property(front, (lines) => {
        const { diagnostics } = parseCard('docs/a.md', `---\n${lines}---\n`)
        // What is no YAML has no keys.
        if (diagnostics.some(({ code }) => code === 'frontmatter-unreadable')) return
        const found = named(diagnostics)
        expect(bySchema(lines), lines).toEqual(found)
        for (const name of Object.keys(parseDocument(lines).toJS() ?? {})) {
          const count = found.includes(name) ? wrong : right
          count.set(name, (count.get(name) ?? 0) + 1)
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 1500) },
    )
    // Both ways, for every key that can be wrong.
    const judged = Object.entries(keys).filter(([, { schema: rule }]) => Object.keys(rule).length > 0)
    for (const [name] of judged) {
      expect(wrong.get(name), name).toBeGreaterThan(20)
      expect(right.get(name), name).toBeGreaterThan(20)
    }
  })

  it('says of whole documents what the command `lint` says of them', async () => {
    const fronts = fc.sample(front, { numRuns: 150, seed: 1 })
    using repository = new TestRepository(
      Object.fromEntries(fronts.map((lines, at) => [`docs/page-${at}.md`, `---\n${lines}---\n`])),
    )
    const { stdout } = await repository.mikado('lint', '--json')
    const { diagnostics } = JSON.parse(stdout).data as {
      diagnostics: { file: string; code: string; message: string }[]
    }
    for (const [at, lines] of fronts.entries()) {
      const own = diagnostics.filter(({ file }) => file === `docs/page-${at}.md`)
      if (own.some(({ code }) => code === 'frontmatter-unreadable')) continue
      expect(bySchema(lines), lines).toEqual(named(own))
    }
  })

  it.each(Object.entries(keys))('takes the examples of %s, and so does lint', (name, { examples }) => {
    for (const example of examples) {
      expect(bySchema(`${name}: ${JSON.stringify(example)}\n`)).toEqual([])
      expect(named(parseCard('docs/a.md', page(`${name}: ${JSON.stringify(example)}`)).diagnostics)).toEqual([])
    }
  })

  it('takes frontmatter that holds nothing, and keys that are somebody else’s', () => {
    expect(bySchema('')).toEqual([])
    expect(bySchema('weight: {deep: [1, {a: b}]}\n')).toEqual([])
  })

  it('is printed by `lint --schema`, where there is no repository too, and kept in docs/reference', async () => {
    using nowhere = new TestRepository({})
    const { code, stdout, stderr } = await nowhere.mikado('lint', '--schema')
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual(schema)
    // To bring it up to date: node scripts/mikado.mjs lint --schema >docs/reference/card.schema.json
    expect(stdout).toBe(readFileSync(`${reference}/card.schema.json`, 'utf8'))
    expect(JSON.parse((await nowhere.mikado('lint', '--schema', '--json')).stdout)).toEqual({
      ...{ schemaVersion: 1, kind: 'lint-schema' },
      data: { schema },
    })
    expect(nowhere.names('.')).toEqual([])
  })

  it('names nobody’s host but that of JSON Schema itself', () => {
    expect(JSON.stringify(schema).match(/\w+:\/\/[^"]+/g)).toEqual(['https://json-schema.org/draft/2020-12/schema'])
  })
})

it('the page about cards explains the keys that the runner reads, and no others', () => {
  const text = readFileSync(`${reference}/write-a-card.md`, 'utf8')
  const table = /## What the runner reads\n\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? ''
  const explained = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(sorted(explained.map(String))).toEqual(Object.keys(keys).filter(isRead).sort())
})
