/** `where` on another branch than that of a goal, and where there is none. */
import { describe, expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { commit, git, startMain } from './git.ts'
import { files, shortly, where } from './where.ts'

describe('elsewhere', () => {
  test('on main: the goals, and how to go on', async () => {
    using repository = new TestRepository(files)
    startMain(repository)
    expect(await where(repository)).toBe(`exit 0
--- stdout
On main: no one goal is worked here.

The goal  goal
  3 of 3 required cards active · ready: base
  branch mikado/goal
Another goal  other
  requires nothing · ready: other
  no branch yet

To go on with one: \`mikado where GOAL\`.
`)
  })

  test('a goal whose branch is another: exit code 2, and how to get there', async () => {
    using repository = new TestRepository(files)
    startMain(repository)
    const told = (text: string) => [text.slice(0, 6), text.split('\n')[5], shortly(text).next]
    const head = '  worked on mikado/goal; you are on main'
    expect(told(await where(repository, ['goal']))).toEqual([
      'exit 2',
      head,
      ['  · Fetch its branch, which is not here; or start it: `git switch -c mikado/goal`.'],
    ])
    git(repository, 'branch', 'mikado/goal')
    const go = '  · Go to its branch: `git switch mikado/goal` (it refuses where uncommitted work would be lost).'
    expect(told(await where(repository, ['goal']))).toEqual(['exit 2', head, [go]])
    // A card of the chain is worked where its goal is; that no document says so is no difference.
    expect(told(await where(repository, ['left']))).toEqual(['exit 0', head, [go]])
    git(repository, 'switch', '-q', '--detach')
    expect(told(await where(repository, ['goal']))).toEqual([
      'exit 2',
      '  worked on mikado/goal; you are on no branch',
      [go],
    ])
  })

  test('a card of a chain that has a branch of its own is worked there', async () => {
    using repository = new TestRepository({
      ...files,
      'docs/left.md': card({ title: 'Left', requires: ['base'], front: 'branch: feature/left\n' }),
    })
    startMain(repository)
    git(repository, 'switch', '-qc', 'feature/left')
    expect((await where(repository, ['left'])).split('\n').slice(0, 6)).toEqual([
      'exit 0',
      '--- stdout',
      'Left  left',
      '  docs/left.md',
      '  1 of 1 required card active · ready: base',
      '  on feature/left',
    ])
    expect((await where(repository, ['goal'])).split('\n')[5]).toBe('  worked on mikado/goal; you are on feature/left')
  })

  test('a goal without a branch: how to start one', async () => {
    using repository = new TestRepository(files)
    startMain(repository)
    const text = await where(repository, ['other'])
    expect([text.slice(0, 6), shortly(text).next]).toEqual([
      'exit 0',
      [
        '  · Start it: `git switch -c mikado/other`, and write `branch: mikado/other` into docs/other.md with the first plan.',
      ],
    ])
  })

  test.each(['"x; rm -rf ~"', '"--discard-changes"', '"$(reboot)"', '"a b"', '"x\\ny"'])(
    'a branch called %s is never part of a command',
    async (branch) => {
      using repository = new TestRepository({ 'docs/goal.md': card({ front: `branch: ${branch}\n` }) })
      startMain(repository)
      expect(shortly(await where(repository, ['goal'])).next).toEqual([
        '  · Its branch has a name that is no word: see the `branch` of its document.',
      ])
    },
  )

  test('an id that is no word is one word in a command', async () => {
    using repository = new TestRepository({ "docs/it's; rm -rf ~.md": card() })
    expect((await where(repository)).split('Next:\n')[1]).toBe(
      "  · Take the ready card: `mikado brief 'it'\\''s; rm -rf ~'`.\n",
    )
  })

  test('on the branch of a chain that was finished', async () => {
    using repository = new TestRepository({ 'docs/goal.md': '# The goal\n', 'docs/other.md': files['docs/other.md'] })
    startMain(repository)
    git(repository, 'switch', '-qc', 'mikado/goal')
    commit(repository, 'C2(goal): impl all of it')
    commit(repository, 'C2(goal): finalize')
    commit(repository, 'C2(goal): finalize the cards')
    expect(await where(repository)).toBe(`exit 0
--- stdout
On mikado/goal: no one goal is worked here.
  finalized: the chain is finished and waits to be merged
  1 thing against the rules of the branch

Another goal  other
  requires nothing · ready: other
  no branch yet

3 commits since main:
  COMMIT  impl      all of it
  COMMIT  –         C2(goal): finalize
  COMMIT  finalize  the cards

To go on with one: \`mikado where GOAL\`.
`)
  })

  test('outside git: the only goal, without a branch', async () => {
    const { 'docs/other.md': _, ...one } = files
    using repository = new TestRepository(one)
    expect(await where(repository)).toBe(`exit 0
--- stdout
The goal  goal
  docs/goal.md
  3 of 3 required cards active · ready: base
  outside git

Ready:
  ● base  Base

Next:
  · Take the ready card: \`mikado brief base\`.
`)
  })

  test('outside git, with several goals', async () => {
    using repository = new TestRepository(files)
    expect((await where(repository)).split('\n').slice(0, 5)).toEqual([
      'exit 0',
      '--- stdout',
      'Outside git: no one goal is worked here.',
      '',
      'The goal  goal',
    ])
  })

  test('in git without a commit, and without a main', async () => {
    using repository = new TestRepository(files)
    git(repository, 'init', '-q', '-b', 'mikado/goal')
    expect(shortly(await where(repository)).position).toEqual(['  no commits since main yet'])
    git(repository, 'add', '-A')
    git(repository, 'commit', '-qm', 'The beginning')
    expect(shortly(await where(repository)).position).toEqual([
      '  what is new on it is not known: there is no branch main or master',
    ])
  })
})
