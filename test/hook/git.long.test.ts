import { describe, expect, it } from 'vitest'
import { positionOf } from '../../scripts/core/branch.ts'
import {
  branchOf,
  cardsTouchedBy,
  changedFiles,
  commitsSinceMain,
  remoteUrlOf,
  stashesOf,
} from '../../scripts/io/git.ts'
import { card } from '../rig/text.ts'
import { GitRepository } from './build.ts'

const leaf = card({ title: 'Leaf' })

/** A branch with two commits, `main` one behind. */
function branched(): GitRepository {
  const repository = new GitRepository({ 'docs/leaf.md': leaf })
  repository.git('switch', '--quiet', '-c', 'mikado/goal')
  repository.commit('C2(goal): plan one')
  repository.commit('C2(goal): impl  two ')
  return repository
}
const subjects = async (repository: GitRepository, main?: string) =>
  (await commitsSinceMain(repository.root, main))?.map(({ subject }) => subject) ?? null
const both = ['C2(goal): plan one', 'C2(goal): impl  two']

describe('the commits since main', () => {
  it('are told oldest first, with what their subjects say', async () => {
    using repository = branched()
    const [sha = '', before = ''] = repository.git('rev-parse', 'HEAD', 'HEAD~1').split('\n')
    const commits = (await commitsSinceMain(repository.root)) ?? []
    expect(commits).toEqual([
      { sha: before, subject: both[0], chain: 'goal', verb: 'plan', description: 'one' },
      { sha, subject: both[1], chain: 'goal', verb: 'impl', description: 'two' },
    ])
    expect(positionOf(commits)).toBe('mid-cycle')
  })

  it('count from what the remote calls its HEAD, else from main, else from master', async () => {
    using repository = branched()
    repository.git('branch', '--move', 'main', 'master')
    expect(await subjects(repository)).toEqual(both)
    repository.git('branch', 'main', 'HEAD~1')
    expect(await subjects(repository)).toEqual(both.slice(1))
    repository.git('update-ref', 'refs/remotes/upstream/trunk', 'HEAD')
    repository.git('symbolic-ref', 'refs/remotes/upstream/HEAD', 'refs/remotes/upstream/trunk')
    expect(await subjects(repository)).toEqual([])
    repository.git('update-ref', 'refs/remotes/origin/master', 'master')
    repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master')
    expect(await subjects(repository)).toEqual(both)
  })

  it('leave out what a remote has of main while the own main is behind', async () => {
    using repository = branched()
    repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD~1')
    expect(await subjects(repository)).toEqual(both.slice(1))
  })

  it('count from the branch that is named', async () => {
    using repository = branched()
    repository.git('branch', 'release/1', 'HEAD~1')
    repository.git('update-ref', 'refs/remotes/upstream/main', 'HEAD')
    expect(await subjects(repository, 'release/1')).toEqual(both.slice(1))
    expect(await subjects(repository, 'upstream/main')).toEqual([])
    expect(await subjects(repository, 'nowhere')).toBe(null)
  })

  it('are not known where nothing can be main, and are none before the first', async () => {
    using repository = branched()
    repository.git('branch', '--move', 'main', 'elsewhere')
    expect(await subjects(repository)).toBe(null)
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/mikado/new')
    expect([await subjects(repository), await branchOf(repository.root)]).toEqual([[], 'mikado/new'])
  })

  it('are told whatever the settings of git and whatever else has the name of the branch', async () => {
    using repository = branched()
    repository.git('tag', 'mikado/goal', 'HEAD~1')
    repository.git('tag', 'main', 'HEAD')
    repository.change({ 'main..mikado': '', HEAD: '' })
    for (const setting of ['log.showSignature=true', 'color.ui=always', 'log.decorate=full'])
      repository.git('config', ...setting.split('='))
    expect([await subjects(repository), await branchOf(repository.root)]).toEqual([both, 'mikado/goal'])
  })
})

it('tells the cards that commits touch, as they are or were', async () => {
  using repository = new GitRepository({ 'docs/leaf.md': leaf, 'docs/old.md': leaf, 'docs/twig.md': leaf, 'a.txt': '' })
  repository.git('switch', '--quiet', '-c', 'mikado/goal')
  repository.commit('C2(goal): impl nothing')
  repository.commit('C2(goal): impl code', { 'a.txt': 'more', 'docs/page.md': '# Page\n' })
  repository.commit('C2(goal): impl new', { 'docs/übung "a".md': leaf, 'docs/new.MD': leaf })
  repository.commit('C2(goal): impl change', {
    'docs/leaf.md': card({ title: 'Leaf', complete: true }),
    'docs/page.md': '',
  })
  repository.commit('C2(goal): impl rename', { 'docs/old.md': null, 'notes/old.md': leaf })
  repository.commit('C2(goal): impl delete', { 'docs/twig.md': null })
  repository.commit('C2(goal): impl other bytes')
  repository.change({ 'docs/staged.md': leaf, 'docs/leaf.md': leaf })
  repository.git('add', 'docs/staged.md')
  const commits = (await commitsSinceMain(repository.root)) ?? []
  const incoming = { sha: null, subject: '', chain: null, verb: null, description: null }
  expect([...(await cardsTouchedBy(repository.root, [...commits, incoming])).values()]).toEqual([
    [],
    [],
    ['docs/new.MD', 'docs/übung "a".md'],
    ['docs/leaf.md'],
    ['docs/old.md', 'notes/old.md'],
    ['docs/twig.md'],
    [],
    ['docs/staged.md'],
  ])
})

it('tells what lies uncommitted, what is put aside, and where the branch is pushed', async () => {
  using repository = new GitRepository({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' })
  expect(await stashesOf(repository.root)).toEqual([])
  repository.change({ 'a.txt': 'aside' })
  repository.git('stash', 'push', '--quiet', '-m', 'for later')
  expect(await stashesOf(repository.root)).toEqual(['stash@{0}: On main: for later'])

  repository.git('mv', 'a.txt', 'moved.txt')
  repository.change({ 'b.txt': null, 'c.txt': 'changed', 'new/ü\n.txt': '', '.mikado/journal.jsonl': '' })
  expect((await changedFiles(repository.root)).sort()).toEqual(['a.txt', 'b.txt', 'c.txt', 'moved.txt', 'new/ü\n.txt'])

  expect(await remoteUrlOf(repository.root)).toBe(null)
  repository.git('remote', 'add', 'forge', 'https://forge.example.org/a.git')
  expect(await remoteUrlOf(repository.root)).toBe('https://forge.example.org/a.git')
  repository.git('remote', 'add', 'other', 'https://other.example.org/a.git')
  expect(await remoteUrlOf(repository.root)).toBe(null)
  repository.git('remote', 'add', 'origin', 'git@example.org:a.git')
  expect(await remoteUrlOf(repository.root)).toBe('git@example.org:a.git')
})
