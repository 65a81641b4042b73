import { describe, expect, it } from 'vitest'
import { commitOf, goalOf, isCard, type Rule, violationsOf } from '../../scripts/core/branch.ts'
import { branchOf, commitsSinceMain, subjectIn, violationsIn } from '../../scripts/io/git.ts'
import { build } from './build.ts'
import { type Files, type History, histories } from './histories.ts'

it('is a table of different histories, valid and not, as docs/reference/branch-discipline.md counts them', () => {
  expect(new Set(histories.map(({ name }) => name)).size).toBe(histories.length)
  expect([histories.length, histories.filter(({ differs }) => differs !== null).length]).toEqual([125, 15])
  const valid = histories.filter(({ breaks }) => breaks.length === 0).length
  expect([valid > 30, histories.length - valid > 30]).toEqual([true, true])
})

/** The rules alone, on the table's own data. */
function byRules({ branch, commits, main }: History): Rule[] {
  const goal = goalOf(branch)
  if (goal === null) return []
  const files: Files = { ...main }
  const made = commits.map((step) => {
    const touched = Object.keys(step.files).filter((path) => /\.md$/i.test(path))
    const cards = touched.filter((path) => [files[path], step.files[path]].some((text) => isCard(text ?? '')))
    Object.assign(files, step.files)
    const [subject = ''] = step.says.split('\n')
    return { commit: commitOf(null, subject), cards }
  })
  const cardsIn = new Map(made.map(({ commit, cards }) => [commit, cards]))
  return violationsOf([...cardsIn.keys()], goal, (commit) => cardsIn.get(commit) ?? []).map(({ rule }) => rule)
}

/** The branch as `mikado hook commit-msg` judges it in git, without the command line around it. */
async function inGit(history: History): Promise<Rule[]> {
  const { repository, message } = build(history)
  using _ = repository
  const goal = goalOf(await branchOf(repository.root))
  if (goal === null) return []
  const commits = (await commitsSinceMain(repository.root)) ?? []
  const subject = message === null ? '' : await subjectIn(repository.root, message)
  if (subject) commits.push(commitOf(null, subject))
  return (await violationsIn(repository.root, commits, goal)).map(({ rule }) => rule)
}

const rows = (some: readonly History[]) => some.map((history) => [history.name, history] as const)
/** Where git has a say: in what a subject is, and in what is staged. All of the table is asked in git by original.long.test.ts. */
const gitsWord = histories.filter(({ name, incoming, differs, commits }) => {
  return incoming ? !name.startsWith('impl') || differs !== null : commits.some(({ says }) => says.includes('\n'))
})
const plain = histories.filter(({ name }) => !/message|next line, made|comments only/.test(name))

describe('the rules judge as the table says', () => {
  it.each(rows(plain))('%s', (_name, history) => expect(byRules(history)).toEqual(history.breaks))
})

describe('a branch in git is judged as the table says', () => {
  it.each(rows(gitsWord))('%s', async (_name, history) => expect(await inGit(history)).toEqual(history.breaks))
})
