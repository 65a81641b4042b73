import { afterAll, beforeAll, expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { git, startMain } from './git.ts'

const repository = new TestRepository({
  'docs/goal.md': card({ title: 'The goal', requires: ['base', 'old'], front: 'branch: mikado/goal\n' }),
  'docs/base.md': card({ title: 'Base' }),
  'docs/old.md': card({ title: 'Old', complete: true }),
})
beforeAll(() => {
  startMain(repository)
  git(repository, 'switch', '-qc', 'mikado/goal')
})
afterAll(() => repository[Symbol.dispose]())

test.each([
  [[], ['list']],
  [['goal'], ['show', 'goal', '--full']],
  [
    ['goal', '--all'],
    ['show', 'goal', '--full', '--all'],
  ],
  [
    ['--all', 'base'],
    ['show', 'base', '--full', '--all'],
  ],
  [['--resume'], ['where']],
  [
    ['--resume', 'base'],
    ['where', 'base'],
  ],
  [
    ['goal', '--resume', '--all'],
    ['where', 'goal'],
  ],
  [['gaol'], ['show', 'gaol']],
  [['--json'], ['list', '--json']],
  [
    ['goal', '--json'],
    ['show', 'goal', '--full', '--json'],
  ],
  [
    ['--resume', '--json'],
    ['where', '--json'],
  ],
])('docs-mikado %j answers as %j', async (asked, same) => {
  const [told, expected] = await Promise.all([repository.tell('docs-mikado', ...asked), repository.tell(...same)])
  expect(told).toBe(expected)
})

test('it is not among the commands of the help, and explains itself', async () => {
  expect((await repository.mikado('--help')).stdout).not.toContain('docs-mikado')
  expect((await repository.mikado('docs-mikado', '--help')).stdout).toContain(
    'Usage: mikado docs-mikado [CARD] [OPTIONS]',
  )
})
