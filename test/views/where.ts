/** What `where` says of a small graph, in git. */
import { card, TestRepository } from '../rig/repository.ts'
import { commit, git, startMain } from './git.ts'

export const files = {
  'docs/goal.md': card({ title: 'The goal', requires: ['left', 'right'], front: 'branch: mikado/goal\n' }),
  'docs/left.md': card({ title: 'Left', requires: ['base'] }),
  'docs/right.md': card({ title: 'Right', requires: ['base'] }),
  'docs/base.md': card({ title: 'Base' }),
  'docs/other.md': card({ title: 'Another goal' }),
}

/** What `where` says, in so many columns, with names of commits replaced. */
export async function where(repository: TestRepository, words: string[] = [], columns = 200): Promise<string> {
  const ran = await repository.start(['where', ...words], { COLUMNS: String(columns) }).ended
  return repository.told(ran).replace(/\b[0-9a-f]{7,8}\b/g, 'COMMIT')
}

/** The same at the branch of the goal, after these commits. */
export async function whereAfter(
  subjects: string[],
  change: (repository: TestRepository) => void = () => {},
  columns = 200,
) {
  using repository = new TestRepository(files)
  startMain(repository)
  git(repository, 'switch', '-qc', 'mikado/goal')
  for (const subject of subjects) commit(repository, subject)
  change(repository)
  return await where(repository, [], columns)
}

/** What is told of the branch, and what comes next. */
export const shortly = (text: string) => ({
  position: text.split('\n').slice(6, text.split('\n').indexOf('', 5)),
  next: text.split('Next:\n')[1]?.trimEnd().split('\n'),
})
