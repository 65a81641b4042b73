import { spawnSync } from 'node:child_process'
import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { plainEnvironment, program, TestRepository } from '../rig/repository.ts'
import { card } from '../rig/text.ts'
import { GitRepository } from './build.ts'

const files = { 'docs/leaf.md': card({ title: 'Leaf' }), 'a.txt': 'a' }
const hook = '.git/hooks/commit-msg'
const call = `'${process.execPath}' '${program}' hook commit-msg "$1"`
const written = `#!/bin/sh
# Written by \`mikado hook install\`, taken away by \`mikado hook uninstall\`.
case "$(git symbolic-ref -q HEAD)" in
refs/heads/mikado/*) ${call} ;;
esac
`

function onBranch(name = 'mikado/goal'): GitRepository {
  const repository = new GitRepository(files)
  repository.git('switch', '--quiet', '-c', name)
  return repository
}

/** A commit as somebody makes it, hooks and all. */
function commit(folder: string, message: string, more: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const words = ['commit', '--quiet', '--allow-empty', '-m', message, ...more]
  return spawnSync('git', words, { cwd: folder, env: { ...plainEnvironment(), ...env }, encoding: 'utf8' })
}

describe('judging a branch', () => {
  it('says of each commit what it breaks and how to get out of it', async () => {
    using repository = onBranch()
    repository.commit('C2(goal): plan it')
    const end = repository.git('rev-parse', '--short=8', 'HEAD')
    repository.commit('C2(goal): close leaf')
    repository.commit('C2(goal): impl leaf', { 'docs/leaf.md': card({ title: 'Leaf', complete: true }) })
    repository.commit('C2(other): plan more')
    repository.commit('wip')
    repository.commit('C2(goal): finalize it')
    writeFileSync(repository.path('message'), '# Please\nC2(goal): impl again\n')
    const shas = repository.git('log', '--reverse', '--format=%h', '--abbrev=8', 'main..').split('\n')
    const told = (await repository.tell('hook', 'commit-msg', 'message')).replaceAll(end, 'END')
    expect(shas.reduce((text, sha, at) => text.replace(sha, `SHA${at}`), told)).toBe(`exit 65
--- stdout
mikado/goal breaks the rules of its branch:
  ✗ SHA1 C2(goal): close leaf
      a card is closed before any impl (impl-before-close)
      Commit the work first, as an impl; if nothing in the repository had to change, an empty one that says so.
  ✗ SHA2 C2(goal): impl leaf
      an impl may not touch a card, and this one touches docs/leaf.md (no-card-in-impl)
      Leave the card out of it: a card changes in a plan, before any work, or in a close.
  ✗ SHA3 C2(other): plan more
      it is for \`other\`, the branch is for \`goal\` (chain)
      Write \`C2(goal): plan …\`, or do this work on the branch \`mikado/other\`.
      the plan may not change after an impl or a close (plan-first)
      The branch must go back first: keep what you have (a branch of another name, a stash), return to END, the last of its plan, commit the plan there, and cherry-pick what still holds.
  ✗ SHA4 wip
      its subject is not \`C2(<goal>): <verb> <description>\` (convention)
      Reword it, in an interactive rebase of the branch, \`C2(goal): <plan|impl|close|finalize> <description>\`; what belongs to no card, on a branch of its own.
  ✗ SHA5 C2(goal): finalize it
      nothing may come after a finalize (finalize-last)
      What is still to do comes before it; what comes after a finished chain has a branch of its own.
The rules: mikado hook --help
`)
    const { violations } = JSON.parse((await repository.mikado('hook', 'commit-msg', 'message', '--json')).stdout).data
    expect(violations.map(({ rule }: { rule: string }) => rule)).toEqual([
      ...['impl-before-close', 'no-card-in-impl', 'chain', 'plan-first', 'convention', 'finalize-last'],
    ])
  })

  it('says nothing to git about a good commit, and a line to a person', async () => {
    using repository = onBranch()
    repository.commit('C2(goal): plan it')
    writeFileSync(repository.path('message'), 'C2(goal): impl it\n')
    expect(await repository.tell('hook', 'commit-msg', 'message')).toBe('exit 0')
    expect(await repository.tell('hook', 'commit-msg')).toBe('exit 0\n--- stdout\nmikado/goal: 1 commit, in order.\n')
    expect(JSON.parse((await repository.mikado('hook', 'commit-msg', '--json')).stdout)).toEqual({
      schemaVersion: 1,
      kind: 'hook',
      data: { branch: 'mikado/goal', goal: 'goal', commits: 1, violations: [] },
    })
    repository.git('switch', '--quiet', 'main')
    expect(await repository.tell('hook', 'commit-msg')).toBe('exit 0\n--- stdout\nNot on a branch mikado/<goal>.\n')
  })

  it.each([
    [
      ['hook'],
      'exit 64\n--- stderr\nmikado: `hook` needs install|uninstall|commit-msg [FILE]\n  See `mikado hook --help`.\n',
    ],
    [
      ['hook', 'check'],
      'exit 64\n--- stderr\nmikado: no such thing as `hook check`\n  There are install, uninstall and commit-msg [FILE].\n',
    ],
    [
      ['hook', 'install', 'x'],
      'exit 64\n--- stderr\nmikado: `hook install` takes no file\n  There are install, uninstall and commit-msg [FILE].\n',
    ],
    [
      ['hook', 'commit-msg', 'none'],
      'exit 64\n--- stderr\nmikado: ROOT/none cannot be read\n  FILE is the file with the message, as git gives it to its hook.\n',
    ],
  ])('refuses %j', async (words, told) => {
    using repository = onBranch()
    expect(await repository.tell(...words)).toBe(told)
  })

  it('refuses to judge where it cannot tell what is main', async () => {
    using repository = onBranch()
    repository.git('branch', '--move', 'main', 'trunk')
    expect(await repository.tell('hook', 'commit-msg')).toBe(`exit 65
--- stderr
mikado: no branch is found that could be main
  Fetch it, or name it: "mikado": {"main": "…"} in package.json.
`)
  })
})

describe('the hook in git', () => {
  it('is written once, lets good commits through and stops others, and goes again', async () => {
    using repository = onBranch()
    expect(await repository.tell('hook', 'install')).toBe(`exit 0\n--- stdout\n${hook}  installed\n`)
    expect([repository.read(hook), statSync(repository.path(hook)).mode & 0o777]).toEqual([written, 0o755])
    const refused = commit(repository.root, 'Fix a typo')
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('✗ this commit Fix a typo\n')])
    expect(commit(repository.root, 'C2(goal): impl it')).toMatchObject({ status: 0, stderr: '' })
    expect(commit(repository.root, 'C2(goal): plan it').status).toBe(1)
    repository.git('switch', '--quiet', 'main')
    expect(commit(repository.root, 'Fix a typo')).toMatchObject({ status: 0, stderr: '' })

    writeFileSync(repository.path(hook), written.replace(program, '/gone'))
    chmodSync(repository.path(hook), 0o644)
    const again = `exit 0\n--- stdout\n${hook}  was installed already, and is up to date\n`
    expect(await repository.tell('hook', 'install')).toBe(again)
    expect([repository.read(hook), statSync(repository.path(hook)).mode & 0o777]).toEqual([written, 0o755])
    expect(await repository.tell('hook', 'uninstall')).toBe(`exit 0\n--- stdout\n${hook}  taken away\n`)
    expect(await repository.tell('hook', 'uninstall')).toBe(`exit 0\n--- stdout\n${hook}  was not installed\n`)
    const { stdout } = await repository.mikado('hook', 'uninstall', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'hook', data: { file: repository.path(hook), state: 'absent' } })
    expect(repository.dirty()).toEqual([])
  })

  it('judges what is staged, also with `git commit -a`, by path and from a folder below', async () => {
    using repository = onBranch()
    await repository.mikado('hook', 'install')
    repository.change({ 'docs/leaf.md': card({ title: 'Other' }), 'a.txt': 'b', 'docs/sub/page.md': '# Page\n' })
    expect(commit(repository.root, 'C2(goal): impl it', ['--all']).stderr).toContain('this one touches docs/leaf.md')
    expect(commit(repository.path('docs'), 'C2(goal): impl it', ['--only', '--', 'leaf.md']).status).toBe(1)
    expect(commit(repository.path('docs'), 'C2(goal): impl it', ['--only', '--', '../a.txt']).status).toBe(0)
    expect(repository.changedIn('HEAD')).toEqual(['M a.txt'])
  })

  it('works in every working tree, each on its own branch', async () => {
    using repository = onBranch()
    repository.git('worktree', 'add', '--quiet', '-b', 'mikado/leaf', 'tree', 'main')
    const inside = await repository.start(['hook', 'install'], {}, { cwd: repository.path('tree') }).ended
    expect(repository.told(inside)).toBe('exit 0\n--- stdout\n../.git/hooks/commit-msg  installed\n')
    expect(commit(repository.path('tree'), 'C2(goal): impl it').stderr).toContain('the branch is for `leaf`')
    expect(commit(repository.path('tree'), 'C2(leaf): impl it').status).toBe(0)
    expect(commit(repository.root, 'C2(goal): impl it').status).toBe(0)
  })

  it('finds cards that lie in a folder of the repository', async () => {
    using repository = new GitRepository({ 'infra (a)/docs/leaf.md': files['docs/leaf.md'], 'a.txt': 'a' })
    repository.git('switch', '--quiet', '-c', 'mikado/goal')
    await repository.mikado('hook', 'install', '-C', 'infra (a)')
    expect(repository.read(hook)).toContain(` -C 'infra (a)/' hook commit-msg "$1" ;;`)
    repository.change({ 'infra (a)/docs/leaf.md': card({ title: 'Other' }), 'a.txt': 'b' })
    const refused = commit(repository.root, 'C2(goal): impl it', ['--all'])
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('touches infra (a)/docs/leaf.md')])
    expect(commit(repository.root, 'C2(goal): impl it', ['--only', 'a.txt'])).toMatchObject({ status: 0, stderr: '' })
    // Then git names its files relative to the top of the working tree.
    const relative = { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index' }
    expect(commit(repository.root, 'C2(goal): impl it', [], relative)).toMatchObject({ status: 0, stderr: '' })
    repository.git('add', '--all')
    expect(commit(repository.root, 'C2(goal): impl it', [], relative).status).toBe(1)
  })

  it('leaves the hook of somebody else alone, and says how to chain it', async () => {
    using repository = onBranch()
    repository.write({ [hook]: '#!/bin/sh\nexit 0\n' })
    expect(await repository.tell('hook', 'install')).toBe(`exit 73
--- stderr
mikado: ROOT/${hook} is there already, and not ours
  Put this line into it yourself, it stops a wrong commit: ${repository.steady(call)} || exit 1
  Where prek or pre-commit wrote it, make it an entry of theirs: docs/reference/branch-discipline.md shows how.
`)
    expect(await repository.tell('hook', 'uninstall')).toBe(`exit 73
--- stderr
mikado: ROOT/${hook} is not ours
  Take the line that calls mikado out of it by hand.
`)
    expect(repository.read(hook)).toBe('#!/bin/sh\nexit 0\n')
    repository.write({ [`${hook}*`]: `#!/bin/sh\n${call} || exit 1\necho chained >&2\n` })
    chmodSync(repository.path(hook), 0o755)
    expect(commit(repository.root, 'wip').status).toBe(1)
    expect(commit(repository.root, 'C2(goal): impl it')).toMatchObject({ status: 0, stderr: 'chained\n' })
  })

  it('goes where core.hooksPath says, but not out of the repository', async () => {
    using repository = onBranch()
    repository.git('config', 'core.hooksPath', '.githooks')
    const below = await repository.start(['hook', 'install'], {}, { cwd: repository.path('docs') }).ended
    expect(repository.told(below)).toBe('exit 0\n--- stdout\n../.githooks/commit-msg  installed\n')
    expect(commit(repository.root, 'wip').status).toBe(1)
    using outside = new TestRepository()
    repository.git('config', 'core.hooksPath', outside.root)
    const { code, stderr } = await repository.mikado('hook', 'install')
    expect([code, stderr]).toEqual([73, expect.stringContaining('is a folder outside of this repository')])
  })

  it('needs a git repository', async () => {
    using repository = onBranch()
    repository.git('config', 'core.bare', 'true')
    expect(await repository.tell('hook', 'install')).toBe(`exit 69
--- stderr
mikado: ROOT is in no git repository
  A hook needs one: \`git init\` makes it.
`)
  })
})
