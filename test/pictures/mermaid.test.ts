/**
 * Mermaid itself needs a browser and is not here. Its lexer and its passes over the text were read instead; what they could make of
 * a line is ruled out by a reader that knows the few forms we write, and nothing else.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Drawing } from '../../scripts/core/drawing.ts'
import { mermaidNote, mermaidOf, tooLargeForMermaid } from '../../scripts/view/mermaid.ts'
import { labelOf } from '../../scripts/view/picture.ts'
import { allHostile, drawn, hostile, hostileDrawing } from './drawings.ts'

/** Letters, digits and signs of other scripts; of ASCII, spaces, commas, hyphens inside words and entities only. */
const words = String.raw`(?:[^\x00-\x1f!-/:-@\[-\x60{-\x7f°¶]|,|(?<=[\p{L}\p{N}])-(?=[\p{L}\p{N}])|#\d{2,3};)*`
const states = 'complete|ready|blocked|faulty|missing'
const forms: Record<string, RegExp> = {
  head: /^flowchart TD$/,
  remark: /^ {2}%% [\w :,.]+$/,
  about: /^ {2}acc(?:Title|Descr): [\w ,.:]+$/,
  node: new RegExp(
    String.raw`^ {2}(n\d+)(?:\["(${words}(?:<br/>${words})?)"\]|\(\["(${words}(?:<br/>${words})?)"\]\)):::(${states})$`,
    'u',
  ),
  note: new RegExp(String.raw`^ {2}n0\["${words}(?:<br/>${words})*"\]$`, 'u'),
  link: /^ {2}(n\d+) (-->|-\. a cycle \.->) (n\d+)$/,
  legend: new RegExp(String.raw`^ {4}is_(${states})\["[✓●○✗] [a-z ]+"\]:::\1$`, 'u'),
  subgraph: /^ {2}(?:subgraph legend\["→ requires"\]|end)$/,
  look: new RegExp(
    `^ {2}classDef (?:${states}) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}(?:,stroke-dasharray:5 3)?$`,
  ),
}

interface Read {
  nodes: { label: string[]; goal: boolean; state: string }[]
  links: string[]
}

/** Reads what we write. @throws when a line is anything else, or what Mermaid would take for something else. */
function read(text: string): Read {
  const found: Read = { nodes: [], links: [] }
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const [form] = Object.entries(forms).find(([, pattern]) => pattern.test(line)) ?? []
    if (form === undefined) throw new Error(`no form of ours: ${line}`)
    // Passes over the whole text, and a rule of the lexer that looks at whole lines.
    if (/style.*:\S*#.*;|classDef.*:\S*#.*;|ﬂ°|¶ß|direction\s+(?:TB|TD|BT|LR|RL)|%%\{/.test(line))
      throw new Error(`read as more: ${line}`)
    const [, id, square, round, state] = forms.node?.exec(line) ?? []
    if (id !== undefined && state !== undefined) {
      expect(id).toBe(`n${found.nodes.length}`)
      const label = (square ?? round ?? '').split('<br/>').map(decoded)
      found.nodes.push({ label, goal: round !== undefined, state })
    }
    const [, from, arrow, to] = forms.link?.exec(line) ?? []
    if (arrow !== undefined) found.links.push(`${from} ${arrow} ${to}`)
  }
  return found
}

function decoded(text: string): string {
  return text.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
}

function expectAllThere(drawing: Drawing): void {
  const { nodes, links } = read(mermaidOf(drawing))
  expect(nodes).toEqual(
    drawing.cards.map((card) => {
      const { name, about } = labelOf(card)
      return { label: about === null ? [name] : [name, about], goal: card.goal, state: card.state }
    }),
  )
  const place = (id: string) => `n${drawing.cards.findIndex((card) => card.id === id)}`
  expect(links).toEqual(
    drawing.edges.map(({ from, to, back }) => `${place(from)} ${back ? '-. a cycle .->' : '-->'} ${place(to)}`),
  )
}

describe('as Mermaid, a drawing', () => {
  test('is a flowchart with a legend', () => {
    const drawing = drawn({ 'the-goal': ['base', 'lost'], base: ['done'], done: [] }, ['done'], ['the-goal'])
    drawing.cards.splice(2, 1, { id: 'lost', title: 'lost', path: null, state: 'missing', goal: false })
    expect(mermaidOf(drawing)).toBe(`flowchart TD
  accTitle: Cards and what they require
  accDescr: 4 cards: 1 complete, 1 ready, 1 blocked, 1 missing. An arrow leads from a card to one that it requires.
  n0["✓ done<br/>A page"]:::complete
  n1["● base<br/>A page"]:::ready
  n2["✗ lost<br/>no document is called so"]:::missing
  n3(["○ the-goal<br/>A page"]):::blocked
  n1 --> n0
  n3 --> n1
  n3 --> n2
  subgraph legend["→ requires"]
    is_complete["✓ complete"]:::complete
    is_ready["● ready"]:::ready
    is_blocked["○ blocked"]:::blocked
    is_missing["✗ missing"]:::missing
  end
  classDef complete fill:#dafbe1,stroke:#1a7f37,color:#0a3d1c
  classDef ready fill:#ddf4ff,stroke:#0969da,color:#0a3069
  classDef blocked fill:#f6f8fa,stroke:#59636e,color:#1f2328
  classDef missing fill:#ffebe9,stroke:#cf222e,color:#660018,stroke-dasharray:5 3
`)
  })

  test.each(hostile.map((text) => [text]))('shows %j as text', (text) => {
    const id = 'a'
    expectAllThere({ cards: [{ id, title: text, path: 'docs/a.md', state: 'ready', goal: false }], edges: [] })
  })

  test('shows any id and any title as text, and nothing else happens', () => {
    expectAllThere(allHostile)
    fc.assert(fc.property(hostileDrawing, expectAllThere), { numRuns: 300 })
  })

  test('does not change with the words of those that are beside a card', () => {
    expect(mermaidOf(drawn({ 'a-b': [], 'c.d': [] }))).toContain('["● a-b<br/>A page"]')
  })

  test('that is too large for Mermaid says so in a comment, and is whole', () => {
    const all = Array.from({ length: 502 }, (_, at) => `c${at}`)
    const fits = drawn(
      { goal: all.slice(0, 500), ...Object.fromEntries(all.slice(0, 500).map((id) => [id, []])) },
      [],
      ['goal'],
    )
    expect([tooLargeForMermaid(fits), read(mermaidOf(fits)).links.length]).toEqual([null, 500])
    const over = drawn({ goal: all.slice(0, 501), ...Object.fromEntries(all.map((id) => [id, []])) }, [], ['goal'])
    expect(tooLargeForMermaid(over)).toBe('Too large: 501 requirements, and Mermaid draws 500.')
    expect(mermaidOf(over)).toMatch(/^flowchart TD\n {2}%% Too large: 501 requirements, and Mermaid draws 500\.\n/)
    expect(read(mermaidOf(over)).links).toHaveLength(501)
    const long = drawn(Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`${'x'.repeat(80)}${at}`, []])))
    expect(tooLargeForMermaid(long)).toMatch(/^Too large: \d{5} characters, and Mermaid reads 50000\.$/)
  })

  test('can be a note instead, whatever its words', () => {
    const note = mermaidNote(
      drawn({ a: [], b: ['a'] }),
      ['too large', ...hostile.map((text) => text.replace(/\s+/g, ' '))].slice(0, 20),
    )
    read(note)
    expect(note).toMatch(/^flowchart TD\n {2}n0\["2 cards#58; 1 ready, 1 blocked<br\/>too large<br\/>/)
  })
})
