import { expect, test } from 'vitest'
import { subjects, tellStory } from '../hook/story.ts'

test('a chain, a prerequisite found on the way, the branch gone back, resumed and finalized', async () => {
  const told = await tellStory(async (repository) => {
    expect((await repository.mikado('hook', 'install')).code).toBe(0)
  })
  using repository = told.repository
  expect(told.ran.map(({ code }) => code)).toEqual([1, 0, 0, 0, 0])
  expect(told.refused).toContain('the plan may not change after an impl or a close')
  expect(told.refused).toContain(
    `return to ${repository.git('rev-parse', '--short=8', 'HEAD~10')}, the last of its plan`,
  )
  expect([repository.subjects(), repository.dirty()]).toEqual([subjects, []])
  expect(await repository.tell('hook', 'commit-msg')).toBe('exit 0\n--- stdout\nmikado/goal: 11 commits, in order.\n')
  expect(Object.fromEntries(Object.keys(told.ended).map((path) => [path, repository.read(path)]))).toEqual(told.ended)
  expect(told.closes).toEqual({
    'C2(goal): close left': ['-status: active # now\r', '-* [ ] It is done', '+* [x] It is done'],
    'C2(goal): close base': ['-status: active', '-- [ ] It is done', '+- [x] It is done'],
    'C2(goal): close right': ['-status:   active', '-1. [ ] It is done', '+1. [x] It is done'],
    'C2(goal): close goal': ['-status: "active"', '-- [ ] It is `done` (see there)', '+- [x] It is `done` (see there)'],
  })
  expect(told.ran.at(-1)?.stdout.match(/holds, 1 check/g)).toHaveLength(4)
}, 120_000)
