/** `where` on the branch of a goal. */
import { describe, expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { commit, git, startMain } from './git.ts'
import { files, shortly, whereAfter } from './where.ts'

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
