/** Edits and parsing, over documents nobody thought of. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { complete, reopen } from '../../scripts/core/edit.ts'
import { documents } from './arbitrary-document.ts'

const path = 'docs/page.md'
const text = (edit: ReturnType<typeof complete>) => (edit.ok ? edit.text : `refused: ${edit.reason}`)

it('reads documents as they were written', () => {
  fc.assert(
    fc.property(documents({ restorable: false }), ({ before, keys }) => {
      const { card, diagnostics } = parseCard(path, before)
      expect(diagnostics).toEqual([])
      expect(card.status).toBe('active')
      expect(card.checklist.map((line) => line.key)).toEqual(keys)
    }),
    { numRuns: 300 },
  )
})

it('completing removes exactly the status and flips exactly the boxes of what held', () => {
  fc.assert(
    fc.property(documents({ restorable: false }), ({ before, after, held }) => {
      expect(text(complete(path, before, held))).toBe(after)
    }),
    { numRuns: 500 },
  )
})

it('completing twice is completing once', () => {
  fc.assert(
    fc.property(documents({ restorable: false }), ({ before, held }) => {
      const once = text(complete(path, before, held))
      expect(text(complete(path, once, held))).toBe(once)
      expect(parseCard(path, once).card.status).toBe('complete')
    }),
    { numRuns: 200 },
  )
})

it('reopening a completed document gives it back to the byte, when its status stood right before `requires`', () => {
  fc.assert(
    fc.property(documents({ restorable: true }), ({ before, held }) => {
      expect(text(reopen(path, text(complete(path, before, held))))).toBe(before)
    }),
    { numRuns: 500 },
  )
})

it('a reopened document is an active card with empty boxes', () => {
  fc.assert(
    fc.property(documents({ restorable: false }), ({ before, held, keys }) => {
      const { card, diagnostics } = parseCard(path, text(reopen(path, text(complete(path, before, held)))))
      expect(diagnostics).toEqual([])
      expect([card.status, card.checklist.map((line) => [line.key, line.checked])]).toEqual([
        'active',
        keys.map((key) => [key, false]),
      ])
    }),
    { numRuns: 300 },
  )
})

/** Text made of what matters to the parser, in any order. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[
        '---',
        '---\n',
        '\n---\n',
        '\r\n',
        '\n',
        '\r',
        '\uFEFF',
        ' ',
        '\t',
        '- ',
        '[ ] ',
        '[x] ',
        '```',
        '~~~',
        '<!--',
        '-->',
      ],
      ...[
        'status: active',
        'status:',
        'requires:',
        '\n  - a',
        '[a, ',
        '{',
        '}',
        '"',
        "'",
        '&a ',
        '*a',
        '!!str ',
        '# ',
        '## Verification\n',
      ],
      ...[
        '|\n',
        '>-\n',
        '? ',
        ': ',
        '...',
        '%YAML 1.2\n',
        'js',
        'yaml',
        '<<: ',
        '\u2028',
        '\uD800',
        '\0',
        '__proto__: ',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  ),
  { maxLength: 40 },
)

it.each([
  ['pieces of documents', pieces.map((parts) => parts.join(''))],
  ['pieces of frontmatter', pieces.map((parts) => `---\n${parts.join('')}\n---\n`)],
  ['any text', fc.string({ unit: 'binary', maxLength: 200 })],
  ['any characters', fc.string({ unit: 'grapheme', maxLength: 200 })],
])('parsing never throws: %s', (_, texts) => {
  fc.assert(
    fc.property(texts, (document) => {
      const { card, diagnostics } = parseCard(path, document)
      expect(card.sound).toBe(diagnostics.length === 0)
      for (const { line, column } of diagnostics) {
        expect(line).toBeGreaterThan(0)
        expect(column).toBeGreaterThan(0)
        expect(line).toBeLessThanOrEqual(document.split('\n').length)
      }
      for (const { box } of card.checklist) expect(document.slice(box - 1, box + 2)).toMatch(/^\[[ xX]\]$/)
    }),
    { numRuns: 1000 },
  )
})

it('an edit of any text is refused, or changes no more than status and boxes', () => {
  const bare = (document: string) => document.replaceAll(/\[[ xX]\]/g, '[]')
  fc.assert(
    fc.property(fc.tuple(pieces, pieces), ([above, below]) => {
      const front = `${above.slice(0, 6).join('')}\nstatus: active\n${below.slice(0, 6).join('')}`
      const document = `---\n${front}\n---\n- [ ] a\n## Verification\n- [ ] a\n`
      const edit = complete(path, document, ['a'])
      if (!edit.ok || parseCard(path, document).card.status === 'complete') return
      const [before, after] = [bare(document), bare(edit.text)]
      // What is gone is one run of whole lines, and the status is in it.
      let start = 0
      while (start < after.length && before[start] === after[start]) start++
      const gone = before.slice(start, start + before.length - after.length)
      expect(before.slice(0, start) + before.slice(start + gone.length)).toBe(after)
      expect(gone).toMatch(/status|active/)
    }),
    { numRuns: 500 },
  )
})
