/** A `--notify` command that hangs: killed after ten seconds, with what it started, and waited for once only. */
import { expect, test } from 'vitest'
import { alive, card, TestRepository, task } from '../rig/repository.ts'

test('a command that hangs is killed, and of what comes in between nobody is told any more', {
  timeout: 60_000,
}, async () => {
  const names = ['a', 'b', 'c']
  using repository = new TestRepository({
    'docs/goal.md': card({ requires: names, checks: [] }),
    'tasks/goal.sh*': '#!/bin/sh\n',
    ...Object.fromEntries(
      names.map((name) => [`docs/${name}.md`, card({ checks: ['It is done', 'A person saw it'] })]),
    ),
    ...Object.fromEntries(names.map((name) => [`tasks/${name}.ts`, task(name)])),
  })
  const began = Date.now()
  const command = 'echo $$ >> pids; sleep 100 & echo $! >> pids; wait'
  const { code, stderr } = await repository.mikado('run', 'goal', '-j', '1', '-k', '--notify', command)
  expect(code).toBe(3)
  expect(Date.now() - began).toBeLessThan(30_000)
  expect(stderr.split('\n').filter((line) => line.includes('--notify'))).toEqual([
    'mikado: --notify (waiting): it was killed after 10 s',
    'mikado: --notify (ended): it was killed after 10 s',
  ])
  const pids = repository.read('pids').split('\n').filter(Boolean).map(Number)
  expect([pids.length, pids.filter(alive)]).toEqual([4, []])
})
