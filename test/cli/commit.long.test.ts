/** `--commit`: what a run leaves in git. */
import { chmodSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GitRepository } from '../hook/build.ts'
import { card, task } from '../rig/repository.ts'

/** A chain of two on its branch; `work` is the leaf's, beside making `leaf.done`. */
function chain(work = '', more: Record<string, string> = {}): GitRepository {
  const repository = new GitRepository({
    'docs/leaf.md': card({ title: 'The leaf' }),
    'docs/goal.md': card({ title: 'The goal', requires: ['leaf'], front: 'branch: mikado/goal\n' }),
    'tasks/leaf.ts': task('leaf', work),
    'tasks/goal.ts': task('goal'),
    ...more,
  })
  repository.git('switch', '--quiet', '-c', 'mikado/goal')
  return repository
}
const all = ['impl leaf: The leaf', 'close leaf', 'impl goal: The goal', 'close goal'].map(
  (words) => `C2(goal): ${words}`,
)
const hook = '.git/hooks/commit-msg'

/** A hook that refuses commits whose message holds a word. */
function refuse(repository: GitRepository, word: string): void {
  repository.write({
    [`${hook}*`]: `#!/bin/sh\n! grep -q '${word}' "$1" || { echo "not today: ${word}" >&2; exit 1; }\n`,
  })
  chmodSync(repository.path(hook), 0o755)
}

describe('a run with --commit', () => {
  test('makes an impl of what a card’s task changed, and a close of its one edit', async () => {
    using repository = chain("writeFileSync('a.txt', 'changed'); await $`rm b.txt; mkdir -p new; echo x > new/c.txt`", {
      'a.txt': 'a',
      'b.txt': 'b',
    })
    expect((await repository.mikado('hook', 'install')).code).toBe(0)
    expect(await repository.tell('run', 'goal', '--commit', '--output', 'quiet')).toMatch(
      /^exit 0\n[\s\S]* {2}leaf: committed [0-9a-f]{8}, impl\n {2}leaf: committed [0-9a-f]{8}, close\n✓ leaf[\s\S]*$/,
    )
    expect(repository.subjects()).toEqual(all)
    expect(repository.changedIn('HEAD~3')).toEqual(['M a.txt', 'D b.txt', 'A leaf.done', 'A new/c.txt'])
    expect(repository.git('show', '--format=', '--unified=0', 'HEAD~2').split('\n').slice(4)).toEqual([
      ...['@@ -3 +2,0 @@ title: The leaf', '-status: active'],
      ...['@@ -10 +9 @@ status: active', '-- [ ] It is done', '+- [x] It is done'],
    ])
    expect([repository.changedIn('HEAD'), repository.dirty()]).toEqual([['M docs/goal.md'], []])
    const commits = repository.journal().filter(({ event }) => event === 'commit')
    expect(commits.map(({ card: id, verb, sha }) => [id, verb, sha])).toEqual(
      ['leaf impl', 'leaf close', 'goal impl', 'goal close'].map((words, at) => {
        return [...words.split(' '), repository.git('rev-parse', `HEAD~${3 - at}`)]
      }),
    )
    expect((await repository.mikado('run', 'goal', '--commit')).stdout).toContain('Nothing to do')
  })

  test('says in an impl that nothing had to change, where no close could stand otherwise', async () => {
    using repository = chain('', { '.gitignore': '.mikado/\n*.done\n' })
    expect((await repository.mikado('run', 'goal', '--commit')).code).toBe(0)
    expect(repository.subjects()).toEqual([all[0], all[1], all[3]])
    expect(repository.git('log', '-1', '--format=%b', 'HEAD~2')).toBe('Nothing in the repository had to change.')
    expect(await repository.tell('hook', 'commit-msg')).toContain('3 commits, in order.')
  })

  test('works in a folder of a larger repository, and on one card of the chain', async () => {
    using repository = new GitRepository({
      'infra/docs/leaf.md': card({ title: 'The leaf' }),
      'infra/docs/goal.md': card({ requires: ['leaf'] }),
      'infra/tasks/leaf.ts': task('leaf', "writeFileSync('../outside', '')"),
    })
    repository.git('switch', '--quiet', '-c', 'mikado/goal')
    expect((await repository.mikado('-C', 'infra', 'run', 'leaf', '--commit')).code).toBe(0)
    expect(repository.subjects()).toEqual(all.slice(0, 2))
    expect(repository.changedIn('HEAD~1')).toEqual(['A infra/leaf.done', 'A outside'])
    expect([repository.changedIn('HEAD'), repository.dirty()]).toEqual([['M infra/docs/leaf.md'], []])
  })

  test('goes on where it was cut between impl and close', async () => {
    using repository = chain()
    repository.commit('C2(goal): impl leaf: The leaf', { 'leaf.done': '' })
    expect((await repository.mikado('resume', '--commit')).code).toBe(0)
    expect(repository.subjects()).toEqual(all)
  })

  test('after a crash between mark and close asks for that close, and goes on from it', async () => {
    using repository = chain()
    repository.commit('C2(goal): impl leaf: The leaf', { 'leaf.done': '' })
    repository.change({ 'docs/leaf.md': card({ title: 'The leaf', complete: true }) })
    const { code, stderr } = await repository.mikado('resume', '--commit')
    expect([code, stderr]).toEqual([73, expect.stringContaining('a card that is marked as `C2(goal): close …`')])
    repository.commit('C2(goal): close leaf')
    expect((await repository.mikado('resume', '--commit')).code).toBe(0)
    expect([repository.subjects().slice(0, 2), repository.subjects().slice(-2)]).toEqual([
      all.slice(0, 2),
      all.slice(2),
    ])
  })

  test('mends what is no longer true without touching its document', async () => {
    using repository = chain()
    await repository.mikado('run', 'leaf', '--commit')
    repository.commit('C2(goal): impl lose it', { 'leaf.done': null })
    const document = repository.read('docs/leaf.md')
    expect((await repository.mikado('run', 'leaf', '--force', 'leaf', '--commit')).code).toBe(0)
    expect(repository.subjects().slice(3)).toEqual(all.slice(0, 1))
    expect([repository.read('docs/leaf.md'), repository.dirty()]).toEqual([document, []])
  })
})

describe('is refused with 73 before anything starts', () => {
  const refused = async (repository: GitRepository, ...words: string[]) => {
    const before = [repository.active(), repository.git('rev-parse', 'HEAD')]
    const told = await repository.tell('run', 'goal', '--commit', ...words)
    expect([repository.active(), repository.git('rev-parse', 'HEAD')]).toEqual(before)
    expect(repository.names('.mikado')).not.toContain('journal.jsonl')
    return told
  }

  test('on another branch, on none, and outside git', async () => {
    using repository = chain()
    repository.git('switch', '--quiet', 'main')
    const help = 'Switch to it, or make it: `git switch -c mikado/goal`.'
    const start = 'exit 73\n--- stderr\nmikado: nothing was started: --commit works on the branch of the goal: this is'
    expect(await refused(repository)).toBe(`${start} main, not mikado/goal\n  ${help}\n`)
    repository.git('switch', '--quiet', '-c', 'mikado/leaf')
    expect(await refused(repository)).toBe(`${start} mikado/leaf, not mikado/goal\n  ${help}\n`)
    repository.git('switch', '--quiet', '--detach')
    expect(await refused(repository)).toBe(`${start} no branch, not mikado/goal\n  ${help}\n`)
    const elsewhere = { GIT_DIR: repository.path('nowhere') }
    const { code, stderr } = await repository.start(['run', 'goal', '--commit'], elsewhere).ended
    expect([code, stderr]).toEqual([
      73,
      'mikado: nothing was started: --commit needs a git repository\n  Without --commit the documents are marked all the same.\n',
    ])
  })

  test('while files lie uncommitted: staged, changed or new', async () => {
    using repository = chain('', { 'a.txt': 'a', 'b.txt': 'b' })
    repository.change({ 'a.txt': 'x', 'b.txt': 'x', 'docs/new.md': '' })
    repository.git('add', 'a.txt')
    expect(await refused(repository)).toBe(`exit 73
--- stderr
mikado: nothing was started: files lie uncommitted, and --commit could not tell whose they are: a.txt, b.txt, docs/new.md
  Commit it, work as \`C2(goal): impl …\`, a card that is marked as \`C2(goal): close …\`, or put it aside; then run this again.
`)
  })

  test('while a merge waits', async () => {
    using repository = chain()
    repository.commit('C2(goal): impl one')
    repository.git('branch', 'other', 'main')
    repository.git('switch', '--quiet', 'other')
    repository.commit('other')
    repository.git('switch', '--quiet', 'mikado/goal')
    repository.git('merge', '--quiet', '--no-commit', '--strategy=ours', 'other')
    expect(await refused(repository)).toContain('nothing was started: a merge waits to be committed\n')
  })

  test('on a branch whose rules are broken already, or that is finished', async () => {
    using repository = chain()
    repository.commit('C2(goal): finalize it')
    const told = await refused(repository)
    expect(told.replace(/[0-9a-f]{8} C2/, 'SHA C2')).toBe(`exit 73
--- stderr
mikado: nothing was started: the rules of the branch mikado/goal are against it
  ✗ SHA C2(goal): finalize it
      nothing may come after a finalize (finalize-last)
      What is still to do comes before it; what comes after a finished chain has a branch of its own.
  \`mikado hook commit-msg\` judges the branch as it is.
`)
  })

  test('64 with more than one job: a commit could hold the work of two cards', async () => {
    using repository = chain()
    expect(await refused(repository, '-j', '2')).toBe(
      'exit 64\n--- stderr\nmikado: --commit works one card after the other, so that each commit is one card’s\n  Leave one of them out.\n',
    )
  })
})

describe('leaves the card active, and commits nothing, when its task', () => {
  const failed = async (repository: GitRepository) => {
    const { code, stdout } = await repository.mikado('run', 'goal', '--commit', '--quiet')
    expect([code, repository.subjects()]).toEqual([73, []])
    expect(repository.active()).toEqual(expect.arrayContaining(['goal', 'leaf']))
    expect(repository.journal().at(-1)).toMatchObject({ outcome: 'unrecorded', exitCode: 73, failed: 'leaf' })
    expect(repository.steady(stdout)).toMatch(/To go on: mikado resume goal --commit\n$/)
    const line = stdout.split('\n').find((told) => told.startsWith('  ✗ leaf')) ?? ''
    return line.replace('its checks hold, so the next run finds it true, once this is mended: ', '')
  }
  const changed = (path: string) =>
    `  ✗ leaf  cards changed while it ran, which only a plan may do: ${path}. leaf was left active and nothing was committed; take those changes back or commit them as a plan before any work`

  test('changed another card', async () => {
    using repository = chain("appendFileSync('docs/goal.md', 'more')")
    expect(await failed(repository)).toBe(changed('docs/goal.md'))
    expect(repository.dirty()).toEqual([' M docs/goal.md', '?? leaf.done'])
  })

  test('changed its own', async () => {
    using repository = chain("appendFileSync('docs/leaf.md', 'more')")
    expect(await failed(repository)).toBe(changed('docs/leaf.md'))
  })

  test('wrote a new card', async () => {
    using repository = chain("writeFileSync('docs/new.md', '---\\nstatus: active\\n---\\n')")
    expect(await failed(repository)).toBe(changed('docs/new.md'))
  })

  test('left a secret in a file', async () => {
    using repository = chain("writeFileSync('a.txt', 'key=' + (await secret('s3cr3t-value')))")
    expect(await failed(repository)).toBe(
      '  ✗ leaf  a secret stands in a.txt: nothing was committed, leaf was left active',
    )
  })

  test('went to another branch', async () => {
    using repository = chain('await $`git switch --quiet main`')
    const line = await failed(repository)
    expect(line).toBe('  ✗ leaf  the branch main is checked out now, not mikado/goal: leaf was left active')
  })
})

describe('when git does not take a commit', () => {
  test('of the work, the card stays active and its files staged; the next run goes on from the commit of a person', async () => {
    using repository = chain()
    refuse(repository, 'impl')
    const { code, stdout } = await repository.mikado('run', 'goal', '--commit', '--quiet')
    expect([code, stdout]).toEqual([
      73,
      expect.stringContaining(
        'once this is mended: git did not take the commit `C2(goal): impl leaf: The leaf`: not today: impl\nleaf was left active; its files are staged: commit them as `C2(goal): impl …`, then go on\n',
      ),
    ])
    expect([repository.active(), repository.dirty(), repository.subjects()]).toEqual([
      ...[['goal', 'leaf'], ['A  leaf.done'], []],
    ])
    refuse(repository, 'nothing')
    repository.commit('C2(goal): impl leaf by hand')
    expect((await repository.mikado('resume', '--commit')).code).toBe(0)
    expect(repository.subjects().slice(1)).toEqual(all.slice(1))
  })

  test('of the mark, the document is put back to the byte; the next run only closes', async () => {
    using repository = chain()
    refuse(repository, 'close leaf')
    const document = repository.read('docs/leaf.md')
    const { code, stdout } = await repository.mikado('run', 'goal', '--commit', '--quiet')
    expect([code, stdout]).toEqual([
      73,
      expect.stringContaining(
        'once this is mended: git did not take the commit `C2(goal): close leaf`: not today: close leaf\ndocs/leaf.md: put back as before, mend that and run this again\n',
      ),
    ])
    expect([repository.read('docs/leaf.md'), repository.dirty(), repository.subjects()]).toEqual([
      ...[document, [], all.slice(0, 1)],
    ])
    refuse(repository, 'nothing')
    expect((await repository.mikado('resume', '--commit')).code).toBe(0)
    expect(repository.subjects()).toEqual(all)
  })

  test('because nobody has a name here, it is said in git’s words', async () => {
    using repository = chain()
    for (const key of ['user.name', 'user.email']) repository.git('config', '--unset', key)
    repository.git('config', 'user.useConfigOnly', 'true')
    const { code, stdout } = await repository.mikado('run', 'goal', '--commit', '--quiet')
    expect([code, stdout]).toEqual([73, expect.stringContaining('Please tell me who you are')])
  })
})

test('a card that failed and left files is never taken for the work of the next', async () => {
  using repository = chain("writeFileSync('half', ''); throw new Error('no luck')", {
    'docs/other.md': card({ title: 'Other' }),
    'docs/goal.md': card({ requires: ['leaf', 'other'] }),
    'tasks/other.ts': task('other'),
  })
  const { code, stdout } = await repository.mikado('run', 'goal', '--commit', '--keep-going', '--quiet')
  expect([code, repository.subjects(), repository.names('.')]).toEqual([
    1,
    [],
    expect.not.arrayContaining(['other.done']),
  ])
  expect(stdout).toContain('  ✗ other  not started: files lie uncommitted that are not its own: half\n')
})
