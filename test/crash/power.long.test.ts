/** Each state that a power cut may leave of a real run, found by another run. */
import { expect, test } from 'vitest'
import { meet } from '../rig/faults.ts'
import { TestRepository } from '../rig/repository.ts'
import { done, expectWhole, files, fresh, ids } from './chain.ts'
import { cuts } from './power.ts'

const seed = 20260220
const run = ['run', 'goal', '-q', '-j', '1']

test('after a power cut another run completes everything, hands on all, and leaves nothing over', async () => {
  using repository = fresh()
  const { effects } = await meet(repository, run)
  let states = 0
  for (const { after, found } of cuts(files, effects, seed)) {
    const what = `state ${states} (seed ${seed}), after ${after} effects`
    const text = Object.fromEntries([...found].map(([path, bytes]) => [path, bytes.toString('latin1')]))
    using left = new TestRepository({ ...files, ...text })
    // What the tasks themselves wrote is theirs to sync; what is complete is taken as true here.
    for (const id of ids.filter((each) => text[`docs/${each}.md`] === done[each])) left.write({ [`${id}.done`]: '' })
    const { code, stdout, stderr } = await left.mikado(...run)
    expect([what, code, stdout, stderr]).toEqual([what, 0, stdout, ''])
    expectWhole(left, what)
    states++
  }
  console.log(`${states} states after a power cut (seed ${seed})`)
  expect(states).toBeGreaterThan(200)
}, 1_800_000)
