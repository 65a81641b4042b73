/** `close --commit` and `reopen --commit`: what a person says and writes, committed. */
import { chmodSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GitRepository } from '../hook/build.ts'
import { card, task } from '../rig/repository.ts'

const goal = card({ title: 'Goal', requires: ['leaf'], front: 'branch: mikado/goal\n' })

function onBranch(files: Record<string, string>): GitRepository {
  const repository = new GitRepository({ 'docs/goal.md': goal, ...files })
  repository.git('switch', '--quiet', '-c', 'mikado/goal')
  return repository
}

function refuseAll(repository: GitRepository): void {
  repository.write({ '.git/hooks/commit-msg': '#!/bin/sh\necho not today >&2; exit 1\n' })
  chmodSync(repository.path('.git/hooks/commit-msg'), 0o755)
}

describe('close --commit', () => {
  const leaf = card({ title: 'The leaf', checks: ['Seen'] })

  test('commits the one edit, after an impl that says that nothing had to change', async () => {
    using repository = onBranch({ 'docs/leaf.md': leaf })
    await repository.mikado('hook', 'install')
    expect(await repository.tell('close', 'leaf', '--yes', '--commit')).toBe(
      'exit 0\n--- stdout\n✓ leaf is complete, on the word of tester; now ready: goal\n',
    )
    expect(repository.subjects()).toEqual(['C2(goal): impl leaf: The leaf', 'C2(goal): close leaf'])
    expect([repository.changedIn('HEAD~1'), repository.changedIn('HEAD')]).toEqual([[], ['M docs/leaf.md']])
    expect((await repository.mikado('close', 'goal', '--yes', '--commit')).code).toBe(0)
    expect([repository.subjects().slice(2), repository.dirty()]).toEqual([['C2(goal): close goal'], []])
  })

  test('with files that lie uncommitted is refused: they may be the work', async () => {
    using repository = onBranch({ 'docs/leaf.md': leaf })
    repository.change({ 'work.txt': '' })
    const { code, stderr } = await repository.mikado('close', 'leaf', '--yes', '--commit')
    expect([code, stderr]).toEqual([73, expect.stringContaining('whose they are: work.txt\n')])
    expect([repository.active(), repository.subjects()]).toEqual([['goal', 'leaf'], []])
  })

  test('puts the document back when git does not take it', async () => {
    using repository = onBranch({ 'docs/leaf.md': leaf })
    repository.commit('C2(goal): impl it')
    refuseAll(repository)
    expect(await repository.tell('close', 'leaf', '--yes', '--commit')).toBe(`exit 73
--- stderr
mikado: git did not take the commit \`C2(goal): close leaf\`: not today
docs/leaf.md: put back as before, mend that and run this again
`)
    expect([repository.read('docs/leaf.md'), repository.dirty()]).toEqual([leaf, []])
    expect(repository.happened()).not.toContain('card-completed leaf')
  })
})

describe('reopen --commit', () => {
  const complete = { 'docs/leaf.md': card({ complete: true }), 'docs/goal.md': goal.replace('status: active\n', '') }

  test('is a plan, before any work', async () => {
    using repository = onBranch({ ...complete, 'tasks/leaf.ts': task('leaf') })
    await repository.mikado('hook', 'install')
    const before = repository.read('docs/goal.md')
    expect((await repository.mikado('reopen', 'leaf', '--commit')).code).toBe(0)
    expect(repository.subjects()).toEqual(['C2(goal): plan reopen leaf, goal'])
    expect(repository.changedIn('HEAD')).toEqual(['M docs/goal.md', 'M docs/leaf.md'])
    expect(repository.read('docs/goal.md')).toBe(before.replace('requires:', 'status: active\nrequires:'))
    expect(await repository.tell('reopen', 'leaf', '--commit')).toBe(
      'exit 0\n--- stdout\nNothing to reopen: active already.\n',
    )
  })

  test('is refused after an impl, with the way out, and after a close', async () => {
    using repository = onBranch(complete)
    repository.commit('C2(goal): plan one')
    const end = repository.git('rev-parse', '--short=8', 'HEAD')
    repository.commit('C2(goal): impl one')
    const told = await repository.tell('reopen', 'leaf', '--commit')
    expect(told.replace(end, 'END')).toBe(`exit 73
--- stderr
mikado: nothing was started: the rules of the branch mikado/goal are against it
  ✗ this commit C2(goal): plan …
      the plan may not change after an impl or a close (plan-first)
      The branch must go back first: keep what you have (a branch of another name, a stash), return to END, the last of its plan, commit the plan there, and cherry-pick what still holds.
  \`mikado hook commit-msg\` judges the branch as it is.
`)
    expect([repository.active(), repository.dirty()]).toEqual([[], []])
    expect((await repository.mikado('reopen', 'leaf')).code).toBe(0)
    expect(repository.active()).toEqual(['goal', 'leaf'])
  })

  test('puts all documents back when git does not take it, and the journal says nothing of it', async () => {
    using repository = onBranch(complete)
    const documents = [repository.read('docs/leaf.md'), repository.read('docs/goal.md')]
    refuseAll(repository)
    const { code, stderr } = await repository.mikado('reopen', 'leaf', '--commit')
    expect([code, stderr]).toEqual([73, expect.stringContaining('docs/leaf.md, docs/goal.md: put back as before')])
    expect([repository.read('docs/leaf.md'), repository.read('docs/goal.md')]).toEqual(documents)
    expect([repository.happened(), repository.dirty()]).toEqual([['run-started'], []])
  })
})
