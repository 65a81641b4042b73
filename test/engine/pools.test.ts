/** A worker's processes: one stands ready, and those that have worked are kept for a moment after the last card. */
import { afterEach, expect, test } from 'vitest'
import { Pools } from '../../scripts/engine/pools.ts'
import type { Pool } from '../../scripts/io/pool.ts'
import type { LocalProcess } from '../../scripts/io/task-process.ts'

const opened: Pools[] = []

/** How many processes this one has started that have not ended. */
const started = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length

/** With the seconds that it has asked for, first asked first; what was taken back does nothing. */
function poolsOf(slots: number): { pools: Pools; timers: (() => void)[] } {
  const timers: (() => void)[] = []
  const after = (milliseconds: number, then: () => void) => {
    if (milliseconds < 1000) return () => {}
    const at = timers.push(then) - 1
    return () => {
      timers[at] = () => {}
    }
  }
  const pools = new Pools(process.cwd(), process.env, after, slots)
  opened.push(pools)
  return { pools, timers }
}

/** Works a card with these settings, and answers what it worked with. */
async function work(
  pools: Pools,
  settings: Record<string, string> = {},
): Promise<{ pool: Pool; process: LocalProcess }> {
  let had: { pool: Pool; process: LocalProcess } | null = null
  await pools.with(settings, async (pool) => {
    had = { pool, process: pool.take(false) }
    await had.process.ready
    pool.give(had.process)
  })
  return had ?? expect.fail('it was not worked')
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((pools) => pools.close()))
})

test('one card after the other is worked in the same process, and time that began with an earlier one does not end it', async () => {
  const { pools, timers } = poolsOf(1)
  const first = await work(pools)
  const second = await work(pools)
  timers[0]?.()
  const third = await work(pools)
  expect([second.process, third.process]).toEqual([first.process, first.process])
  expect(first.process.alive).toBe(true)
})

test('a moment after the last card its process is ended, and another one stands ready', async () => {
  const { pools, timers } = poolsOf(1)
  const first = await work(pools)
  const before = started()
  timers[0]?.()
  expect(started()).toBe(before + 1)
  await first.process.ended
  const second = await work(pools)
  expect(second.pool).not.toBe(first.pool)
  expect(second.process.alive).toBe(true)
})

test('what stands ready for other settings is ended when these are what the last card needed', async () => {
  const { pools, timers } = poolsOf(1)
  const other = await work(pools)
  const first = await work(pools, { ZOT: 'one' })
  timers[1]?.()
  await other.process.ended
  const second = await work(pools, { ZOT: 'one' })
  expect(second.pool).not.toBe(first.pool)
  // The time that was left to the one that is gone ends nothing else.
  timers[0]?.()
  expect((await work(pools, { ZOT: 'one' })).pool).toBe(second.pool)
})

test('after it is closed nothing is started', async () => {
  const { pools, timers } = poolsOf(1)
  await work(pools)
  await pools.close()
  const before = started()
  timers[0]?.()
  expect(started()).toBe(before)
})
