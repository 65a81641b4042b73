/** Who may do what only one may do at a time. */
import { expect, test } from 'vitest'
import { Turns } from '../../scripts/core/turns.ts'

/** Turns, and by whom they have begun so far, in order. */
function turnsOf(opening?: Promise<void>) {
  const turns = new Turns<string>(opening)
  const begun: string[] = []
  const take = (name: string, holder: string, began?: boolean) =>
    void turns.take(name, holder, began).then(() => begun.push(`${name} ${holder}`))
  /** All that can begin by now. */
  const now = async () => {
    await new Promise(setImmediate)
    return begun.splice(0)
  }
  return { turns, take, now }
}

test('one at a time, in the order in which they ask', async () => {
  const { turns, take, now } = turnsOf()
  for (const holder of ['a', 'b', 'c']) take('port', holder)
  expect(await now()).toEqual(['port a'])
  turns.leave('port', 'a')
  expect(await now()).toEqual(['port b'])
  turns.leave('port', 'b')
  expect(await now()).toEqual(['port c'])
  turns.leave('port', 'c')
  take('port', 'a')
  expect(await now()).toEqual(['port a'])
})

test('what is called otherwise is had at the same time', async () => {
  const { take, now } = turnsOf()
  take('port', 'a')
  take('disk', 'b')
  expect(await now()).toEqual(['port a', 'disk b'])
})

test('who does not wait any more is passed over, and takes nobody’s turn away', async () => {
  const { turns, take, now } = turnsOf()
  for (const holder of ['a', 'b', 'c']) take('port', holder)
  turns.leave('port', 'b')
  turns.leave('port', 'nobody')
  turns.leave('disk', 'a')
  expect(await now()).toEqual(['port a'])
  turns.leave('port', 'a')
  expect(await now()).toEqual(['port c'])
})

test('who asks twice has two turns', async () => {
  const { turns, take, now } = turnsOf()
  for (const holder of ['a', 'a', 'b']) take('port', holder)
  expect(await now()).toEqual(['port a'])
  turns.leave('port', 'a')
  expect(await now()).toEqual(['port a'])
  turns.leave('port', 'a')
  expect(await now()).toEqual(['port b'])
})

test('who is gone leaves all that it had, and all that it waited for', async () => {
  const { turns, take, now } = turnsOf()
  for (const holder of ['a', 'b', 'a', 'c']) take('port', holder)
  take('disk', 'a')
  take('disk', 'c')
  expect(await now()).toEqual(['port a', 'disk a'])
  turns.leaveAll('a')
  expect(await now()).toEqual(['port b', 'disk c'])
  turns.leave('port', 'b')
  expect(await now()).toEqual(['port c'])
})

test('nobody’s turn begins before it is known who has it already', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { turns, take, now } = turnsOf(promise)
  take('port', 'waits')
  take('disk', 'waits')
  expect(await now()).toEqual([])
  take('port', 'has it', true)
  expect(await now()).toEqual(['port has it'])
  resolve()
  expect(await now()).toEqual(['disk waits'])
  turns.leave('port', 'has it')
  expect(await now()).toEqual(['port waits'])
})
