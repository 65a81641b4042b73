/** Processes are started before they are wanted, and no more at once than there are cores. */
import { availableParallelism } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { Pool } from '../../scripts/io/pool.ts'
import type { LocalProcess } from '../../scripts/io/task-process.ts'

const taken: LocalProcess[] = []
const pools: Pool[] = []
const cores = availableParallelism()

/** With the time that it has asked for: called, it has gone by. */
function poolOf(): { pool: Pool; pass: () => void } {
  const timers = new Set<() => void>()
  const after = (_: number, then: () => void) => {
    timers.add(then)
    return () => timers.delete(then)
  }
  const pool = new Pool({ root: process.cwd(), env: process.env, after })
  pools.push(pool)
  const pass = () => {
    for (const timer of timers) {
      timers.delete(timer)
      timer()
    }
  }
  return { pool, pass }
}

/** How many processes this one has started that have not ended. */
const started = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length

function take(pool: Pool, alone = false): LocalProcess {
  const one = pool.take(alone)
  taken.push(one)
  return one
}

/** Takes one for a card. */
async function work(pool: Pool): Promise<LocalProcess> {
  const one = take(pool)
  one.holder = { hear: () => {}, print: () => null }
  await one.ready
  return one
}

afterEach(async () => {
  await Promise.all([...taken.splice(0).map((one) => one.close()), ...pools.splice(0).map((pool) => pool.close())])
})

test('while none stands ready and some start there is no room for another, until one of them is ready', async () => {
  const { pool } = poolOf()
  pool.expect(cores + 2)
  const room = pool.room()
  expect(room).not.toBeNull()
  await room
  expect(pool.room()).toBeNull()
})

test('where none starts there is room: whoever takes one starts it, or is told why it cannot be', () => {
  const { pool } = poolOf()
  expect(pool.room()).toBeNull()
})

test('one that never starts is waited for no longer than it lives', async () => {
  const { pool, pass } = poolOf()
  take(pool)
  const room = pool.room()
  expect(room).not.toBeNull()
  for (const one of taken) one.kill()
  await room
  pass()
  expect(pool.room()).toBeNull()
})

test('one that is given back is room, however many start', async () => {
  const { pool } = poolOf()
  const first = take(pool)
  await first.ready
  for (let at = 0; at < cores; at++) take(pool)
  const room = pool.room()
  pool.give(first)
  await room
  expect(pool.room()).toBeNull()
  expect(take(pool)).toBe(first)
})

test('one stands ready for each that is taken, as soon as that has had time to be asked, up to as many as are expected', async () => {
  const { pool, pass } = poolOf()
  pool.expect(2)
  await pool.room()
  const before = started()
  const first = take(pool)
  expect(started()).toBe(before)
  pass()
  expect(started()).toBe(before + 1)
  const second = take(pool)
  pass()
  expect(started()).toBe(before + 1)
  expect(second).not.toBe(first)
})

test('where cards end their processes, one stands ready for the next beside those that are at work', async () => {
  const { pool, pass } = poolOf()
  pool.expect(1)
  const first = await work(pool)
  pass()
  expect(started()).toBe(1)
  first.kill()
  await first.ended
  await take(pool).ready
  pass()
  expect(started()).toBe(2)
})

test('one that was given back is taken before one that only stands ready', async () => {
  const { pool, pass } = poolOf()
  pool.expect(2)
  const first = take(pool)
  await first.ready
  pass()
  await pool.room()
  pool.give(first)
  expect(take(pool)).toBe(first)
})

test('where one was given back, none stands ready beside those that are at work', async () => {
  const { pool, pass } = poolOf()
  pool.expect(1)
  const first = await work(pool)
  first.kill()
  await first.ended
  const second = take(pool)
  await second.ready
  pool.give(second)
  expect(take(pool)).toBe(second)
  pass()
  expect(started()).toBe(1)
})

test('while somebody waits, as many start at once as there are cores', async () => {
  const { pool, pass } = poolOf()
  pool.expect(cores + 3)
  await pool.room()
  take(pool)
  const before = started()
  const room = pool.room()
  pass()
  expect(started()).toBe(before + cores)
  await room
  while (pool.room() !== null) await pool.room()
  take(pool)
})

test('what nobody will take any more is ended at once, and what will be taken is kept', async () => {
  const { pool } = poolOf()
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

test('one that has worked is kept, and one that is not ready yet is ended, when one of the two will be taken', async () => {
  const { pool, pass } = poolOf()
  const first = await work(pool)
  pool.expect(2, 1)
  pass()
  expect(started()).toBe(2)
  pool.give(first)
  expect(take(pool)).toBe(first)
})
