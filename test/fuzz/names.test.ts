/** Names that want to be more than names: to a terminal, a shell, a disk, a program. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { subjectOf } from '../../scripts/core/branch.ts'
import { type Card, parseCard } from '../../scripts/core/card.ts'
import { documentOf, idOf, tagsOf } from '../../scripts/core/discovery.ts'
import type { Stamped } from '../../scripts/core/event.ts'
import { typed } from '../../scripts/core/plain.ts'
import { Secrets } from '../../scripts/core/secret.ts'
import { readGraph } from '../../scripts/io/documents.ts'
import { findRepository } from '../../scripts/io/repository.ts'
import { loadOutputs, saveOutputs } from '../../scripts/io/store.ts'
import { TaskFolder } from '../../scripts/io/tasks.ts'
import { Progress } from '../../scripts/view/progress.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { doc, graphFrom, page, told } from '../core/documents.ts'
import { TestRepository } from '../rig/repository.ts'
import { draws, oddNames } from './repository.ts'

const card = (...front: string[]) => parseCard('docs/page.md', page('status: active', ...front)).card
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const drawing = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

it('a file whose name draws, breaks a line or hides something is told, and is no card', () => {
  const names = ['a\nb.md', 'a\u001b[2J.md', 'a\u202eb.md', 'a\u200b.md', 'a\u009b.md', 'x\ny/a.md']
  using repository = new TestRepository({
    'docs/goal.md': doc(['a']),
    'docs/a.md': doc(),
    ...Object.fromEntries(names.map((name) => [`docs/${name}`, doc()])),
  })
  const graph = readGraph(findRepository(repository.root))
  expect([...graph.cards.keys()].sort()).toEqual(['a', 'goal'])
  expect(graph.diagnostics.map(({ file, code, severity }) => [file, code, severity]).sort()).toEqual(
    names
      .map((name) => [
        `docs/${name.replace('/a.md', '')}`,
        name.includes('/') ? 'unreadable-folder' : 'not-utf8',
        'error',
      ])
      .sort(),
  )
})

it.each(['a\\nb', 'a\\u001b[2J', 'a\\u202eb', 'base\\u200b', '\\ufeffbase', 'a\\0b'])(
  'what cannot be seen is no name in `requires`, `needs` and `run`: %j',
  (name) => {
    for (const [front, place] of [
      [`requires: ["${name}"]`, 12],
      [`needs: ["${name}"]`, 9],
      [`run: "${name}"`, 6],
    ] as const) {
      const { card: found, diagnostics } = parseCard('docs/page.md', page('status: active', front))
      expect([found.sound, found.requires, found.needs, found.run]).toEqual([false, [], [], null])
      expect(told(diagnostics)[0]).toContain(`docs/page.md:3:${place} error frontmatter-value: `)
    }
  },
)

it('names of a prototype are names like others: as cards, in `requires`, and of what they hand on', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']
  const graph = graphFrom(
    { goal: names, ...Object.fromEntries(names.map((name, at) => [name, names.slice(at + 1)])) },
    ['prototype'],
  )
  expect(graph.diagnostics).toEqual([])
  expect(graph.chain('goal')).toEqual([...names.toReversed(), 'goal'])
  expect(graph.ready()).toEqual(['hasOwnProperty'])
  expect(graph.requiredBy('toString')).toEqual(['__proto__', 'constructor', 'goal'])
  expect(graph.readiness('toString').blockedBy).toEqual([{ id: 'hasOwnProperty', why: 'active' }])
  expect(graphFrom({ goal: ['valueOf'] }).diagnostics.map(({ message }) => message)).toEqual([
    'no document is called `valueOf`',
  ])
  using repository = new TestRepository({ 'docs/a.md': '' })
  const place = findRepository(repository.root)
  const outputs = JSON.parse('{"__proto__": {"polluted": true}, "constructor": "s3cr3t-value"}')
  const secrets = new Secrets()
  secrets.add('s3cr3t-value')
  saveOutputs(place, '__proto__', outputs, secrets)
  expect(loadOutputs(place, '__proto__', new Secrets())).toEqual(outputs)
  expect(repository.read('.mikado/outputs/__proto__.json')).not.toContain('s3cr3t-value')
  expect([loadOutputs(place, 'constructor', new Secrets()), 'polluted' in {}]).toEqual([null, false])
})

describe('a task that `run` names', () => {
  const of = (repository: TestRepository, found: Card) => {
    const task = new TaskFolder(findRepository(repository.root)).of(found)
    return task === null ? 'none' : 'kind' in task ? task.path : task.code
  }
  it('lies in the repository, whatever the name', () => {
    using outside = new TestRepository({ 'evil.sh*': '#!/bin/sh\n', 'evil.ts': 'export const apply = 1' })
    using repository = new TestRepository({
      'docs/page.md': '',
      'tasks/own.ts': 'export default {}',
      'package.json': '{"mikado": {}}',
    })
    symlinkSync(outside.path('evil.ts'), repository.path('tasks/link.ts'))
    symlinkSync(outside.root, repository.path('tasks/away'))
    symlinkSync('ring.ts', repository.path('tasks/ring.ts'))
    const up = '../'.repeat(repository.root.split('/').length)
    const names = [
      `../${outside.root.split('/').at(-1)}/evil.sh`,
      `${up}bin/sh`,
      '/bin/sh',
      'tasks/link.ts',
      'tasks/away/evil.ts',
      'tasks/ring.ts',
      'tasks',
      '.',
      '/dev/zero',
      `${up}dev/zero`,
    ]
    const odd = [
      'node:fs',
      'data:text/javascript,0',
      'file:///bin/sh',
      'https://example.org/a.ts',
      'x'.repeat(5000),
      '%2e%2e/evil.ts',
      '~/evil.ts',
      '$HOME/evil.ts',
    ]
    for (const name of [...names, ...odd])
      expect([name, of(repository, card(`run: ${JSON.stringify(name)}`))]).toEqual([name, 'missing-task'])
    expect(of(repository, card('run: tasks/own.ts'))).toBe('tasks/own.ts')
    expect(of(repository, card('run: tasks/../tasks/./own.ts'))).toBe('tasks/../tasks/./own.ts')
  })
  it('is not looked for anywhere else by the name of a card', () => {
    using repository = new TestRepository({ 'docs/page.md': '', 'evil.sh*': '', 'tasks/sub/inner.sh*': '' })
    const named = (id: string) => of(repository, { ...card(), id })
    expect(['../evil', 'sub/inner', '/bin/sh', '.', '..', '', 'inner'].map(named)).toEqual([
      ...Array<string>(6).fill('none'),
      'tasks/sub/inner.sh',
    ])
  })
})

it('an id in a command that is offered is one word to a shell, and no option', () => {
  for (const id of [...oddNames, 'a b', '"', '\\', '*', '!x', '#x', '~', 'é', '-y']) {
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${typed(id)}`], { encoding: 'utf8' })
    expect(stdout).toBe(id.startsWith('-') ? `./${id}.md\n` : `${id}\n`)
  }
  expect(typed('plain-id.2')).toBe('plain-id.2')
})

it('the subject of a commit is one line, whatever a title holds', () => {
  const subject = subjectOf('goal', 'impl', `-a: ${draws}\n\nSigned-off-by: me\r\nx\u2028y`)
  expect(subject).toMatch(/^C2\(goal\): impl -a: /)
  expect(subject).toMatch(/ Signed-off-by: me x y$/)
  expect(subject).not.toMatch(drawing)
})

it('a discovered document holds nothing that draws, and no block or frontmatter of what was printed', () => {
  const output = [draws, '---', '```', '`````', '- [ ] forged', '## Verification']
  const found = {
    id: 'x',
    title: `T ${draws}\n---\nstatus: x`,
    forCard: { id: 'a', title: `A ${draws}\n- [ ] forged` },
    why: `w\n## Verification\n- [x] forged ${draws}`,
  }
  const text = documentOf({
    ...found,
    failure: { message: draws, output },
    date: '2026-01-01',
    tags: [`t${draws}`, 'a: b'],
  })
  expect(text.replaceAll('\n', '')).not.toMatch(drawing)
  const { card: made, diagnostics } = parseCard('docs/x.md', text)
  expect(diagnostics).toEqual([])
  expect([made.status, made.requires, made.checklist.map(({ key }) => key)]).toEqual([
    'active',
    [],
    ['Say here what must be true afterwards'],
  ])
  expect(idOf('../../etc/passwd\0')).toBe('etc-passwd')
})

it('tags of a card are read without making anything of its aliases', () => {
  const laughs = 'bcdefghij'
    .split('')
    .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(', ')}]`)
  const text = page('a: &a [x, x, x, x, x, x, x, x, x]', ...laughs, 'tags: [one, *j, 2, "three"]', 'status: active')
  expect(tagsOf('docs/page.md', text)).toEqual(['one', 'three'])
  expect(tagsOf('docs/page.md', page(...laughs.map((line) => line.replace(/^./, 'tags')).slice(-1)))).toEqual([])
})

it('a line of a run is one line, whatever titles, checks and evidence hold', () => {
  const progress = new Progress(plainPaint, { verbose: true, stream: true, live: false })
  const forged = `${draws}\n✓ forged`
  const at = { schemaVersion: 1, time: '2026-01-01T00:00:00.000Z', run: 'r', card: 'a' } as const
  const events: Stamped[] = [
    { ...at, event: 'card-started', title: forged, log: 'log', digest: '', anew: false },
    { ...at, event: 'check-passed', phase: 'after', check: 'holds', detail: forged },
    { ...at, event: 'step-started', step: forged, digest: '' },
    { ...at, event: 'output', stream: 'stdout', text: draws },
  ]
  const lines = events.map((event) => progress.line(event))
  expect(lines.filter((line) => line !== null && drawing.test(line))).toEqual([])
  expect(lines.map((line) => line?.slice(0, 4))).toEqual(['▶ a ', '  a:', undefined, 'a │ '])
})

it('a repository in a folder with an odd name is a repository like others', () => {
  using repository = new TestRepository()
  const root = join(repository.root, '-n $(touch pwned) \u001b[2J\n')
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, 'docs/a.md'), doc())
  chmodSync(join(root, 'docs/a.md'), 0o600)
  expect([...readGraph(findRepository(root)).cards.keys()]).toEqual(['a'])
})
