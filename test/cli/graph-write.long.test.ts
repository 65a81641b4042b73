/** `mikado graph --write`: pictures inside documents. */
import { chmodSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { diamond } from './diamond.ts'
import { documents, flowchart, markers } from './drawn.ts'

const written = `<!-- mikado:graph -->\n\n\`\`\`mermaid\n${flowchart}\`\`\`\n\n<!-- /mikado:graph -->\n`
const goal = diamond['docs/goal.md']
const withMarkers = { ...documents, 'docs/goal.md': `${goal}\n${markers}\nMore words.\n` }

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
