import { expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { git, startMain } from './git.ts'

const files = {
  'docs/goal.md': card({ title: 'The goal', requires: ['left', 'right'], front: 'branch: mikado/goal\n' }),
  'docs/left.md': card({ title: 'Left' }),
  'docs/right.md': card({ title: 'Right' }),
  'docs/other.md': card({ title: 'Another goal' }),
}

async function listed(repository: TestRepository, columns = 200): Promise<string> {
  return (await repository.start(['list'], { COLUMNS: String(columns) }).ended).stdout
}

test('each goal has its branch, and the one that is checked out is told', async () => {
  using repository = new TestRepository(files)
  startMain(repository)
  const text = (ofGoal: string, ofOther: string) => `The goal  goal
  2 of 2 required cards active · ready: left, right
  ${ofGoal}
Another goal  other
  requires nothing · ready: other
  ${ofOther}
`
  expect(await listed(repository)).toBe(text('branch mikado/goal', 'no branch yet'))
  git(repository, 'switch', '-qc', 'mikado/goal')
  expect(await listed(repository)).toBe(text('branch mikado/goal, checked out', 'no branch yet'))
  // A branch that no document names is found by its name.
  git(repository, 'switch', '-qc', 'mikado/other')
  expect(await listed(repository)).toBe(text('branch mikado/goal', 'branch mikado/other, checked out'))
  const { data } = JSON.parse((await repository.mikado('list', '--json')).stdout)
  expect([data.branch, data.goals]).toMatchObject([
    'mikado/other',
    [
      { id: 'goal', branch: 'mikado/goal', checkedOut: false },
      { id: 'other', branch: null, checkedOut: true },
    ],
  ])
})

test('in 60 columns titles are cut, and ready cards wrapped; of many only some are named', async () => {
  const ids = Array.from({ length: 14 }, (_, at) => `requirement-${at}`)
  using repository = new TestRepository({
    'docs/goal.md': card({ title: 'A goal with a title that goes on and on, and does not end', requires: ids }),
    ...Object.fromEntries(ids.map((id) => [`docs/${id}.md`, card()])),
  })
  expect(await listed(repository, 60)).toBe(`A goal with a title that goes on and on, and does not…  goal
  14 of 14 required cards active
  ready: requirement-0, requirement-1, requirement-2,
         requirement-3, requirement-4, requirement-5,
         requirement-6, requirement-7, requirement-8,
         requirement-9, requirement-10, requirement-11 and 2
         more
`)
})

test.each([
  [
    'a requirement is missing',
    { goal: card({ title: 'Goal', requires: ['gone'] }) },
    '1 required card missing or with errors · nothing is ready',
  ],
  [
    'a complete requirement cannot be read',
    { goal: card({ title: 'Goal', requires: ['base', 'top'] }), base: '---\ntitle: [\n---\n', top: card() },
    '1 of 2 required cards active, 1 missing or with errors · ready: top',
  ],
  [
    'the goal itself has an error',
    { goal: card({ title: 'Goal', front: 'retries: many\n' }) },
    'has an error: see `lint`',
  ],
])('what is not known to be complete is told: %s', async (_, documents, expected) => {
  const named = Object.entries(documents).map(([id, text]) => [`docs/${id}.md`, text])
  using repository = new TestRepository(Object.fromEntries(named))
  expect(await listed(repository)).toBe(`Goal  goal\n  ${expected}\n`)
})

test('where a ring leaves no goal, nothing is called complete', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ requires: ['b'] }),
    'docs/b.md': card({ requires: ['a'] }),
  })
  const { code, stdout } = await repository.mikado('list')
  expect([code, stdout]).toEqual([65, 'No goal stands out: 2 cards not complete, with errors: see `lint`.\n'])
})

test('titles and branches of documents are shown without what would move the cursor', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ title: '"\\e[2JA\\n✓ forged"', front: 'branch: "x\\e[31m\\ny"\n' }),
  })
  expect(await listed(repository)).toBe('[2JA ✓ forged  a\n  requires nothing · ready: a\n  branch x[31m y\n')
})
