/** What git does to the working tree while a run works in it. */
import { describe, expect, test } from 'vitest'
import { GitRepository } from '../hook/build.ts'
import { end, expectFoundTrue, filesOf, marked, run, unmarked } from './chain.ts'

/** The chain on its branch, as git has it; `other` is a branch on which a script changed something. */
function tree(work: string, other: string | null = null): GitRepository {
  const files = filesOf(work)
  const repository = new GitRepository({ ...files, '.gitignore': '.mikado/\na.runs\n' })
  if (other !== null) {
    repository.git('switch', '--quiet', '-c', 'other')
    repository.git('-c', `alias.do=!${other}`, 'do')
    repository.commit('Another state of things')
  }
  repository.git('switch', '--quiet', '-c', 'mikado/goal', 'main')
  return repository
}

describe('while a task works, git', () => {
  test.each([
    ['checks out a branch on which the document has another text', 'echo more >> docs/a.md', `${marked.a}more\n`],
    ['checks out a branch on which it is complete', "sed -i.old '/^status/d' docs/a.md; rm docs/*.old", marked.a],
  ])('%s: both stay, what git wrote and the mark', async (_, other, left) => {
    using repository = tree('await $`git checkout --quiet other`', other)
    expect((await repository.mikado(...run)).code).toBe(0)
    expect([repository.read('docs/a.md'), repository.read('docs/goal.md')]).toEqual([left, marked.goal])
  })

  test.each([
    [
      'checks out a branch without the document',
      'git checkout --quiet other',
      'git rm --quiet docs/a.md',
      'docs/a.md is gone',
    ],
    [
      'checks out a branch on which its checklist is longer',
      'git checkout --quiet other',
      "echo '- [ ] More' >> docs/a.md",
      'docs/a.md was left alone: its checklist has a line now that nothing has proved: More',
    ],
    [
      'pulls a commit in which its checklist is longer',
      'git merge --quiet --ff-only other',
      "echo '- [ ] More' >> docs/a.md",
      'docs/a.md was left alone: its checklist has a line now that nothing has proved: More',
    ],
  ])('%s: 73, and what was done is found true on the branch before', async (_, command, other, reason) => {
    using repository = tree(`await $\`${command}\``, other)
    expect(end(await repository.mikado(...run))).toEqual([73, unmarked + reason])
    expect(repository.git('status', '--porcelain', 'docs')).toBe('')
    repository.git('switch', '--quiet', '-C', 'mikado/goal', 'main')
    await expectFoundTrue(repository)
  })

  test('puts changes aside: the document is marked as it stands then', async () => {
    using repository = tree("writeFileSync('docs/a.md', 'not this'); await $`git stash --quiet`")
    expect((await repository.mikado(...run)).code).toBe(0)
    expect([repository.read('docs/a.md'), repository.active()]).toEqual([marked.a, []])
  })

  test('cleans away all it does not know, the run data too: 73, nothing is marked, and the work is found true', async () => {
    using repository = tree('await $`git clean -dxqff -e a.runs`')
    expect(end(await repository.mikado(...run))).toEqual([
      73,
      expect.stringContaining(`${unmarked}${repository.path('.mikado')}/lock was deleted`),
    ])
    await expectFoundTrue(repository)
  })
})

describe('a run with --commit, while a person switches branches,', () => {
  const commit = [...run.slice(0, 3), '--commit']

  test.each([
    ['to main', 'git switch --quiet main', 'the branch main is checked out now, not mikado/goal: a was left active'],
    ['to no branch', 'git switch --quiet --detach', 'no branch is checked out now, not mikado/goal: a was left active'],
  ])('%s, commits nothing anywhere; back on its branch, it goes on', async (_, command, reason) => {
    using repository = tree(`await $\`${command}\``)
    const before = repository.git('rev-parse', '--all')
    expect(end(await repository.mikado(...commit))).toEqual([73, unmarked + reason])
    expect([repository.git('rev-parse', '--all'), repository.active()]).toEqual([before, ['a', 'goal']])
    repository.git('switch', '--quiet', 'mikado/goal')
    repository.commit('C2(goal): impl a: what the task has left')
    expect((await repository.mikado(...commit)).code).toBe(0)
    expect([repository.active(), repository.subjects('main')]).toEqual([[], ['Begin']])
    expect(repository.read('a.runs')).toBe('x')
  })

  test('during a commit, makes no other where the person went', async () => {
    using repository = tree('')
    // A hook that takes its time: after the first commit of the run, another branch is checked out.
    repository.write({ '.git/hooks/post-commit*': '#!/bin/sh\ngit switch --quiet main\n' })
    expect(end(await repository.mikado(...commit))).toEqual([
      73,
      `${unmarked}the branch main is checked out now, not mikado/goal`,
    ])
    expect([repository.subjects('main'), repository.subjects('main..mikado/goal')]).toEqual([
      ['Begin'],
      ['C2(goal): impl a: A'],
    ])
    expect([repository.active(), repository.git('status', '--porcelain')]).toEqual([['a', 'goal'], ''])
  })

  test('between two cards, begins no other', async () => {
    using repository = tree('')
    repository.write({
      '.git/hooks/post-commit*': '#!/bin/sh\ngit log -1 --format=%s | grep -q close && git switch --quiet main\n',
    })
    const [code, line] = end(await repository.mikado(...commit))
    expect([code, line]).toEqual([1, '  ✗ goal  not started: the branch main is checked out now, not mikado/goal'])
    expect([repository.subjects('main'), repository.names('.').includes('goal.done')]).toEqual([['Begin'], false])
    expect(repository.subjects('main..mikado/goal')).toEqual(['C2(goal): impl a: A', 'C2(goal): close a'])
  })
})
