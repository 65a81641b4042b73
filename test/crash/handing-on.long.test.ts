/** What a card hands on, when its work was cut short or cannot be kept. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { meet } from '../rig/faults.ts'
import { fresh } from './chain.ts'

const whole = '{"port":5000,"key":"s3cr3t-key"}'

test('a card found true whose work was killed before it handed anything on says so, with the way to have it', async () => {
  using repository = fresh()
  const fault = { kind: 'change', only: '→ .mikado/outputs/base.json', at: 0, how: 'kill' } as const
  expect((await meet(repository, ['run', 'goal', '-j', '1'], fault)).signal).toBe('SIGKILL')
  const { code, stderr } = await repository.mikado('run', 'goal', '-j', '1')
  expect([code, repository.read('seen'), repository.read('trace')]).toEqual([0, 'null', 'first second third '])
  expect(repository.steady(stderr)).toContain(
    '  base: its work was cut short (TIME) and all it must make true is true, so it was not done again; what it hands on to other cards may be missing. `--force base` does it again\n',
  )
  expect((await repository.mikado('run', 'goal', '--force', 'base', '--downstream')).code).toBe(0)
  expect(repository.read('seen')).toBe(whole)
  const calm = await repository.mikado('run', 'goal', '-j', '1')
  expect([calm.code, calm.stderr]).toEqual([0, ''])
})

test('what cannot be kept is told with the words that do not lose it: 73', async () => {
  using repository = fresh()
  repository.write({ '.mikado/outputs': 'in the way' })
  const told = await repository.tell('run', 'goal', '-j', '1', '-q')
  expect(told).toBe(`exit 73
--- stdout
goal: 0 of 3 cards complete after N s
  – middle  not started, because of base
  – goal  not started, because of base
  ✗ base  its work is done, but what it hands on cannot be kept: EEXIST: file already exists, mkdir 'ROOT/.mikado/outputs'
    │ check "It is done" does not hold: base.done is not there
    log: .mikado/log/RUN/base.log
To go on: mikado resume goal --force base
`)
  rmSync(repository.path('.mikado/outputs'))
  expect((await repository.mikado('resume', 'goal', '--force', 'base')).code).toBe(0)
  expect([repository.read('seen'), repository.active()]).toEqual([whole, []])
})
