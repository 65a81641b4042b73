/** Processes are started before they are wanted, and no more at once than there are cores. */
import { availableParallelism } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { Pool } from '../../scripts/io/pool.ts'
import type { LocalProcess } from '../../scripts/io/task-process.ts'

const taken: LocalProcess[] = []
const pools: Pool[] = []

function poolOf(): Pool {
  const pool = new Pool({ root: process.cwd(), env: process.env, after: () => () => {} })
  pools.push(pool)
  return pool
}

/** How many processes this one has started that have not ended. */
const started = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length

function take(pool: Pool, alone = false): LocalProcess {
  const one = pool.take(alone)
  taken.push(one)
  return one
}

afterEach(async () => {
  await Promise.all([...taken.splice(0).map((one) => one.close()), ...pools.splice(0).map((pool) => pool.close())])
})

test('while as many start as there are cores there is no room for another, until one of them is ready', async () => {
  const pool = poolOf()
  for (let at = 0; at < availableParallelism(); at++) {
    expect(pool.room()).toBeNull()
    take(pool)
  }
  const room = pool.room()
  expect(room).not.toBeNull()
  await room
  expect(pool.room()).toBeNull()
})

test('one that never starts is waited for no longer than it lives', async () => {
  const pool = poolOf()
  for (let at = 0; at < availableParallelism(); at++) take(pool)
  const room = pool.room()
  for (const one of taken) one.kill()
  await room
  expect(pool.room()).toBeNull()
})

test('one that is given back is room, however many start', async () => {
  const pool = poolOf()
  const first = take(pool)
  await first.ready
  for (let at = 0; at < availableParallelism(); at++) take(pool)
  const room = pool.room()
  pool.give(first)
  await room
  expect(pool.room()).toBeNull()
  expect(take(pool)).toBe(first)
})

test('one stands ready for each that is taken, up to as many as are expected', async () => {
  const pool = poolOf()
  const before = started()
  pool.expect(2)
  expect(started()).toBe(before + 1)
  const first = take(pool)
  expect(started()).toBe(before + 2)
  const second = take(pool)
  expect(started()).toBe(before + 2)
  const third = take(pool)
  expect(started()).toBe(before + 3)
  expect(new Set([first, second, third]).size).toBe(3)
})

test('what nobody will take any more is ended at once, and what will be taken is kept', async () => {
  const pool = poolOf()
  pool.expect(3, 4)
  const [first, second, third] = [take(pool), take(pool), take(pool)]
  await Promise.all([first.ready, second.ready, third.ready])
  pool.give(first)
  pool.give(second)
  await second.ended
  expect(first.alive).toBe(true)
  expect(take(pool)).toBe(first)
  pool.give(third)
  await third.ended
  pool.give(first)
  await first.ended
})
