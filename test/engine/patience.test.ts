/** Waiting that has an end leaves nothing behind: a run that is over ends at once. */
import { expect, test } from 'vitest'
import { atMost } from '../../scripts/engine/patience.ts'

/** A clock that goes on when it is told. */
function clock() {
  const due = new Set<() => void>()
  const after = (_: number, then: () => void) => {
    due.add(then)
    return () => void due.delete(then)
  }
  return { due, after }
}

test('what comes in time is not waited for any longer', async () => {
  const { due, after } = clock()
  await atMost(Promise.resolve(), 3000, after)
  expect(due.size).toBe(0)
})

test('what fails is told, and is not waited for any longer', async () => {
  const { due, after } = clock()
  await expect(atMost(Promise.reject(new Error('gone')), 3000, after)).rejects.toThrow('gone')
  expect(due.size).toBe(0)
})

test('what does not come is left', async () => {
  const { due, after } = clock()
  const waited = atMost(new Promise(() => {}), 3000, after)
  for (const then of due) then()
  await waited
})
