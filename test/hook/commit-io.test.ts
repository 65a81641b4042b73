import { describe, expect, it } from 'vitest'
import { commitChanges, commitFiles } from '../../scripts/io/commit.ts'
import { markActive, remember } from '../../scripts/io/marks.ts'
import { Folder } from '../io/folder.ts'
import { GitRepository } from './build.ts'

describe('a commit', () => {
  it('holds exactly the files that it names, whatever else is staged, and an empty one nothing', async () => {
    using repository = new GitRepository({ 'a.txt': 'a', 'b.txt': 'b', 'gone.txt': '', '*.txt': '' })
    repository.change({ 'a.txt': 'x', 'b.txt': 'x', 'gone.txt': null, '*.txt': 'x', 'new [1].txt': '' })
    repository.git('add', 'b.txt')
    const { root } = repository
    const made = await commitChanges(root, 'changes', ['gone.txt', '*.txt', 'new [1].txt'])
    expect(made).toEqual({ ok: true, sha: repository.git('rev-parse', 'HEAD') })
    expect(repository.changedIn('HEAD')).toEqual(['M *.txt', 'D gone.txt', 'A new [1].txt'])
    expect((await commitFiles(root, 'nothing', [])).ok).toBe(true)
    expect([repository.changedIn('HEAD'), repository.dirty()]).toEqual([[], [' M a.txt', 'M  b.txt']])
  })

  it('that git does not take is told in its words, without their colours', async () => {
    using repository = new GitRepository({ 'a.txt': 'a' })
    repository.write({ '.git/hooks/pre-commit*': '#!/bin/sh\nprintf "\\033[31mnot today\\033[0m\\n" >&2; exit 1\n' })
    repository.change({ 'a.txt': 'x' })
    const reason = 'git did not take the commit `subject`: not today'
    expect(await commitFiles(repository.root, 'subject\n\nbody', ['a.txt'])).toEqual({ ok: false, reason })
    expect(repository.dirty()).toEqual([' M a.txt'])
  })
})

it('puts documents back as they were, but none that somebody has edited since', () => {
  const text = '---\r\ntitle: A\r\n---\r\n## Verification\r\n- [x] It holds'
  using folder = new Folder({ 'docs/a.md': text, 'docs/b.md': text, 'docs/c.md': text })
  const documents = remember(folder.repository, ['docs/a.md', 'docs/b.md', 'docs/c.md'])
  for (const path of ['docs/a.md', 'docs/b.md']) markActive(folder.repository, path)
  expect(documents.marked()).toEqual(['docs/a.md', 'docs/b.md'])
  folder.write('docs/b.md', 'mine')
  folder.write('docs/c.md', 'mine')
  expect(documents.putBack()).toEqual(['docs/b.md'])
  expect(['docs/a.md', 'docs/b.md', 'docs/c.md'].map((path) => folder.read(path))).toEqual([text, 'mine', 'mine'])
})
