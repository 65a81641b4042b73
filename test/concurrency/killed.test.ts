/** A run that was killed, and the next one: what the first one's tasks still do, and what the second may begin. */
import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alive, card, type Started, TestRepository, task, until, waitsFor } from '../rig/repository.ts'

/** Each try writes down its process, and which ones of earlier tries it met alive. */
const meets = `
    const { readFileSync } = await import('node:fs')
    const lives = (pid) => { try { return !/^State:\\s+Z/m.test(readFileSync('/proc/' + pid + '/status', 'utf8')) } catch { return false } }
    const before = existsSync('tries') ? readFileSync('tries', 'utf8').trim().split('\\n') : []
    appendFileSync('met', before.filter(lives).map((pid) => pid + '\\n').join(''))
    appendFileSync('tries', process.pid + '\\n')`

const files = (work: string) => ({
  'docs/goal.md': card({ requires: ['slow'], checks: [] }),
  'docs/slow.md': card(),
  'tasks/goal.sh*': '#!/bin/sh\n',
  'tasks/slow.ts': task('slow', `${meets}\n${work}`),
})

const tries = (repository: TestRepository) =>
  existsSync(repository.path('tries')) ? repository.read('tries').trim().split('\n').map(Number) : []

async function working(repository: TestRepository): Promise<Started> {
  const running = repository.start(['run', 'goal'])
  await until('the task works', () => tries(repository).length > 0)
  return running
}

describe.skipIf(process.platform !== 'linux')('after a run that was killed', () => {
  test('the next one begins no card while a task of the first still works', async () => {
    using repository = new TestRepository(
      files(`if (before.length === 0) { writeFileSync('busy', ''); for (const end = Date.now() + 20_000; Date.now() < end; ) ; }`),
    )
    const first = await working(repository)
    await until('it is busy', () => existsSync(repository.path('busy')))
    first.child.kill('SIGKILL')
    await first.ended
    const second = await repository.mikado('run', 'goal', '-q')
    expect([second.code, repository.read('met'), tries(repository).length]).toEqual([0, '', 2])
    expect(repository.active()).toEqual([])
  })
})
void [alive, onTestFinished, waitsFor]
