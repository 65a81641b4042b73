/** Our hook and the original on the same branches. `BLUMEOPS=/path/to/blumeops npm run test:long -- test/hook` */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { card } from '../rig/text.ts'
import { build, GitRepository } from './build.ts'
import { histories } from './histories.ts'
import { findOriginal } from './original.ts'
import { subjects, tellStory } from './story.ts'

const original = findOriginal()

const why = typeof original === 'string' ? ` (skipped: ${original})` : ''

describe.skipIf(why !== '')(`the original judges as ours does, or the table says why not${why}`, () => {
  it.each(histories.map((history) => [history.name, history] as const))('%s', async (_name, history) => {
    if (typeof original === 'string') return
    const { repository, message } = build(history)
    using _ = repository
    const ours = await repository.mikado('hook', 'commit-msg', ...(message === null ? [] : [message]))
    expect(ours).toMatchObject({ code: history.breaks.length === 0 ? 0 : 65, stderr: '' })
    const theirs = original.judges(repository, message)
    const agrees = theirs === (ours.code === 0 ? 'accepts' : 'refuses')
    expect({ theirs, agrees }).toEqual({ theirs, agrees: history.differs === null })
    if (history.differs !== null) expect(theirs).toBe('accepts')
  })
})

describe.skipIf(why !== '')(`a chain worked with --commit under the original as hook${why}`, () => {
  it('is accepted, commit by commit and as a whole, by both', async () => {
    if (typeof original === 'string') return
    const told = await tellStory(async (repository) => {
      const call = original.putInto(repository)
      repository.write({ '.git/hooks/commit-msg*': `#!/bin/sh\nexec ${call} "$1"\n` })
    })
    using repository = told.repository
    expect(told.ran.map(({ code }) => code)).toEqual([1, 0, 0, 0, 0])
    expect(told.refused).toContain('plan commit after impl/close')
    expect([repository.subjects(), repository.dirty()]).toEqual([subjects, []])
    expect(Object.fromEntries(Object.keys(told.ended).map((path) => [path, repository.read(path)]))).toEqual(told.ended)
    expect(original.judges(repository, null)).toBe('accepts')
    expect((await repository.mikado('hook', 'commit-msg')).code).toBe(0)
  }, 120_000)
})

/** Where the two look at a repository differently, beyond what its commits hold. */
interface Circumstance {
  name: string
  /** Prepares a branch with a plan and an impl, main one behind; answers the message that comes in. */
  make: (repository: GitRepository) => string | null
  ours: number
  theirs: 'accepts' | 'refuses' | 'crashes'
}
const circumstances: Circumstance[] = [
  {
    name: 'the own main is behind that of the remote',
    make: (repository) => {
      repository.git('switch', '--quiet', 'main')
      repository.git('branch', '--quiet', '-D', 'mikado/goal')
      repository.commit('Fix a typo')
      repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD')
      repository.git('switch', '--quiet', '-c', 'mikado/goal')
      repository.git('branch', '--force', 'main', 'HEAD~1')
      return 'C2(goal): impl it'
    },
    ours: 0,
    theirs: 'refuses',
  },
  {
    name: 'main is called master',
    make: (repository) => {
      repository.git('branch', '--move', 'main', 'master')
      repository.commit('wip')
      return null
    },
    ours: 65,
    theirs: 'accepts',
  },
  {
    name: 'nothing can be main',
    make: (repository) => {
      repository.git('branch', '--move', 'main', 'trunk')
      return null
    },
    ours: 65,
    theirs: 'accepts',
  },
  {
    name: 'a tag has the name of the branch',
    make: (repository) => {
      repository.git('tag', 'mikado/goal')
      return 'wip'
    },
    ours: 65,
    theirs: 'accepts',
  },
  {
    name: 'comments begin with another character',
    make: (repository) => {
      repository.git('config', 'core.commentChar', ';')
      return '; please\nC2(goal): impl it'
    },
    ours: 0,
    theirs: 'refuses',
  },
  {
    name: 'a page is not UTF-8',
    make: (repository) => {
      writeFileSync(repository.path('docs/page.md'), Buffer.from('---\ntitle: \xfcber\n---\n', 'latin1'))
      repository.commit('C2(goal): impl it')
      return null
    },
    ours: 0,
    theirs: 'crashes',
  },
  {
    name: 'the first commit of all',
    make: (repository) => {
      repository.git('symbolic-ref', 'HEAD', 'refs/heads/mikado/new')
      return 'wip'
    },
    ours: 65,
    theirs: 'accepts',
  },
  {
    name: 'no branch is checked out',
    make: (repository) => {
      repository.git('switch', '--quiet', '--detach')
      return 'wip'
    },
    ours: 0,
    theirs: 'accepts',
  },
  {
    name: 'main was merged into the branch',
    make: (repository) => {
      repository.git('switch', '--quiet', 'main')
      repository.commit('Fix a typo')
      repository.git('switch', '--quiet', 'mikado/goal')
      repository.git('merge', '--quiet', '--no-edit', 'main')
      return null
    },
    ours: 65,
    theirs: 'refuses',
  },
]

describe.skipIf(why !== '')(`in other circumstances${why}`, () => {
  it.each(circumstances.map((each) => [each.name, each] as const))('%s', async (_name, { make, ours, theirs }) => {
    if (typeof original === 'string') return
    using repository = new GitRepository({ 'docs/leaf.md': card({ title: 'Leaf' }) })
    repository.git('switch', '--quiet', '-c', 'mikado/goal')
    repository.commit('C2(goal): plan it')
    repository.commit('C2(goal): impl it', { 'a.txt': '' })
    const said = make(repository)
    const message = said === null ? null : repository.path('.git/COMMIT_EDITMSG')
    if (message !== null) writeFileSync(message, `${said}\n`)
    const { code } = await repository.mikado('hook', 'commit-msg', ...(message === null ? [] : [message]))
    expect([code, original.judges(repository, message)]).toEqual([ours, theirs])
  })
})
