/** `mikado graph`: pictures on stdout, and inside documents. */
import { chmodSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const flowchart = `flowchart TD
  accTitle: Cards and what they require
  accDescr: 4 cards: 1 complete, 2 ready, 1 blocked. An arrow leads from a card to one that it requires.
  n0["✓ base<br/>Base"]:::complete
  n1["● left<br/>Left"]:::ready
  n2["● right<br/>Right"]:::ready
  n3(["○ goal<br/>The goal"]):::blocked
  n1 --> n0
  n2 --> n0
  n3 --> n1
  n3 --> n2
  subgraph legend["→ requires"]
    is_complete["✓ complete"]:::complete
    is_ready["● ready"]:::ready
    is_blocked["○ blocked"]:::blocked
  end
  classDef complete fill:#dafbe1,stroke:#1a7f37,color:#0a3d1c
  classDef ready fill:#ddf4ff,stroke:#0969da,color:#0a3069
  classDef blocked fill:#f6f8fa,stroke:#59636e,color:#1f2328
`
const markers = '<!-- mikado:graph -->\n<!-- /mikado:graph -->\n'
const written = `<!-- mikado:graph -->\n\n\`\`\`mermaid\n${flowchart}\`\`\`\n\n<!-- /mikado:graph -->\n`
const goal = diamond['docs/goal.md']
const documents = { ...diamond, 'docs/base.md': card({ title: 'Base', complete: true }) }
const withMarkers = { ...documents, 'docs/goal.md': `${goal}\n${markers}\nMore words.\n` }

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

describe('graph --write', () => {
  test('puts the picture between the markers and changes nothing else; again, nothing is written', async () => {
    using repository = new TestRepository(withMarkers)
    expect(await repository.tell('graph', 'goal', '--check')).toBe(
      'exit 2\n--- stdout\n✗  docs/goal.md  picture is stale\n\n--- stderr\n\n`mikado graph goal --write` refreshes it.\n',
    )
    expect(repository.read('docs/goal.md')).toBe(withMarkers['docs/goal.md'])
    expect(await repository.tell('graph', 'goal', '--write')).toBe(
      'exit 0\n--- stdout\n✓  docs/goal.md  picture refreshed\n',
    )
    expect(repository.read('docs/goal.md')).toBe(`${goal}\n${written}\nMore words.\n`)
    const before = statSync(repository.path('docs/goal.md'))
    expect(await repository.tell('graph', 'goal', '--write')).toBe(
      'exit 0\n--- stdout\n–  docs/goal.md  picture unchanged\n',
    )
    const { ino, mtimeMs } = statSync(repository.path('docs/goal.md'))
    expect([ino, mtimeMs]).toEqual([before.ino, before.mtimeMs])
    expect(await repository.tell('graph', '--check')).toBe('exit 0\n--- stdout\n–  docs/goal.md  picture unchanged\n')
    expect(await repository.tell('lint')).toBe('exit 0\n--- stdout\n4 cards: no trouble found.\n')
  })

  test('leaves the card what it was: it runs, and the picture is stale then', async () => {
    using repository = new TestRepository(withMarkers)
    await repository.mikado('graph', '--write')
    expect((await repository.mikado('run', 'goal', '-q')).code).toBe(0)
    expect(repository.read('docs/goal.md')).toContain(written)
    expect((await repository.mikado('graph', '--check')).code).toBe(2)
    expect((await repository.mikado('graph', '--write')).code).toBe(0)
    expect(repository.read('docs/goal.md')).toContain('accDescr: 4 cards: 4 complete.')
    expect((await repository.mikado('graph', '--check')).code).toBe(0)
  })

  test('without a name, refreshes every card that has a place for one; each shows its own chain', async () => {
    using repository = new TestRepository({
      ...withMarkers,
      'docs/left.md': `${documents['docs/left.md']}${markers}`,
      'docs/page.md': `# Page\n${markers}`,
    })
    expect(await repository.tell('graph', '--write')).toBe(
      'exit 0\n--- stdout\n✓  docs/goal.md  picture refreshed\n✓  docs/left.md  picture refreshed\n',
    )
    expect(repository.read('docs/left.md')).toContain('accDescr: 2 cards: 1 complete, 1 ready.')
    expect(repository.read('docs/page.md')).toBe(`# Page\n${markers}`)
    const { stdout } = await repository.mikado('graph', '--check', '--json')
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'graph-pictures',
      data: { pictures: ['goal', 'left'].map((id) => ({ card: id, path: `docs/${id}.md`, state: 'unchanged' })) },
    })
    using none = new TestRepository(documents)
    const told = 'exit 0\n--- stdout\nNo card has a place for a picture: see `mikado graph --help`.\n'
    expect([await none.tell('graph', '--write'), await none.tell('graph', '--check')]).toEqual([told, told])
  })

  test('keeps line endings, a byte order mark and the mode', async () => {
    const windows = `\uFEFF${withMarkers['docs/goal.md'].replaceAll('\n', '\r\n')}`
    using repository = new TestRepository({ ...withMarkers, 'docs/goal.md': windows })
    chmodSync(repository.path('docs/goal.md'), 0o640)
    expect((await repository.mikado('graph', 'goal', '--write')).code).toBe(0)
    expect(repository.read('docs/goal.md')).toBe(
      `\uFEFF${`${goal}\n${written}\nMore words.\n`.replaceAll('\n', '\r\n')}`,
    )
    expect(statSync(repository.path('docs/goal.md')).mode & 0o777).toBe(0o640)
  })

  test('says which lines to put where, when there are none, and changes nothing', async () => {
    using repository = new TestRepository({ ...documents, 'docs/left.md': `${documents['docs/left.md']}${markers}` })
    const told = `exit 64
--- stderr
mikado: docs/goal.md has no place for a picture; nothing was changed
  Put these two lines where it shall stand, outside any code, then run this again:
  <!-- mikado:graph -->
  <!-- /mikado:graph -->
`
    expect(await repository.tell('graph', 'left', 'goal', '--write')).toBe(told)
    expect(await repository.tell('graph', 'goal', '--check')).toBe(told)
    expect(repository.read('docs/left.md')).toBe(`${documents['docs/left.md']}${markers}`)
  })

  test('refuses markers that are wrong, with their line, and what would cost words', async () => {
    using repository = new TestRepository(documents)
    const told = async (body: string) => {
      repository.write({ 'docs/goal.md': `${goal}\n${body}` })
      const ran = await repository.mikado('graph', 'goal', '--write')
      expect(repository.read('docs/goal.md')).toBe(`${goal}\n${body}`)
      return `${ran.code} ${ran.stderr.split('\n')[0]}`
    }
    const line = goal.split('\n').length + 1
    expect(await told('<!-- /mikado:graph -->\n<!-- mikado:graph -->\n')).toBe(
      `65 mikado: docs/goal.md:${line}: \`<!-- /mikado:graph -->\` ends a picture that no line above begins`,
    )
    expect(await told(`${markers}${markers}`)).toBe(
      `65 mikado: docs/goal.md:${line + 2}: there is a picture already, on line ${line}`,
    )
    expect(await told('<!-- mikado:graph -->\nMine.\n<!-- /mikado:graph -->\n')).toBe(
      `65 mikado: docs/goal.md:${line}: more than a Mermaid block stands between the markers, and would be lost`,
    )
    expect(await told('```md\n<!-- mikado:graph -->\n<!-- /mikado:graph -->\n```\n')).toMatch(/^64 /)
  })

  test('waits for nobody: while another run works it writes nothing', async () => {
    using repository = new TestRepository({ ...withMarkers, 'tasks/left.ts': task('left', waitsFor('go')) })
    const run = repository.start(['run', 'left'])
    await until(
      'the task works',
      () => run.output.stderr.includes('left') || repository.names('.mikado').includes('lock'),
    )
    const { code, stderr } = await repository.mikado('graph', 'goal', '--write')
    expect([code, stderr]).toEqual([75, expect.stringContaining('another run works in this repository: `run left`')])
    expect(repository.read('docs/goal.md')).toBe(withMarkers['docs/goal.md'])
    expect((await repository.mikado('graph', 'goal', '--check')).code).toBe(2)
    repository.write({ go: '' })
    expect((await run.ended).code).toBe(0)
  })

  test('leaves a document that may not be written, and says so', async () => {
    using repository = new TestRepository(withMarkers)
    repository.giveAway()
    chmodSync(repository.path('docs/goal.md'), 0o444)
    const ran = await repository.start(['graph', 'goal', '--write'], {}, { asNobody: true }).ended
    expect([ran.code, ran.stderr]).toEqual([73, expect.stringContaining('docs/goal.md cannot be written: EACCES')])
    expect(repository.read('docs/goal.md')).toBe(withMarkers['docs/goal.md'])
  })

  test('draws errors into the document as what they are, and its exit code tells them', async () => {
    using repository = new TestRepository({
      ...withMarkers,
      'docs/right.md': card({ title: 'Right', requires: ['lost'] }),
    })
    const { code, stdout, stderr } = await repository.mikado('graph', 'goal', '--write')
    expect([code, stdout, stderr]).toEqual([
      65,
      '✓  docs/goal.md  picture refreshed\n',
      expect.stringContaining('[unknown-card]'),
    ])
    expect(repository.read('docs/goal.md')).toContain('["✗ lost<br/>no document is called so"]:::missing')
    expect((await repository.mikado('graph', 'goal', '--check')).code).toBe(65)
  })
})
