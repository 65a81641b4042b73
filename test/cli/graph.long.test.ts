/** `mikado graph`: pictures on stdout. */
import { describe, expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { documents, flowchart, markers } from './drawn.ts'

describe('graph', () => {
  test('draws a goal as Mermaid, by name, by path, or when it is the only one', async () => {
    using repository = new TestRepository(documents)
    for (const words of [
      ['graph', 'goal'],
      ['graph', 'docs/goal.md'],
      ['graph'],
      ['graph', '--format', 'mermaid', 'goal'],
    ])
      expect(await repository.tell(...words)).toBe(`exit 0\n--- stdout\n${flowchart}`)
    expect(repository.names('.mikado')).toEqual([])
  })

  test('draws all goals; when none is active, all cards', async () => {
    using repository = new TestRepository({
      ...documents,
      'docs/other.md': card({ title: 'Other' }),
      'docs/page.md': '# Page\n',
    })
    const ids = async (...words: string[]) => {
      const { code, stdout } = await repository.mikado('graph', ...words, '--json')
      const { cards } = JSON.parse(stdout).data as { cards: { id: string; goal: boolean }[] }
      return [code, cards.map(({ id, goal }) => (goal ? `${id}!` : id)).join(' ')]
    }
    expect(await ids()).toEqual([0, 'base left right goal! other!'])
    expect(await ids('left', 'other')).toEqual([0, 'base left! other!'])
    for (const id of repository.active())
      repository.write({ [`docs/${id}.md`]: repository.read(`docs/${id}.md`).replace('status: active\n', '') })
    expect(await ids()).toEqual([0, 'base left right goal! other!'])
  })

  test('answers in JSON, the same with --json and with --format json', async () => {
    using repository = new TestRepository(documents)
    const answer = await repository.mikado('graph', 'left', '--json')
    expect(JSON.parse(answer.stdout)).toEqual({
      schemaVersion: 1,
      kind: 'graph',
      data: {
        cards: [
          { id: 'base', title: 'Base', path: 'docs/base.md', state: 'complete', goal: false },
          { id: 'left', title: 'Left', path: 'docs/left.md', state: 'ready', goal: true },
        ],
        edges: [{ from: 'left', to: 'base', back: false }],
      },
    })
    expect(await repository.mikado('graph', 'left', '--format', 'json')).toEqual(answer)
  })

  test('draws as DOT and as SVG', async () => {
    using repository = new TestRepository(documents)
    const dot = await repository.mikado('graph', 'goal', '--format', 'dot')
    expect([dot.code, dot.stderr, dot.stdout]).toEqual([
      0,
      '',
      expect.stringMatching(/^digraph mikado \{\n[\s\S]*n3 -> n2\n\}\n$/),
    ])
    const svg = await repository.mikado('graph', 'goal', '--format', 'svg')
    expect([svg.code, svg.stderr, svg.stdout]).toEqual([0, '', expect.stringMatching(/^<svg xmlns=[\s\S]*<\/svg>\n$/)])
    expect(await repository.mikado('graph', 'goal', '--format', 'svg')).toEqual(svg)
  })

  test('draws what has errors too, and says so: nobody takes it for complete', async () => {
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'Goal', requires: ['one', 'gone'] }),
      'docs/one.md': card({ title: 'One', requires: ['two'], complete: true }),
      'docs/two.md': card({ title: 'Two', requires: ['one'], complete: true }),
      'docs/apart.md': '---\ntitle: Apart\nstatus: maybe\n---\n',
    })
    const { code, stdout, stderr } = await repository.mikado('graph', 'goal')
    expect([code, stdout.split('\n').slice(3, 11)]).toEqual([
      65,
      [
        '  n0["✗ two<br/>Two"]:::faulty',
        '  n1["✗ one<br/>One"]:::faulty',
        '  n2["✗ gone<br/>no document is called so"]:::missing',
        '  n3(["○ goal<br/>Goal"]):::blocked',
        '  n0 -. a cycle .-> n1',
        '  n1 --> n0',
        '  n3 --> n1',
        '  n3 --> n2',
      ],
    ])
    expect(stderr.match(/\[[a-z-]+\]/g)).toEqual(['[unknown-card]', '[cycle]'])
    expect((await repository.mikado('graph')).stderr).toContain('[unknown-status]')
  })

  test('shows hostile words of cards as text in every format', async () => {
    const title = '"\\u001b[31m<script>alert(1)</script>\\u001b[0m\\n\\" ] click n0 %% `x`"'
    using repository = new TestRepository({
      'docs/__proto__.md': `---\ntitle: ${title}\nstatus: active\nrequires: [end]\n---\n`,
      'docs/end.md': card({ title: '&amp; #quot; direction LR' }),
    })
    const shown = async (format: string) => (await repository.mikado('graph', '--format', format)).stdout
    expect(await shown('mermaid')).toContain(
      '  n0["● end<br/>#38;amp#59; #35;quot#59; #100;irection LR"]:::ready\n  n1(["○ #95;#95;proto#95;#95;<br/>#91;31m#60;script#62;alert#40;1#41;#60;#47;script#62;#91;0m #34; #93; click…"]):::blocked\n',
    )
    expect(await shown('dot')).toContain('label="● end\\n&amp;amp; #quot; direction LR"')
    expect(await shown('svg')).toContain('>&amp;amp; #quot; direction LR</text>')
    expect(await shown('svg')).toContain(
      '[31m&lt;script&gt;alert(1)&lt;/script&gt;[0m &quot; ] click n0 %% `x` (blocked)',
    )
    for (const format of ['mermaid', 'dot', 'svg', 'json']) expect(await shown(format)).not.toContain('\u001b')
  })

  test('says what is too large for Mermaid, on stderr and in the picture', async () => {
    const many = Array.from({ length: 501 }, (_, at) => `c${at}`)
    using repository = new TestRepository(
      Object.fromEntries(many.map((id) => [`docs/${id}.md`, '---\nstatus: active\n---\n'])),
    )
    repository.write({ 'docs/goal.md': `${card({ title: 'Goal', requires: many })}\n${markers}` })
    const { code, stdout, stderr } = await repository.mikado('graph')
    expect([code, stdout.split('\n')[1], stderr]).toEqual([
      0,
      '  %% Too large: 501 requirements, and Mermaid draws 500.',
      'mikado: Too large: 501 requirements, and Mermaid draws 500.\n  Name a smaller goal, or ask for --format svg.\n',
    ])
    // What a site would not draw is not put into a document.
    expect((await repository.mikado('graph', 'goal', '--write')).code).toBe(0)
    expect(repository.read('docs/goal.md')).toContain(
      'flowchart TD\n  n0["502 cards#58; 501 ready, 1 blocked<br/>Too large#58; 501 requirements, and Mermaid draws 500#46;<br/>mikado graph goal #45;#45;format svg"]\n```\n',
    )
  })

  test('refuses what it does not know', async () => {
    using repository = new TestRepository(documents)
    const told = async (...words: string[]) => {
      const { code, stdout, stderr } = await repository.mikado('graph', ...words)
      expect(stdout).toBe('')
      return `${code} ${stderr}`
    }
    expect(await told('--format', 'png')).toBe(
      '64 mikado: --format png: no such choice\n  There are mermaid, dot, svg and json.\n',
    )
    expect(await told('--format', '')).toMatch(/^64 /)
    expect(await told('gaol')).toBe('64 mikado: no card `gaol` in docs/ (4 cards)\n  Did you mean `goal`?\n')
    expect(await told('--format', 'svg', '--write')).toMatch(/^64 mikado: in a document a picture is Mermaid\n/)
    expect(await told('--write', '--check')).toMatch(/^64 mikado: --check writes nothing\n/)
    expect(await told('--format', 'svg', '--json')).toMatch(/^64 \{"error"/)
    using empty = new TestRepository({ 'docs/page.md': '# Page\n' })
    expect(await empty.tell('graph')).toBe(
      'exit 64\n--- stderr\nmikado: there are no cards to draw\n  A document becomes one with `status: active`.\n',
    )
  })
})
