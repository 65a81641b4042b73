/** The loop, cut anywhere, in memory: `test/crash/lives.long.test.ts` does the same over many more graphs. */
import { expect, it } from 'vitest'
import { cutEverywhere, cutTwice, cutWhileForced } from '../crash/lives.ts'

const seed = 20260220

it('after a crash at any effect another run ends with the same documents, and works nothing that is true', async () => {
  expect(await cutEverywhere({ graphs: 6, seed })).toBeGreaterThan(100)
})

it('after a crash of the run that mends a crash all is complete, each work done at most once more per crash', async () => {
  await cutTwice({ graphs: 60, seed })
})

it('after a crash of a run that does a complete card again another run completes it without its work', async () => {
  expect(await cutWhileForced({ graphs: 6, seed })).toBeGreaterThan(50)
})
