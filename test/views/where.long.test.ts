import { describe, expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { commit, git, startMain } from './git.ts'

const files = {
  'docs/goal.md': card({ title: 'The goal', requires: ['left', 'right'], front: 'branch: mikado/goal\n' }),
  'docs/left.md': card({ title: 'Left', requires: ['base'] }),
  'docs/right.md': card({ title: 'Right', requires: ['base'] }),
  'docs/base.md': card({ title: 'Base' }),
  'docs/other.md': card({ title: 'Another goal' }),
}

/** What `where` says, in so many columns, with names of commits replaced. */
async function where(repository: TestRepository, words: string[] = [], columns = 200): Promise<string> {
  const ran = await repository.start(['where', ...words], { COLUMNS: String(columns) }).ended
  return repository.told(ran).replace(/\b[0-9a-f]{7,8}\b/g, 'COMMIT')
}

/** The same at the branch of the goal, after these commits. */
async function whereAfter(subjects: string[], change: (repository: TestRepository) => void = () => {}, columns = 200) {
  using repository = new TestRepository(files)
  startMain(repository)
  git(repository, 'switch', '-qc', 'mikado/goal')
  for (const subject of subjects) commit(repository, subject)
  change(repository)
  return await where(repository, [], columns)
}

/** What is told of the branch, and what comes next. */
const shortly = (text: string) => ({
  position: text.split('\n').slice(6, text.split('\n').indexOf('', 5)),
  next: text.split('Next:\n')[1]?.trimEnd().split('\n'),
})

describe('on the branch of a goal', () => {
  test('the whole, in 200 columns', async () => {
    const text = await whereAfter(
      ['C2(goal): plan four cards', 'C2(goal): impl base', 'Something else'],
      (repository) => {
        repository.write({ 'docs/base.md': card({ title: 'Base', complete: true }) })
        git(repository, 'commit', '-qam', 'C2(goal): close base')
        repository.write({ 'docs/left.md': 'half of it' })
        git(repository, 'stash', '-q')
      },
    )
    expect(text).toBe(
      `exit 0
--- stdout
The goal  goal
  docs/goal.md
  2 of 3 required cards active · ready: left, right
  on mikado/goal
  between cycles: ready for the next card
  1 thing against the rules of the branch

4 commits since main:
  COMMIT  plan   four cards
  COMMIT  impl   base
  COMMIT  –      Something else
  COMMIT  close  base

1 entry in the stash:
  stash@{0}: WIP on mikado/goal: COMMIT C2(goal): close base

Ready:
  ● left  Left
  ● right  Right

Next:
  · See whether what lies in the stash belongs to it: \`git stash show -p stash@{0}\`.
  · Put the commits of the branch in order: \`mikado hook commit-msg\` says what each breaks, and the way out.
  · Take one ready card: \`mikado brief left\`.
`,
    )
  })

  test('the same in 60 columns', async () => {
    const subjects = Array.from(
      { length: 12 },
      (_, at) => `C2(goal): plan ${at}: a subject that is too long for the width`,
    )
    expect(await whereAfter(subjects, undefined, 60)).toBe(`exit 0
--- stdout
The goal  goal
  docs/goal.md
  3 of 3 required cards active · ready: base
  on mikado/goal
  planning: cards may still be added

The last 10 of 12 commits since main:
${[2, 3, 4, 5, 6, 7, 8, 9].map((at) => `  COMMIT  plan  ${at}: a subject that is too long for the…\n`).join('')}${[10, 11].map((at) => `  COMMIT  plan  ${at}: a subject that is too long for th…\n`).join('')}
Ready:
  ● base  Base

Next:
  · Take the ready card: \`mikado brief base\`.
`)
  })

  const take = '  · Take the ready card: `mikado brief base`.'
  const order =
    '  · Put the commits of the branch in order: `mikado hook commit-msg` says what each breaks, and the way out.'
  test.each([
    [[], ['no commits since main yet'], [take]],
    [['C2(goal): plan a card'], ['planning: cards may still be added'], [take]],
    [
      ['C2(goal): plan a card', 'C2(goal): impl base'],
      ['in the middle of a cycle: work is committed, its card is not closed yet'],
      ['  · Finish the card that was begun: `mikado run goal` proves and closes what is true.', take],
    ],
    [['C2(goal): impl a', 'C2(goal): close a'], ['between cycles: ready for the next card'], [take]],
    [
      ['C2(goal): impl a', 'C2(goal): close a', 'C2(goal): finalize all'],
      ['finalized: the chain is finished and waits to be merged'],
      ['  · The last commit finalizes the chain, but not every card of it is complete.', take],
    ],
    [
      ['C2(goal): impl a', 'C2(goal): plan more'],
      ['out of order: the plan was changed after work had begun', '1 thing against the rules of the branch'],
      [order, take],
    ],
    [
      ['Something', 'and something else'],
      [
        'no commit says `C2(<goal>): <verb> …`, so where it stands is not known',
        '2 things against the rules of the branch',
      ],
      [order, take],
    ],
  ])('after %j', async (subjects, position, next) => {
    expect(shortly(await whereAfter(subjects))).toEqual({ position: position.map((line) => `  ${line}`), next })
  })

  /** All cards complete, and what comes after. */
  const finished = (subjects: string[] = []) =>
    whereAfter(['C2(goal): impl all'], (repository) => {
      for (const id of ['goal', 'left', 'right', 'base']) {
        repository.write({ [`docs/${id}.md`]: repository.read(`docs/${id}.md`).replace('status: active\n', '') })
      }
      git(repository, 'commit', '-qam', 'C2(goal): close all')
      for (const subject of subjects) commit(repository, subject)
    })

  test('when every card is complete', async () => {
    const text = await finished()
    expect(text.split('\n').slice(2, 7)).toEqual([
      'The goal  goal',
      '  docs/goal.md',
      '  complete',
      '  on mikado/goal',
      '  between cycles: ready for the next card',
    ])
    expect(shortly(text).next).toEqual(['  · Every card is complete: `mikado finalize goal` ends the chain.'])
    expect(shortly(await finished(['C2(goal): finalize the cards'])).next).toEqual([
      '  · Have the branch read and merged: the chain is finished.',
    ])
  })

  test('when its documents have an error, that comes first', async () => {
    const text = await whereAfter(['C2(goal): plan'], (repository) => {
      repository.write({ 'docs/base.md': card({ requires: ['gone'] }) })
    })
    expect(text.startsWith('exit 65\n')).toBe(true)
    expect(text.split('Next:\n')[1]).toBe(`  · Mend the documents first: \`mikado lint\` says what is wrong, and where.

--- stderr

docs/base.md:5:5: error: no document is called \`gone\` [unknown-card]
  Did you mean \`goal\`?
`)
  })

  test('subjects of commits and stashes are shown without what would move the cursor', async () => {
    const text = await whereAfter(
      ['C2(goal): plan \u001b[2J\u009b31mred', '\u001b]0;title\u0007plain'],
      (repository) => {
        repository.write({ 'docs/left.md': 'half' })
        git(repository, 'stash', 'push', '-qm', '\u001b[2Jput aside')
      },
    )
    expect(text).toContain('COMMIT  plan  [2J31mred\n  COMMIT  –     ]0;titleplain\n')
    expect(text).toContain('  stash@{0}: On mikado/goal: [2Jput aside\n')
  })
})

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

test('in JSON', async () => {
  using repository = new TestRepository(files)
  startMain(repository)
  git(repository, 'switch', '-qc', 'mikado/goal')
  commit(repository, 'C2(goal): plan four cards')
  const { stdout } = await repository.mikado('where', '--json')
  const goal = {
    id: 'goal',
    title: 'The goal',
    path: 'docs/goal.md',
    branch: 'mikado/goal',
    checkedOut: true,
    sound: true,
    active: 3,
    total: 3,
    faulty: 0,
    ready: ['base'],
  }
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    kind: 'where',
    data: {
      git: true,
      branch: 'mikado/goal',
      card: { ...goal, status: 'active' },
      homes: ['mikado/goal'],
      here: true,
      position: 'planning',
      violations: 0,
      commitsSinceMain: 1,
      commits: [
        {
          sha: expect.stringMatching(/^[0-9a-f]{40}$/),
          subject: 'C2(goal): plan four cards',
          verb: 'plan',
          description: 'four cards',
        },
      ],
      stashes: [],
      pullRequest: null,
      pullRequestTrouble: null,
      next: ['Take the ready card: `mikado brief base`.'],
      goals: [goal, expect.objectContaining({ id: 'other', checkedOut: false })],
    },
  })
  git(repository, 'switch', '-q', 'main')
  expect(JSON.parse((await repository.mikado('where', '--json')).stdout).data).toMatchObject({
    card: null,
    homes: [],
    here: false,
    position: 'empty',
    commits: [],
    next: [],
  })
})
