/** Three blows of the hundreds in `kill.long.test.ts` and `errno.long.test.ts`. */
import { expect, test } from 'vitest'
import { fresh, strike } from './chain.ts'

const run = ['run', 'goal', '-q', '-j', '1']

test.concurrent('a run killed right after it marked a card is finished by the next one, nothing done twice', async () => {
  const blow = await strike(fresh, run, { kind: 'change', only: '→ docs/base.md', at: 0, how: 'kill after' })
  expect(blow?.what).toMatch(/^kill after: rename .* → docs\/base.md$/)
})

test.concurrent('a run killed in the middle of a mark leaves nothing half written behind, once another has run', async () => {
  const blow = await strike(fresh, run, { kind: 'change', only: '→ docs/base.md', at: 0, how: 'kill' })
  expect(blow?.what).toMatch(/^kill: rename .mikado\/tmp\/.* → docs\/base.md$/)
})

test.concurrent('a disk that is full when a card is marked: 73, the document as it was, and the next run finds the work done', async () => {
  const blow = await strike(fresh, run, {
    kind: 'change',
    only: '^write .mikado/tmp/base.md',
    at: 0,
    how: 'half, then ENOSPC',
  })
  expect([blow?.ran.code, blow?.ran.stdout]).toEqual([
    73,
    expect.stringContaining('docs/base.md cannot be written: ENOSPC: no space left on device\n'),
  ])
})
