/** Documents that a person, an editor or the task itself changes while the task works, and everything around them too. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { card } from '../rig/repository.ts'
import { chain, edits, end, expectFoundTrue, expectNoLitter, marked, run, unmarked } from './chain.ts'

const a = card({ title: 'A' })

describe('a document that asks for more, or is no document, when its work is done is left alone: 73', () => {
  test.each([
    ['deleted', 'await $`rm docs/a.md`', 'docs/a.md is gone', null],
    ['renamed', 'await $`mv docs/a.md docs/b.md`', 'docs/a.md is gone', null],
    ['moved to another folder', 'await $`mkdir docs/x; mv docs/a.md docs/x`', 'docs/a.md is gone', null],
    ['gone with its folder', 'await $`rm -r docs`', 'docs/a.md is gone', null],
    [
      'made binary',
      "writeFileSync('docs/a.md', Buffer.from([0xff, 0xfe, 0, 1]))",
      'docs/a.md is not UTF-8 text',
      '\xff\xfe\0\x01',
    ],
    ['emptied', "writeFileSync('docs/a.md', '')", 'docs/a.md was left alone: it is empty now', ''],
    ['made a folder', 'await $`rm docs/a.md; mkdir docs/a.md`', 'docs/a.md is a folder', null],
    ['made a pipe', 'await $`rm docs/a.md; mkfifo docs/a.md`', 'docs/a.md is no file', null],
    [
      'made a link that leads nowhere',
      'await $`ln -sf nowhere docs/a.md`',
      'docs/a.md is a link that leads nowhere',
      null,
    ],
    [
      'given another checklist line',
      "save(text + '- [ ] It shines\\n')",
      'docs/a.md was left alone: its checklist has a line now that nothing has proved: It shines',
      `${a}- [ ] It shines\n`,
    ],
    [
      'given one that is ticked',
      "save(text + '- [x] It shines\\n')",
      'docs/a.md was left alone: its checklist has a line now that nothing has proved: It shines',
      `${a}- [x] It shines\n`,
    ],
    [
      'given other words for its check',
      "save(text.replace('is done', 'is over'))",
      'docs/a.md was left alone: its checklist has a line now that nothing has proved: It is over',
      a.replace('is done', 'is over'),
    ],
    [
      'made to require another card',
      "save(text.replace('status: active', 'status: active\\nrequires: [new]'))",
      'docs/a.md was left alone: it requires `new` now',
      a.replace('status: active', 'status: active\nrequires: [new]'),
    ],
    [
      'given broken frontmatter',
      "save(text.replace('---', '--- ['))",
      'docs/a.md was left alone: frontmatter in `[` is not read (line 1)',
      a.replace('---', '--- ['),
    ],
    [
      'given another status',
      "save(text.replace('active', 'paused'))",
      'docs/a.md was left alone: its status is no longer `active`',
      a.replace('active', 'paused'),
    ],
  ])('%s', async (_, work, reason, left) => {
    using repository = chain(`${edits} ${work}`)
    expect(end(await repository.mikado(...run))).toEqual([73, unmarked + reason])
    if (left !== null) expect(readFileSync(repository.path('docs/a.md'), 'latin1')).toBe(left)
    expect([repository.journal().at(-1), repository.names('.mikado/tmp')]).toMatchObject([
      { outcome: 'unrecorded', exitCode: 73, failed: 'a' },
      [],
    ])
    // Put right, as a person would.
    rmSync(repository.path('docs'), { recursive: true, force: true })
    repository.write({ 'docs/a.md': a, 'docs/goal.md': card({ title: 'Goal', requires: ['a'] }) })
    await expectFoundTrue(repository)
  })
})

describe('a document that is edited otherwise while its task works keeps the edit, and is marked', () => {
  test.each([
    ['its text', "save(text + '\\nA note.\\n')", `${marked.a}\nA note.\n`],
    ['its title', "save(text.replace('title: A', 'title: B'))", marked.a.replace('title: A', 'title: B')],
    ['a checklist line taken away', "save(text.replace(/- .*\\n/, ''))", marked.a.replace(/- .*\n/, '')],
    ['its status taken away', "save(text.replace('status: active\\n', ''))", marked.a],
    ['its box ticked', "save(text.replace('[ ]', '[x]'))", marked.a],
    ['its mark, by the task itself', "save(text.replace('[ ]', '[x]').replace('status: active\\n', ''))", marked.a],
    [
      'saved by way of another file',
      "writeFileSync('docs/a.md.new', text + '\\nA note.\\n'); (await import('node:fs')).renameSync('docs/a.md.new', 'docs/a.md')",
      `${marked.a}\nA note.\n`,
    ],
  ])('%s', async (_, work, left) => {
    using repository = chain(`${edits} ${work}`)
    const { code, stdout } = await repository.mikado(...run)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/✓ {2}a {5}done /)])
    expect(repository.read('docs/a.md')).toBe(left)
    expectNoLitter(repository)
  })
})

describe('while a task works,', () => {
  test('the run data is deleted: nothing is marked, git is kept out of what is written again, the work is found true', async () => {
    using repository = chain(
      "await $`rm -r .mikado`; writeFileSync('a.done', ''); return { token: await secret('hunter2hunter2') }",
    )
    const [code, line] = end(await repository.mikado(...run))
    expect([code, line]).toEqual([
      ...[73, expect.stringContaining(`${unmarked}${repository.path('.mikado')}/lock was deleted or replaced`)],
    ])
    expect([repository.read('.mikado/.gitignore'), repository.active()]).toEqual(['*\n', ['a', 'goal']])
    await expectFoundTrue(repository)
  })

  test('the whole repository is moved away: nothing of it is begun anew where it was, and the work is found true where it is', async () => {
    using repository = chain(
      "writeFileSync('a.done', ''); const { renameSync } = await import('node:fs'); renameSync(process.cwd(), process.cwd() + '-moved'); return { moved: true }",
    )
    const moved = `${repository.root}-moved`
    try {
      const ran = await repository.mikado(...run)
      expect(end(ran)).toEqual([
        ...[
          73,
          `  ✗ a  its work is done, but what it hands on cannot be kept: ENOENT: no such file or directory, mkdir '${repository.path('.mikado')}'`,
        ],
      ])
      expect(existsSync(repository.root)).toBe(false)
      renameSync(moved, repository.root)
      await expectFoundTrue(repository)
    } finally {
      rmSync(moved, { recursive: true, force: true })
    }
  })

  test('the settings change: the run ends by those that it began with', async () => {
    using repository = chain(`writeFileSync('package.json', '{"mikado": {"docs": "other"}}')`)
    expect((await repository.mikado(...run)).code).toBe(0)
    expect([repository.read('docs/a.md'), repository.read('docs/goal.md')]).toEqual([marked.a, marked.goal])
  })

  test('the tasks are deleted: what was proved is marked, what cannot be proved any more waits', async () => {
    using repository = chain('await $`rm -r tasks`')
    const ran = await repository.mikado(...run)
    expect(end(ran)).toEqual([
      1,
      expect.stringContaining('  ✗ goal  tasks/goal.ts cannot be loaded: Cannot find module'),
    ])
    expect([repository.read('docs/a.md'), repository.active()]).toEqual([marked.a, ['goal']])
    expect((await repository.mikado(...run)).code).toBe(3)
    expect(repository.active()).toEqual(['goal'])
  })

  test('a task loses its check: its card waits for a person', async () => {
    using repository = chain("writeFileSync('tasks/goal.ts', 'export default { apply() {} }')")
    const { code, stdout } = await repository.mikado(...run)
    expect([code, stdout]).toEqual([
      3,
      expect.stringContaining('  ? goal  confirm that this is true\n      It is done\n'),
    ])
    expect(repository.active()).toEqual(['goal'])
  })
})
