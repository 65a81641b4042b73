import { chmodSync, rmSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mendDocument } from '../../scripts/core/lint/lint.ts'
import { tryLock } from '../../scripts/io/lock.ts'
import { markEdited } from '../../scripts/io/marks.ts'
import { deskOf } from '../core/lint-desk.ts'
import { Folder } from '../io/folder.ts'
import { TestRepository } from '../rig/repository.ts'

const lines = (...text: string[]) => text.join('\n')
const base = lines('---', 'title: Base', 'modified: 2026-01-01', 'tags: []', '---', '# Base', '', '## Some Heading', '')
const goal = lines(
  ...['---', 'title:   "Odd   spacing"  # stays', 'modified: 2026-01-01', 'tags: [a]'],
  ...['status: Active # for now', 'requires:', "  - 'Base'", '  - base.md   # why', '---', ''],
  ...['[[Base]] and [[ base | it ]], `[[Base]]`; [x](base.md#Some-Heading)', ''],
  ...['## Verification', '', '- [] It is done', '- [ ] It *is*   seen'],
)
const mended = lines(
  ...['---', 'title:   "Odd   spacing"  # stays', 'modified: 2026-01-01', 'tags: [a]'],
  ...['status: active # for now', 'requires:', "  - 'base'", '  - base   # why', '---', ''],
  ...['[[base]] and [[base|it ]], `[[Base]]`; [x](base.md#some-heading)', ''],
  ...['## Verification', '', '- [ ] It is done', '- [ ] It *is*   seen'],
)
const path = 'docs/how-to/goal.md'
const files = { [path]: goal, 'docs/how-to/base.md': base }

const fixed = `${path}:5:9: fixed: \`Active\` → \`active\` [unknown-status]
${path}:7:6: fixed: \`Base\` → \`base\` [unknown-card]
${path}:8:5: fixed: \`base.md\` → \`base\` [unknown-card]
${path}:11:3: fixed: \`Base\` → \`base\` [untidy-link]
${path}:11:16: fixed: \` base | \` → \`base|\` [untidy-link]
${path}:11:55: fixed: \`Some-Heading\` → \`some-heading\` [broken-anchor]
${path}:15:1: fixed: \`- [] \` → \`- [ ] \` [unread-line]
`

describe('lint --fix', () => {
  test('mends what has one answer, tells it, and changes not a byte besides', async () => {
    using repository = new TestRepository(files)
    chmodSync(repository.path(path), 0o640)
    expect(await repository.tell('lint', '--fix')).toBe(
      `exit 0\n--- stdout\n${fixed}2 cards: no trouble found.\n7 fixed in 1 document.\n`,
    )
    expect([repository.read(path), repository.read('docs/how-to/base.md')]).toEqual([mended, base])
    expect(statSync(repository.path(path)).mode & 0o777).toBe(0o640)
    expect(repository.names('docs/how-to')).toEqual(['base.md', 'goal.md'])
    const before = statSync(repository.path(path)).ino
    expect(await repository.tell('lint', '--fix')).toBe(
      'exit 0\n--- stdout\n2 cards: no trouble found.\nNothing was fixed.\n',
    )
    expect(statSync(repository.path(path)).ino).toBe(before)
  })

  test('keeps CRLF, a byte order mark and a missing last newline, and reports what is left', async () => {
    const strange = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`
    const left = '\n\n[[gone]]'
    using repository = new TestRepository({ ...files, [path]: strange(goal + left) })
    const { code, stdout } = await repository.mikado('lint', '--fix', '--json')
    const { kind, data } = JSON.parse(stdout)
    expect([code, kind, data.written, data.fixed.length, repository.read(path)]).toEqual([
      0,
      'lint',
      true,
      7,
      strange(mended + left),
    ])
    expect(data.fixed[0]).toEqual({
      code: 'unknown-status',
      message: '`Active` → `active`',
      file: path,
      line: 5,
      column: 9,
    })
    expect(data.diagnostics).toMatchObject([{ code: 'broken-link', line: 18, column: 3 }])
  })

  test('leaves what the settings turn off, but not errors', async () => {
    const lint = { rules: { 'untidy-link': 'off', 'unread-line': 'off' }, ignore: ['docs/how-to'] }
    using repository = new TestRepository({ ...files, 'package.json': JSON.stringify({ mikado: { lint } }) })
    const { stdout } = await repository.mikado('lint', '--fix')
    expect(stdout).toBe(
      `${fixed.split('\n').slice(0, 3).join('\n')}\n2 cards: no trouble found.\n3 fixed in 1 document.\n`,
    )
  })

  test('--dry-run shows each line that would change, and writes nothing', async () => {
    using repository = new TestRepository(files)
    expect(await repository.tell('lint', '--fix', '-n')).toBe(`exit 65
--- stdout
--- ${path}
+++ ${path}
@@ -5 +5 @@
-status: Active # for now
+status: active # for now
@@ -7 +7 @@
-  - 'Base'
+  - 'base'
@@ -8 +8 @@
-  - base.md   # why
+  - base   # why
@@ -11 +11 @@
-[[Base]] and [[ base | it ]], \`[[Base]]\`; [x](base.md#Some-Heading)
+[[base]] and [[base|it ]], \`[[Base]]\`; [x](base.md#some-heading)
@@ -15 +15 @@
-- [] It is done
+- [ ] It is done
7 would be fixed in 1 document; nothing was written.
`)
    const { data } = JSON.parse((await repository.mikado('lint', '--fix', '--dry-run', '--json')).stdout)
    expect([data.written, data.fixed.length, data.diagnostics.length]).toEqual([false, 7, 7])
    expect([repository.read(path), repository.names('.')]).toEqual([goal, ['docs']])
    expect(await repository.tell('lint', '--dry-run')).toBe(
      'exit 64\n--- stderr\nmikado: --dry-run goes with --fix\n  Without it lint only reads.\n',
    )
  })

  test('tells a document that is read-only, mends the others, and ends with 73', async () => {
    using repository = new TestRepository({ ...files, 'docs/how-to/a.md': base.replace('# Base', '[[Base]]') })
    chmodSync(repository.path(path), 0o444)
    repository.giveAway()
    const ran = await repository.start(['lint', '--fix', '-q'], {}, { asNobody: true }).ended
    expect(ran.stderr.replaceAll(repository.root, 'ROOT')).toBe(
      `mikado: ${path} cannot be written: EACCES: permission denied\n  What was fixed elsewhere stays fixed.\n`,
    )
    expect([ran.code, ran.stdout.split('\n')[0], repository.read(path)]).toEqual([
      ...[73, 'docs/how-to/a.md:6:3: fixed: `Base` → `base` [untidy-link]', goal],
    ])
  })

  test('waits for nobody: another run has the repository, and it ends with 75', async () => {
    using repository = new TestRepository({ ...files, '.mikado/.gitignore': '*\n' })
    const lock = tryLock(repository.path('.mikado/lock'))
    const { code, stderr } = await repository.mikado('lint', '--fix')
    lock?.release()
    expect([code, stderr]).toEqual([75, expect.stringMatching(/^mikado: another run works in this repository/)])
    expect(repository.read(path)).toBe(goal)
  })
})

describe('a document that changed since it was looked at', () => {
  /** What `--fix` does with a document when it found `goal` there, and it now is something else. */
  function mendNow(folder: Folder) {
    let made = 0
    const written = markEdited(folder.repository, path, (text) => {
      const found = mendDocument(path, text, deskOf(files))
      made = found.made.length
      return { ok: true, text: found.text }
    })
    return [written, made]
  }

  test('is mended as it is now, with what a person wrote', () => {
    const edited = goal.replace('title:   "Odd   spacing"', 'title: New').replace('- [] It is done', 'A paragraph.')
    using folder = new Folder({ [path]: edited })
    expect(mendNow(folder)).toEqual([{ ok: true }, 6])
    expect(folder.read(path)).toBe(
      mended.replace('title:   "Odd   spacing"', 'title: New').replace('- [ ] It is done', 'A paragraph.'),
    )
  })

  test('and needs it no more is left', () => {
    using folder = new Folder({ [path]: mended })
    const { ino } = statSync(folder.path(path))
    expect([mendNow(folder), statSync(folder.path(path)).ino]).toEqual([[{ ok: true }, 0], ino])
  })

  test('into something unreadable, or away, is left', () => {
    using folder = new Folder({ [path]: '---\nstatus: Active\nrequires: [\n---\n' })
    expect(mendNow(folder)).toEqual([{ ok: true }, 0])
    rmSync(folder.path(path))
    expect(mendNow(folder)).toEqual([{ ok: false, reason: `${path} is gone` }, 0])
  })
})
