/** Documents that are links, pipes or devices, and names that are hard on a disk. */
import { spawnSync } from 'node:child_process'
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { card, isRoot, type Started, type TestRepository, task } from '../rig/repository.ts'
import { chain, end, marked, run } from './chain.ts'

/** Fails a test whose program waits for what never comes. */
async function soon(repository: TestRepository, started: Started): Promise<string> {
  const timer = setTimeout(() => started.child.kill('SIGKILL'), 20_000)
  const ran = await started.ended
  clearTimeout(timer)
  return repository.told(ran)
}

describe('a card that is a link stays one, and what it leads to is marked,', () => {
  test.each([
    ['in the repository', (repository: TestRepository) => repository.path('real')],
    ['out of it', () => mkdtempSync(join(tmpdir(), 'mikado-test-'))],
  ])('%s', async (_, folder) => {
    using repository = chain()
    const place = folder(repository)
    mkdirSync(place, { recursive: true })
    try {
      renameSync(repository.path('docs/a.md'), join(place, 'a.md'))
      symlinkSync(join(place, 'a.md'), repository.path('docs/middle'))
      symlinkSync('middle', repository.path('docs/a.md'))
      expect((await repository.mikado(...run)).code).toBe(0)
      expect([readlinkSync(repository.path('docs/a.md')), readlinkSync(repository.path('docs/middle'))]).toEqual([
        'middle',
        join(place, 'a.md'),
      ])
      expect([readFileSync(join(place, 'a.md'), 'utf8'), repository.names('docs')]).toEqual([
        marked.a,
        ['a.md', 'goal.md', 'middle'],
      ])
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  })

  test('also in a documents folder that is a link', async () => {
    using repository = chain()
    renameSync(repository.path('docs'), repository.path('elsewhere'))
    symlinkSync('elsewhere', repository.path('docs'))
    expect((await repository.mikado(...run)).code).toBe(0)
    expect([repository.read('elsewhere/a.md'), readlinkSync(repository.path('docs'))]).toEqual([marked.a, 'elsewhere'])
  })
})

test('a card with two names is parted: the document is marked, its other name keeps the old text', async () => {
  using repository = chain()
  linkSync(repository.path('docs/a.md'), repository.path('backup.md'))
  expect((await repository.mikado(...run)).code).toBe(0)
  expect([repository.read('docs/a.md'), repository.read('backup.md')]).toEqual([marked.a, card({ title: 'A' })])
})

describe('what is called like a document and is none is told, never waited for and never complete:', () => {
  const make = (script: string) => (repository: TestRepository) =>
    expect(spawnSync('sh', ['-c', `rm docs/a.md; ${script}`], { cwd: repository.root }).status).toBe(0)
  const whys: [string, string, (repository: TestRepository) => void][] = [
    ['a pipe', 'is no file', make('mkfifo docs/a.md')],
    ['a link to a pipe', 'is no file', make('mkfifo pipe; ln -s ../pipe docs/a.md')],
    ['a link to a device without end', 'is no file', make('ln -s /dev/zero docs/a.md')],
    ['a link to a folder', 'is a folder', make('ln -s . docs/a.md')],
    ['a link that leads nowhere', 'is a link that leads nowhere', make('ln -s nowhere docs/a.md')],
    [
      'a link to itself',
      "cannot be read: ELOOP: too many symbolic links encountered, stat 'ROOT/docs/a.md'",
      make('ln -s a.md docs/a.md'),
    ],
  ]
  test.each(whys)('%s', async (_, why, change) => {
    using repository = chain()
    change(repository)
    expect(await soon(repository, repository.start(run))).toBe(`exit 65
--- stderr
mikado: the chain of \`goal\` has errors, nothing was started
docs/a.md:1:1: error: the document ${why} [not-utf8]
`)
    expect(await soon(repository, repository.start(['lint']))).toContain(`docs/a.md:1:1: error: the document ${why}`)
    expect(await soon(repository, repository.start(['list']))).toMatch(/^exit 65\n/)
  })

  test('an empty one', async () => {
    using repository = chain('', { 'docs/a.md': '\n' })
    expect(await repository.tell(...run)).toBe(`exit 65
--- stderr
mikado: the chain of \`goal\` has errors, nothing was started
docs/goal.md:5:5: error: no document is called \`a\` [unknown-card]
  Write a.md, or take the line away.
`)
  })

  test('one that nobody requires is no trouble for a run', async () => {
    using repository = chain()
    spawnSync('mkfifo', [
      repository.path('docs/b.md'),
      repository.path('tasks/c.ts'),
      repository.path('docs/picture.png'),
    ])
    symlinkSync('nowhere', repository.path('tasks/d.ts'))
    repository.write({ 'docs/page.md': '[a pipe](b.md), [another](picture.png)\n' })
    expect(await soon(repository, repository.start(run))).toMatch(/^exit 0\n/)
    expect(await soon(repository, repository.start(['lint']))).toContain(
      'docs/b.md:1:1: error: the document is no file',
    )
  })

  test('a task that is a pipe', async () => {
    using repository = chain()
    rmSync(repository.path('tasks/a.ts'))
    spawnSync('mkfifo', [repository.path('tasks/a.ts')])
    expect(await soon(repository, repository.start(run))).toContain(
      'docs/a.md:3:9: error: tasks/a.ts is no file [missing-task]',
    )
  })
})

test('folders that lead round in circles are gone into once', async () => {
  using repository = chain()
  for (const folder of ['docs', 'tasks']) symlinkSync('.', repository.path(`${folder}/again`))
  expect((await repository.mikado(...run)).code).toBe(0)
})

test('what editors leave beside documents and tasks is neither', async () => {
  using repository = chain()
  const text = card({ title: 'Not this one', requires: ['nothing'] })
  for (const name of ['.a.md.swp', 'a.md~', '4913', '#a.md#']) repository.write({ [`docs/${name}`]: text })
  for (const name of ['.a.ts.swp', 'a.ts~', '4913', '#a.ts#']) repository.write({ [`tasks/${name}`]: 'not a task' })
  symlinkSync('user@host.123:456', repository.path('docs/.#a.md'))
  symlinkSync('user@host.123:456', repository.path('tasks/.#a.ts'))
  expect(await repository.tell('lint')).toBe('exit 0\n--- stdout\n2 cards: no trouble found.\n')
  expect((await repository.mikado(...run)).code).toBe(0)
  expect([repository.read('docs/a.md~'), repository.read('docs/a.md')]).toEqual([text, marked.a])
})

test('a name as long as the disk takes is a name: outputs are kept, and the document is marked', async () => {
  const id = 'x'.repeat(252)
  using repository = chain('', {
    'docs/goal.md': card({ title: 'Goal', requires: [id] }),
    [`docs/${id}.md`]: card({ title: 'A' }),
    [`tasks/${id}.ts`]: task('x', "writeFileSync('x.done', ''); return { url: await secret('hunter2hunter2') }"),
    'tasks/goal.ts': task('goal', `if (inputs['${id}'].url !== 'hunter2hunter2') throw new Error('lost')`),
  })
  const { code, stdout } = await repository.mikado(...run)
  expect([code, stdout]).toEqual([0, expect.stringContaining('goal is complete')])
  expect(repository.read(`docs/${id}.md`)).toBe(marked.a)
})

test('two cards whose names differ in case only are refused', async () => {
  using repository = chain('', { 'docs/sub/A.md': card({ title: 'Another' }) })
  expect(await repository.tell(...run)).toBe(`exit 65
--- stderr
mikado: the chain of \`goal\` has errors, nothing was started
docs/a.md:3:9: error: more than one document is called \`a\`, but for its case or accents [doubled-card]
  docs/sub/A.md:3:9: the other one
  Rename one of them, and the \`requires\` that mean it.
`)
})

// Skipped for users who cannot give files away. Run it as root.
test.skipIf(!isRoot)('a document that root marks stays its owner’s, with its mode and its group', async () => {
  using repository = chain()
  spawnSync('sh', ['-c', 'chown 1234:2345 docs/a.md; chmod 0640 docs/a.md; chgrp 2345 docs; chmod 2775 docs'], {
    cwd: repository.root,
  })
  expect((await repository.mikado(...run)).code).toBe(0)
  const { uid, gid, mode } = lstatSync(repository.path('docs/a.md'))
  expect([uid, gid, mode & 0o7777, repository.read('docs/a.md')]).toEqual([1234, 2345, 0o640, marked.a])
})

// Skipped for users who cannot run the program as another. Run it as root.
test.skipIf(!isRoot)('a document of a group that one belongs to stays the group’s', async () => {
  using repository = chain()
  repository.giveAway()
  spawnSync('sh', ['-c', 'chown 1234:2345 docs docs/a.md; chmod 0664 docs/a.md; chmod 2775 docs'], {
    cwd: repository.root,
  })
  const through = ['setpriv', '--reuid=65534', '--regid=65534', '--groups=2345']
  expect(end(await repository.start(run, {}, { through }).ended)).toEqual([
    0,
    expect.stringContaining('goal is complete'),
  ])
  const { uid, gid, mode } = statSync(repository.path('docs/a.md'))
  expect([uid, gid, mode & 0o7777, repository.read('docs/a.md')]).toEqual([65534, 2345, 0o664, marked.a])
})

test('time goes on: a marked document is newer than it was', async () => {
  using repository = chain()
  const before = statSync(repository.path('docs/a.md'))
  expect((await repository.mikado(...run)).code).toBe(0)
  const after = statSync(repository.path('docs/a.md'))
  expect(after.mtimeMs).toBeGreaterThan(before.mtimeMs)
  expect(after.mtimeMs).toBeLessThanOrEqual(Date.now())
})
