/** The quick reader of plain frontmatter against the thorough one: whatever both read, they read alike. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../scripts/core/diagnostic.ts'
import { readAnyFrontmatter } from '../../scripts/core/frontmatter.ts'
import { readPlainFrontmatter } from '../../scripts/core/plain-frontmatter.ts'

/** Nearly plain: what people write, and what lies just beyond. */
const word = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.constantFrom(
      'active',
      'deploy',
      'harden-zot',
      'It’s done',
      'a.b',
      'Größe 3',
      'x/y',
      'on',
      'yes',
      'y',
      'Z_9',
    ),
  },
  fc.constantFrom(
    'null',
    'true',
    'False',
    '~',
    '3',
    '2026-01-02',
    '1.5',
    '0x1f',
    '.inf',
    'e1',
    'NULL',
    'nul',
    'Truer',
    '',
  ),
  fc.constantFrom(
    'a: b',
    'a:b',
    'a #b',
    'a#b',
    'a:',
    'a ',
    ' a',
    'a\t',
    '- a',
    '[a, b]',
    '[a,b]',
    '[a, null]',
    '[]',
    '[a, ]',
    '{a: b}',
    '[[a], b]',
  ),
  fc.constantFrom(
    '"a"',
    "'a'",
    '"a\\n"',
    "'it''s'",
    '"a',
    '"a" b',
    '""',
    "''",
    '"a" #c',
    "'#'",
    '"a: b"',
    '*a',
    '&a b',
    '!!str a',
    '|',
    '>',
    '@a',
    '`a`',
    '%a',
    'a, b',
    'a]',
    'a}',
    '?',
    '? a',
    'a\u2028b',
    'a\u0085b',
    'a\ufeffb',
    '---',
    '...',
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const name = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('title', 'status', 'requires', 'tags', 'needs', 'modified', 'run', 'branch'),
  },
  fc.constantFrom(
    'null',
    'true',
    'y',
    '_x',
    'a-b',
    'a b',
    '"title"',
    '<<',
    '__proto__',
    '3',
    '',
    'größe',
    '? a',
    '- a',
  ),
)
const line = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(name, word).map(([key, value]) => `${key}: ${value}`) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(name, fc.array(word, { maxLength: 3 }), fc.constantFrom('', '  ', ' ', '    '))
      .map(([key, items, indent]) => [`${key}:`, ...items.map((entry) => `${indent}- ${entry}`)].join('\n')),
  },
  fc.tuple(fc.constantFrom('', '  ', ' '), word).map(([indent, value]) => `${indent}- ${value}`),
  fc.tuple(fc.constantFrom('  ', '# ', '', '-', '\t'), word).map(([indent, value]) => `${indent}${value}`),
  fc.tuple(name, word).map(([key, value]) => `${key}:${value}`),
)
const document = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(line, { maxLength: 5 }),
    fc.constantFrom('---\n', '---\n', '---\n', '---', '---\n\n# A\n', '--- \n', '----\n', '', '...\n'),
  )
  .map(([mark, lines, rest]) => `${mark}---\n${lines.map((entry) => `${entry}\n`).join('')}${rest}`)

describe('readPlainFrontmatter', () => {
  it('says of whatever it reads what the thorough reader says, and that nothing is wrong', () => {
    let plain = 0
    fc.assert(
      fc.property(document, (text) => {
        const quick = readPlainFrontmatter(text, text.startsWith('\uFEFF') ? 1 : 0)
        if (quick === null) return
        plain++
        const diagnostics: Diagnostic[] = []
        expect(quick).toEqual(readAnyFrontmatter('a.md', text, diagnostics))
        expect(diagnostics).toEqual([])
      }),
      { numRuns: Number(process.env.RUNS ?? 3000), seed: 7 },
    )
    expect(plain).toBeGreaterThan(200)
  })

  it.each([
    '---\ntitle: A card\nstatus: active\nrequires:\n  - one\n  - two\ntags:\n- how-to\nmodified: 2026-11-23\n---\n\n# A card\n',
    "---\ntitle: 'It is: done'\nrequires: [one, two]\n---\n",
    '---\nstatus: "active"\n---',
  ])('reads what people write: %j', (text) => {
    expect(readPlainFrontmatter(text, 0)).toEqual(readAnyFrontmatter('a.md', text, []))
    expect(readPlainFrontmatter(text, 0)).not.toBeNull()
  })
})
