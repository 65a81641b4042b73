/** What is promised of a document that is marked, in short: the long tests attack the same with the real command line. */
import { execFileSync } from 'node:child_process'
import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { readDocument } from '../../scripts/io/documents.ts'
import { markComplete, markEdited } from '../../scripts/io/marks.ts'
import { Folder } from '../io/folder.ts'
import { card, isRoot } from '../rig/repository.ts'
import { chain, edits, end, expectFoundTrue, marked, run, unmarked } from './chain.ts'

const path = 'docs/a.md'
const active = card({ title: 'A' })

test('what a person saves at the very moment of a mark is kept, and the mark made in it', () => {
  using folder = new Folder({ [path]: active })
  const saved = `${active}\nSaved just now.\n`
  let asked = 0
  const written = markEdited(folder.repository, path, (text) => {
    // Between the reading of the old text and the replacing of the file.
    if (asked++ === 0) folder.write(path, saved)
    return { ok: true, text: text.replace('status: active\n', '') }
  })
  expect([written, asked, folder.read(path)]).toEqual([{ ok: true }, 2, saved.replace('status: active\n', '')])
  expect([folder.names('docs'), folder.names('.mikado/tmp')]).toEqual([['a.md'], []])
})

test('a document that somebody writes all the time is left alone in the end', () => {
  using folder = new Folder({ [path]: active })
  let saved = 0
  const written = markEdited(folder.repository, path, (text) => {
    folder.write(path, `${active}${saved++}\n`)
    return { ok: true, text: `${text}mark\n` }
  })
  expect(written).toEqual({ ok: false, reason: `${path} was left alone: somebody writes it all the time` })
  expect([folder.read(path), folder.names('.mikado/tmp')]).toEqual([`${active}${saved - 1}\n`, []])
})

test('a document that asks for more than was proved is not marked', () => {
  const { card: known } = parseCard(path, active)
  const attempt = (text: string) => {
    using folder = new Folder({ [path]: text })
    const written = markComplete(folder.repository, known, ['It is done'])
    return written.ok ? 'marked' : [written.reason, folder.read(path) === text]
  }
  expect(attempt(`${active}- [x] It shines\n`)).toEqual([
    ...[`${path} was left alone: its checklist has a line now that nothing has proved: It shines`, true],
  ])
  expect(attempt(active.replace('status', 'requires: [b]\nstatus'))).toEqual([
    ...[`${path} was left alone: it requires \`b\` now`, true],
  ])
  expect(attempt('\n')).toEqual([`${path} was left alone: it is empty now`, true])
  expect(attempt(active.replace(/- .*\n/, ''))).toBe('marked')
})

test('a document that cannot be read is told from one that is gone, is a folder or is no text', () => {
  using folder = new Folder({ 'docs/latin.md': Buffer.from('\xe9', 'latin1') })
  execFileSync('sh', ['-c', 'mkfifo pipe.md; mkdir folder.md; ln -s nowhere link.md; ln -s loop.md loop.md'], {
    cwd: folder.path('docs'),
  })
  const names = ['gone', 'folder', 'pipe', 'link', 'latin', 'loop', 'latin.md/below']
  expect(names.map((name) => readDocument(folder.path(`docs/${name}.md`)).why)).toEqual([
    ...['is gone', 'is a folder', 'is no file', 'is a link that leads nowhere', 'is not UTF-8 text'],
    `cannot be read: ELOOP: too many symbolic links encountered, stat '${folder.path('docs/loop.md')}'`,
    'is gone',
  ])
})

// Skipped for users who cannot give files away. Run it as root.
test.skipIf(!isRoot)('a marked document keeps owner, group and mode', () => {
  using folder = new Folder({ [path]: active })
  chownSync(folder.path(path), 1234, 2345)
  const { card: known } = parseCard(path, active)
  expect(markComplete(folder.repository, known, ['It is done'])).toEqual({ ok: true })
  const { uid, gid, mode } = statSync(folder.path(path))
  expect([uid, gid, mode & 0o777, folder.read(path)]).toEqual([1234, 2345, 0o644, marked.a])
})

test('a card that gets another checklist line while its task works is left alone, and nothing done is done again', async () => {
  using repository = chain(`${edits} save(text + '- [ ] It shines\\n')`)
  expect(end(await repository.mikado(...run))).toEqual([
    ...[73, `${unmarked}docs/a.md was left alone: its checklist has a line now that nothing has proved: It shines`],
  ])
  expect(repository.read('docs/a.md')).toBe(`${active}- [ ] It shines\n`)
  writeFileSync(repository.path('docs/a.md'), active)
  await expectFoundTrue(repository)
})

test('a pipe among the documents holds nothing up', async () => {
  using repository = chain()
  rmSync(repository.path('docs/a.md'))
  execFileSync('mkfifo', [repository.path('docs/a.md')])
  const started = repository.start(['list'])
  const timer = setTimeout(() => started.child.kill('SIGKILL'), 20_000)
  const ran = await started.ended
  clearTimeout(timer)
  expect([ran.signal, ran.code, ran.stderr]).toEqual([
    ...[null, 65, expect.stringContaining('docs/a.md:1:1: error: the document is no file [not-utf8]')],
  ])
})

test('what a task leaves in the run data when `doctor` asks it is out of git’s sight', async () => {
  const leaves =
    "preflight: async () => { (await import('node:fs')).mkdirSync('.mikado/ansible', { recursive: true }); return [] },"
  using repository = chain()
  repository.write({ 'tasks/a.ts': repository.read('tasks/a.ts').replace('apply:', `${leaves}\n  apply:`) })
  expect((await repository.mikado('doctor')).code).toBe(0)
  expect([repository.names('.mikado'), repository.read('.mikado/.gitignore')]).toEqual([
    ...[['.gitignore', 'ansible', 'tmp'], '*\n'],
  ])
})
